"""The factory and the templates, awaited: every method of theirs that takes a session."""

from __future__ import annotations

from tapdb_ctl.aio.calling import awaited
from tapdb_ctl.runtime.factory import InstanceFactory
from tapdb_ctl.runtime.templates import TemplateManager


class AsyncTemplateManager:
    """TemplateManager for an AsyncSession."""

    def __init__(self, templates: TemplateManager | None = None) -> None:
        self.sync = templates or TemplateManager()
        self.get_template = awaited(self.sync.get_template)
        self.get_template_by_euid = awaited(self.sync.get_template_by_euid)
        self.list_templates = awaited(self.sync.list_templates)
        self.template_code_from_template = self.sync.template_code_from_template
        self.clear_cache = self.sync.clear_cache


class AsyncInstanceFactory:
    """InstanceFactory for an AsyncSession; `factory` is one that an application has extended."""

    def __init__(
        self, template_manager: AsyncTemplateManager | None = None, *, factory: InstanceFactory | None = None
    ) -> None:
        self.template_manager = template_manager or AsyncTemplateManager()
        self.sync = factory or InstanceFactory(self.template_manager.sync)
        self.create_instance = awaited(self.sync.create_instance)
        self.link_instances = awaited(self.sync.link_instances)
        self.get_or_create_singleton_instance = awaited(self.sync.get_or_create_singleton_instance)
        self.create_instances = awaited(self.sync.create_instances)
        self.load_instances = awaited(self.sync.load_instances)
        self.create_tree = awaited(self.sync.create_tree)
        self.link_many = awaited(self.sync.link_many)
        self.update_many = awaited(self.sync.update_many)
        self.update_instance = awaited(self.sync.update_instance)
        self.soft_delete_many = awaited(self.sync.soft_delete_many)
        self.restore = awaited(self.sync.restore)
