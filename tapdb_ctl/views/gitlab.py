"""What GitLab shows of a plan in a merge request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tapdb_ctl.views.documents import line

if TYPE_CHECKING:
    from tapdb_ctl.core.plan import Plan


def report(plan: Plan) -> str:
    """The numbers for `artifacts:reports:terraform`, which knows no imports; a replacement creates and deletes.

    https://docs.gitlab.com/user/infrastructure/iac/mr_integration/
    """
    summary = plan.summary
    return line({"create": summary.adds, "update": summary.changes, "delete": summary.destroys})
