"""The shape of json_addl.instantiation_layouts, as applications check it by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    RootModel,
    StringConstraints,
    Tag,
    TypeAdapter,
)

from tapdb_ctl.patterns import problem
from tapdb_ctl.runtime import codes

if TYPE_CHECKING:
    from pydantic import ValidationError


def normalize_template_code_str(code: str) -> str:
    """The code without spaces around it and without a closing slash, whatever it is."""
    return str(code).strip().removesuffix("/")


def validate_template_code_str(code: str) -> str:
    """The code without a closing slash; raises ValueError unless it is `category/type/subtype/version`."""
    return codes.normal(str(code))


def _fillable(pattern: str) -> str:
    if why := problem(pattern):
        raise ValueError(why)
    return pattern


_Code = Annotated[str, AfterValidator(validate_template_code_str)]
_Pattern = Annotated[str, AfterValidator(_fillable)]


class ChildTemplateObject(BaseModel):
    """Children of one template: how many, and what they are called."""

    model_config = ConfigDict(extra="allow")

    template_code: _Code
    count: int = Field(1, ge=1)
    name_pattern: _Pattern | None = None


def _tag(value: object) -> str:
    """Which of both an entry means, so that what is wrong is said of that alone."""
    return "code" if isinstance(value, str) else "object"


_Entry: TypeAlias = Annotated[
    Annotated[_Code, Tag("code")] | Annotated[ChildTemplateObject, Tag("object")], Discriminator(_tag)
]


class ChildTemplate(RootModel[_Entry]):
    """One entry of `child_templates`: a code, or an object with one; `root` holds either."""


class InstantiationLayout(BaseModel):
    """Children that come into being with an instance."""

    model_config = ConfigDict(extra="allow")

    relationship_type: Annotated[str, StringConstraints(pattern=r"\S")] = "contains"
    name_pattern: _Pattern | None = None
    child_templates: list[ChildTemplate]


_LAYOUTS = TypeAdapter(list[InstantiationLayout])


def validate_instantiation_layouts(value: Any) -> list[InstantiationLayout]:  # noqa: ANN401 - any JSON value
    """The layouts as models, none for None, `[]` and `{}`; raises pydantic.ValidationError, which is a ValueError."""
    return [] if value is None or value in ([], {}) else _LAYOUTS.validate_python(value)


def format_validation_error(e: ValidationError) -> str:
    """All that is wrong in one line, each with its place and none with its value."""
    told = ((".".join(map(str, each["loc"])), each["msg"]) for each in e.errors(include_input=False))
    return "; ".join(f"{place}: {message}" if place else message for place, message in told)
