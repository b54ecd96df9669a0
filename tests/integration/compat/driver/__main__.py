"""Does everything and prints what was seen, as one JSON object: what each behaviour shows, and its value."""

from __future__ import annotations

import json
import os
import traceback
from typing import Any

import actions  # noqa: F401
import commands  # noqa: F401
import deletion  # noqa: F401
import links  # noqa: F401
import objects  # noqa: F401
import sessions  # noqa: F401
import updates  # noqa: F401
from app import App, behaviours
from daylily_tapdb import TAPDBConnection


def main() -> None:
    with TAPDBConnection(db_url=os.environ["TAPDB_COMPAT_URL"], app_username="ada") as db:
        print(json.dumps({shows: seen(App(db), shows) for shows in behaviours}))  # noqa: T201


def seen(app: App, shows: str) -> Any:
    """The value, or how the behaviour broke."""
    try:
        return behaviours[shows](app)
    except Exception:  # noqa: BLE001
        return {"broke": traceback.format_exc()}


main()
