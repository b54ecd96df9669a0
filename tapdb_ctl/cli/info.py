"""`tapdb info`."""

from tapdb_ctl.cli.options import Json, Look, Selection


def info(selection: Selection, look: Look, *, json: Json = False) -> int:
    """Print versions, and where each database is.

    Contacts no server and prints no password.
    """
    from tapdb_ctl.cli import surroundings
    from tapdb_ctl.views import info as view

    facts = surroundings.facts(selection)
    look.console.data([view.document(facts)] if json else view.lines(facts, look.console.paint))
    return 0
