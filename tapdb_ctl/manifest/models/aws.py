# ruff: noqa: TC001, TC003 - pydantic evaluates annotations at run time
"""The AWS side of an environment: validated here, reconciled by a later version."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tapdb_ctl.manifest.models.base import Flag, Many, Model, Text, whole
from tapdb_ctl.manifest.models.secret import Secret

Region = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")]


class Capacity(Model):
    """Aurora Serverless v2 capacity units."""

    min: Decimal | int
    max: Decimal | int


class Stack(Model):
    """An Aurora cluster through CloudFormation, named `tapdb-<environment>` unless given."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,127}$")] | None = None
    region: Region | None = None
    vpc_id: Text | None = None
    subnet_ids: Many[Text] = ()
    ingress_cidrs: Many[Text] = ()
    engine_version: Text | None = None
    instance_class: Text | None = None
    serverless: Capacity | None = None
    readers: whole(0, 15) = 0  # type: ignore[valid-type]
    master_username: Text | None = None
    credentials: Literal["managed", "secret"] = "managed"
    backup_days: whole(1, 35) | None = None  # type: ignore[valid-type]
    deletion_protection: Flag = True
    publicly_accessible: Flag = False
    proxy: Flag = False
    alarm_topic_arn: Text | None = None
    tags: dict[str, str] = Field(default_factory=dict)


class Client(Model):
    """An application client of the user pool."""

    callback_urls: Many[Text] = ()
    logout_urls: Many[Text] = ()
    flows: Many[Literal["code", "implicit", "client_credentials"]] = ()
    scopes: Many[Text] = ()
    generate_secret: Flag = False


class IdentityProvider(Model):
    """An outside login, such as Google."""

    type: Literal["Google", "SAML", "OIDC", "Facebook", "LoginWithAmazon", "SignInWithApple"]
    client_id: Text | None = None
    client_secret: Secret | None = None
    metadata_url: Text | None = None
    scopes: Many[Text] = ()
    mapping: dict[str, str] = Field(default_factory=dict)


class UserPool(Model):
    """The pool itself."""

    name: Text | None = None
    mfa: Literal["off", "optional", "on"] = "off"
    password_min_length: whole(6, 99) = 8  # type: ignore[valid-type]


class Cognito(Model):
    """A user pool to build, or the id of one to bind."""

    region: Region | None = None
    pool_id: Text | None = None
    user_pool: UserPool | None = None
    clients: dict[str, Client] = Field(default_factory=dict)
    domain: Text | None = None
    identity_providers: dict[str, IdentityProvider] = Field(default_factory=dict)
    groups: Many[Text] = ()
