"""Our library under the name of the published one, for an application that changes nothing but where it imports from.

Its submodules are found by ours, which are laid out alike. What the driver does by command line is left out: tapdb's
command line is another.
"""

import sys
from types import ModuleType

import tapdb_ctl

sys.modules |= {"daylily_tapdb": tapdb_ctl, "commands": ModuleType("commands")}
