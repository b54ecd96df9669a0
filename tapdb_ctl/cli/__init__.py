"""The command line: commands parse and hand over; `wiring` is the only composition root.

Nothing heavy is imported at module level here, so that `tapdb --help` answers at once: pydantic, psycopg2,
rich, the manifests and the providers are imported where a command needs them.
"""
