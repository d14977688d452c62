"""What a column of a file of incidents may hold, and its usual names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gis_grid.grids.readers.csv_points import LAT_NAMES, LON_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("code", "unique_key", "unique key", "编号", "事件编号"),
    "time": ("time", "reported_at", "created_date", "created date", "时间", "上报时间"),
    "category": ("category", "complaint_type", "complaint type", "类别", "事件类别"),
    "title": ("title", "descriptor", "descript", "标题", "事件标题"),
    "description": ("description", "描述", "事件描述"),
    "address": ("address", "incident_address", "incident address", "地址", "事发地址"),
    "lon": LON_NAMES,
    "lat": LAT_NAMES,
    "kind": ("kind",),
    "severity": ("severity", "严重程度"),
    "closed": ("closed_at", "closed_date", "closed date", "办结时间"),
    "deadline": ("deadline", "due_date", "due date", "办结期限"),
    "worker": ("worker_code", "网格员编号"),
}
"""Names that need no `--map`, in the order in which they are looked for; capitals do not matter."""

NEEDED: Final = ("code", "time", "category")
