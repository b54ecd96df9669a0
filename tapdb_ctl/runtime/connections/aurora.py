"""Signs in to Aurora: each new connection gets a token of its own, or the secret as it is then.

Nothing is kept: a token lives for 15 minutes and a secret is rotated, while an engine lives for weeks.
"""

from __future__ import annotations

import json
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tapdb_ctl.errors import DatabaseError, InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import URL

_REGION_OF_ARN = 3
_VERIFYING = "verify-full"
_LIBPQ_S_OWN = Path("~/.postgresql/root.crt")


class _Client(Protocol):
    """The two calls of AWS's that are used."""

    def generate_db_auth_token(self, **parameters: Any) -> str:  # noqa: ANN401 - what boto3 takes
        """Of the service rds; contacts nobody."""

    def get_secret_value(self, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - what boto3 takes
        """Of the service secretsmanager."""


class IamToken:
    """Gives each connection the token that stands for a password, signed for its host, port and user."""

    def __init__(self, region: str) -> None:
        self._region = region

    def __call__(self, parameters: dict[str, Any]) -> None:
        """Add it to the parameters of a connection; raises DatabaseError where AWS credentials are missing."""
        parameters["password"] = _asked(
            self._client.generate_db_auth_token,
            DBHostname=parameters["host"],
            Port=int(parameters["port"]),
            DBUsername=parameters["user"],
            Region=self._region,
        )

    @cached_property
    def _client(self) -> _Client:
        return _client("rds", self._region)


class Secret:
    """Gives each connection what Secrets Manager holds at that moment: JSON with `password` and, mostly, `username`.

    `user` stays, where the caller named one; else the secret's counts, which some rotations change too.
    """

    def __init__(self, arn: str, region: str, user: str | None) -> None:
        self._arn = arn
        self._region = arn.split(":")[_REGION_OF_ARN] if arn.startswith("arn:") else region
        self._user = user

    def __call__(self, parameters: dict[str, Any]) -> None:
        """Add it to the parameters of a connection; raises DatabaseError when it cannot be read."""
        secret = self._read()
        parameters["password"] = secret["password"]
        parameters["user"] = self._user or secret.get("username") or parameters["user"]

    @cached_property
    def _client(self) -> _Client:
        return _client("secretsmanager", self._region)

    def _read(self) -> dict[str, str]:
        answer = _asked(self._client.get_secret_value, SecretId=self._arn)
        try:
            secret = json.loads(answer["SecretString"])
            if isinstance(secret["password"], str):
                return dict(secret)
        except (ValueError, KeyError, TypeError):
            pass  # raised below, where the secret is no part of the traceback
        raise DatabaseError.of(
            "RUN045",
            "the secret holds no password",
            f"{self._arn} is not a JSON object with a text at `password`",
            "name the secret that RDS or its rotation keeps for the cluster",
        )


def credentials(
    url: URL, *, region: str, iam_auth: bool, secret_arn: str | None, user: str | None
) -> Callable[[dict[str, Any]], None] | None:
    """How to sign in: by the secret that is named, by the password, else by IAM; None for the password.

    Raises InvalidInputError when there is no way, or the host is not one host, for which a token could be signed.
    """
    if secret_arn:
        return Secret(secret_arn, region, user)
    if url.password:
        return None
    if not iam_auth:
        raise InvalidInputError.of(
            "RUN043", "there is no way to sign in", "iam_auth is off", "give secret_arn or db_pass, or let iam_auth be"
        )
    if url.host and url.username:
        return IamToken(region)
    raise InvalidInputError.of(
        "RUN051",
        "IAM needs one host and a user",
        "it signs a token for one host, port and user, and not all of them are given",
        "give db_hostname the cluster's endpoint, and db_user",
    )


def encryption(url: URL, sslmode: str | None, sslrootcert: str | None) -> tuple[str, str | None]:
    """The `sslmode` and `sslrootcert` that are meant: everything is verified unless somebody says otherwise.

    Whom to trust is then what libpq's own file says, where there is one, else this machine's certificates.
    https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSLROOTCERT
    """
    mode = sslmode or str(url.query.get("sslmode", _VERIFYING))
    told = "sslrootcert" in url.query or "PGSSLROOTCERT" in os.environ or _LIBPQ_S_OWN.expanduser().exists()
    return mode, sslrootcert or (None if told or mode != _VERIFYING else "system")


def _client(service: str, region: str) -> _Client:
    import boto3  # noqa: PLC0415 - slow to import, and few applications need it

    made: _Client = boto3.client(service, region_name=region)
    return made


def _asked(call: Callable[..., Any], **parameters: object) -> Any:  # noqa: ANN401 - what AWS answers
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - as above

    try:
        return call(**parameters)
    except (BotoCoreError, ClientError) as error:
        raise DatabaseError.of(
            "RUN046", "AWS did not let us sign in to the database", str(error), "check the AWS credentials and rights"
        ) from error
