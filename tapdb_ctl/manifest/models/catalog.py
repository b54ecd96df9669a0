# ruff: noqa: TC001 - pydantic evaluates annotations at run time
"""The two documents that carry templates."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from tapdb_ctl.manifest.models.base import Many, Model, Text
from tapdb_ctl.manifest.models.template import Template


class CatalogMetadata(Model):
    """What the document is called; for readers only."""

    name: Text | None = None
    labels: dict[str, str] = Field(default_factory=dict)


class OpenSpec(Model):
    """The spec of a TemplateCatalog whose templates are judged one by one elsewhere."""

    templates: list[Any]


class CatalogEnvelope(Model):
    """A TemplateCatalog without its templates."""

    api_version: Annotated[Literal["tapdb/v1"], Field(alias="apiVersion")]
    kind: Literal["TemplateCatalog"]
    metadata: CatalogMetadata = CatalogMetadata()
    spec: OpenSpec


class CatalogSpec(Model):
    """The templates of a TemplateCatalog."""

    templates: Many[Template]


class TemplateCatalog(Model):
    """Templates in tapdb's own envelope."""

    api_version: Annotated[Literal["tapdb/v1"], Field(alias="apiVersion")]
    kind: Literal["TemplateCatalog"]
    metadata: CatalogMetadata = CatalogMetadata()
    spec: CatalogSpec


class Pack(Model):
    """A TAPDB v2 pack; top-level keys other than `templates`, such as `$comment`, mean nothing to tapdb."""

    model_config = ConfigDict(extra="ignore")

    templates: Many[Template]
