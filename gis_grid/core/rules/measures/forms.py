"""Forms that were filed: task lists, worker logs (JY-12, XY-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gis_grid.core.rules.found import Found
from gis_grid.core.rules.reasons import Noun, Reason, count_en, not_kept_reason

if TYPE_CHECKING:
    from gis_grid.core.rules.case import Case

FORMS: Final = Noun("份表单", "form", "forms")


def forms(case: Case) -> Found:
    """Count the rule's form; one a local day."""
    filed = case.work.forms
    if filed is None:
        return Found.not_kept(case.required, not_kept_reason("表单填报记录", "records of forms"))
    days, form = set(case.days), case.rule.form
    number = sum(day in days and form in (None, name) for day, name in filed)
    asked = f"{case.required:g}"
    said = Reason(
        "forms",
        f"已填报 {number} 份，要求 {asked} 份。",
        f"{count_en(number, FORMS)} filed; {asked} required.",
    )
    return Found.counted(number, FORMS, said)
