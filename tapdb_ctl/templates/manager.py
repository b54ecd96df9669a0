"""Templates by code and by EUID."""

from tapdb_ctl.runtime.templates import TemplateManager

__all__ = ["TemplateManager"]
