"""Checks of what templates hold, for applications that write templates."""

from tapdb_ctl.validation.instantiation_layouts import (
    ChildTemplate,
    ChildTemplateObject,
    InstantiationLayout,
    format_validation_error,
    normalize_template_code_str,
    validate_instantiation_layouts,
    validate_template_code_str,
)

__all__ = [
    "ChildTemplate",
    "ChildTemplateObject",
    "InstantiationLayout",
    "format_validation_error",
    "normalize_template_code_str",
    "validate_instantiation_layouts",
    "validate_template_code_str",
]
