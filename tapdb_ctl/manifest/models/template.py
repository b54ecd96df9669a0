"""The shape of a template pack: what TAPDB v2 packs hold, and what tapdb adds to a template."""

from __future__ import annotations

from typing import Annotated, Any, NotRequired, TypeAlias

from pydantic import ConfigDict, Discriminator, Field, StringConstraints, Tag, with_config
from typing_extensions import TypedDict

from tapdb_ctl.manifest.models.base import Many, Model, Prefix, Text
from tapdb_ctl.properties import PATH, ValueType

PART = r"[A-Za-z0-9][A-Za-z0-9._-]*"
CodePart = Annotated[str, StringConstraints(pattern=f"^{PART}$", max_length=200)]

# What stands inside json_addl stays a plain dict: unknown keys are the application's and pass through untouched.
_OPEN = with_config(ConfigDict(extra="allow", strict=True))


def _tag(value: object) -> str | None:
    """Which member of a union a value means, so that its errors are about that member alone."""
    if isinstance(value, str):
        return "<code>"
    if isinstance(value, dict):
        return "<object>" if value else "<empty>"
    return "<list>" if isinstance(value, list) else "<none>" if value is None else None


@_OPEN
class Group(TypedDict):
    """Actions under one heading."""

    group_name: NotRequired[str]
    group_order: NotRequired[Any]
    actions: dict[str, Any]


@_OPEN
class Child(TypedDict):
    """One kind of child that a layout creates."""

    template_code: str
    count: NotRequired[Annotated[int, Field(ge=1, le=1_000_000)]]
    name_pattern: NotRequired[str | None]
    json_addl: NotRequired[dict[str, Any] | None]


ChildEntry: TypeAlias = Annotated[
    Annotated[str, Tag("<code>")] | Annotated[Child, Tag("<object>")], Discriminator(_tag)
]


@_OPEN
class Layout(TypedDict):
    """Children that come into being with an instance."""

    relationship_type: NotRequired[Annotated[str, StringConstraints(pattern=r"\S")]]
    name_pattern: NotRequired[str | None]
    child_templates: list[ChildEntry]


Layouts: TypeAlias = Annotated[
    Annotated[list[Layout], Tag("<list>")]
    | Annotated[None, Tag("<none>")]
    | Annotated[dict[str, Any], Field(max_length=0), Tag("<empty>")],
    Discriminator(_tag),
]
ActionImport: TypeAlias = Annotated[
    Annotated[str, Tag("<code>")] | Annotated[Group, Tag("<object>")], Discriminator(_tag)
]
Expected: TypeAlias = Annotated[
    Annotated[str, Tag("<code>")] | Annotated[dict[str, Any], Tag("<object>")], Discriminator(_tag)
]


@_OPEN
class JsonAddl(TypedDict):
    """The keys of json_addl that have a meaning; every other key is the application's."""

    properties: NotRequired[dict[str, Any]]
    action_imports: NotRequired[dict[str, ActionImport] | None]
    action_definition: NotRequired[dict[str, Any] | None]
    expected_inputs: NotRequired[list[Expected] | None]
    expected_outputs: NotRequired[list[Expected] | None]
    default_status: NotRequired[str | None]
    cogs: NotRequired[dict[str, Any] | None]
    instantiation_layouts: NotRequired[Layouts]


class Lifecycle(Model):
    """How a template may leave, or where it came from.

    Without `prevent_destroy`, the protection that is recorded live stays: only a written `false` lifts it.
    """

    prevent_destroy: bool | None = None
    renamed_from: str | None = None


class Index(Model):
    """A path of json_addl on which live instances are indexed."""

    path: Annotated[str, StringConstraints(pattern=f"^{PATH}$", max_length=500)]
    type: ValueType = "text"
    unique: bool = False


class Template(Model):
    """One template, as a pack declares it."""

    name: Text
    polymorphic_discriminator: Text
    category: CodePart
    type: CodePart
    subtype: CodePart
    version: CodePart
    instance_prefix: Prefix
    instance_polymorphic_identity: Text | None = None
    is_singleton: bool = False
    bstatus: Text = "active"
    json_addl: JsonAddl = Field(default_factory=JsonAddl)
    json_addl_schema: dict[str, Any] | None = None
    lifecycle: Lifecycle = Lifecycle()
    indexes: Many[Index] = ()

    @property
    def code(self) -> str:
        """`category/type/subtype/version`, what the template is known by."""
        return f"{self.category}/{self.type}/{self.subtype}/{self.version}"
