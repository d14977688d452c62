"""The tables that an office keeps of its workers: which columns each has, and what stands in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from gis_grid.attendance.cells import code, day, moment, name, one_of, within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gis_grid.attendance.cells import Reader


class Sheet(StrEnum):
    """What a table holds."""

    SIGNATURES = "signatures"
    ABSENCES = "absences"
    PART_TIME = "part-time"
    GROUPS = "groups"
    FORMS = "forms"
    CHECKS = "checks"
    WORKERS = "workers"


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its name, its type in the database, how a cell is read, and by which names it is found.

    Without `needed` the column may be missing and a cell empty: it is then `default`.
    """

    name: str
    type: str
    read: Reader
    aliases: tuple[str, ...] = ()
    needed: bool = True
    default: object = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name by which the column is found; capitals do not matter."""
        return (self.name, *self.aliases)


_WORKER: Final = Field("worker", "text", code, ("worker_code", "网格员", "网格员编号", "工号"))
_AT: Final = Field("time", "timestamptz", moment, ("at", "datetime", "时间"))
_FIRST: Final = Field("first_date", "date", day, ("from", "开始日期"))
_LAST: Final = Field("last_date", "date", day, ("to", "结束日期"))

FIELDS: Final[Mapping[Sheet, tuple[Field, ...]]] = {
    Sheet.SIGNATURES: (
        _WORKER,
        _AT,
        Field("kind", "text", one_of("in", "out", "present"), ("类型",), needed=False, default="present"),
        Field("lon", "float8", within(-180, 180), ("lng", "longitude", "经度"), needed=False),
        Field("lat", "float8", within(-90, 90), ("latitude", "纬度"), needed=False),
        Field("accuracy_m", "float4", within(0, 1e6), ("accuracy", "精度"), needed=False),
    ),
    Sheet.ABSENCES: (
        _WORKER,
        _FIRST,
        _LAST,
        Field("approved_by", "text", code, ("批准人",)),
        Field("stand_in", "text", code, ("替班人",), needed=False),
        Field("stand_in_from", "timestamptz", moment, ("替班开始",), needed=False),
        Field("stand_in_until", "timestamptz", moment, ("替班结束",), needed=False),
    ),
    Sheet.PART_TIME: (_WORKER, _FIRST, Field("last_date", "date", day, ("to", "结束日期"), needed=False)),
    Sheet.GROUPS: (_WORKER, Field("group", "text", code, ("互助组",))),
    Sheet.FORMS: (
        _WORKER,
        Field("date", "date", day, ("日期",)),
        Field("form", "text", code, ("表单",)),
        Field("filed_at", "timestamptz", moment, ("提交时间",)),
    ),
    Sheet.CHECKS: (_WORKER, _AT, Field("checked_by", "text", code, ("检查人",))),
    Sheet.WORKERS: (
        _WORKER,
        Field("name", "text", name, ("姓名",)),
        Field("grid", "text", code, ("grid_code", "网格", "网格编码"), needed=False),
        Field("first_date", "date", day, ("from", "开始日期"), needed=False),
    ),
}
