"""`python -m tapdb_ctl`: the same as `tapdb`."""

from __future__ import annotations

from tapdb_ctl.cli.main import main

if __name__ == "__main__":
    main()
