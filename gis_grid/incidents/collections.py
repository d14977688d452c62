"""Incidents and hazards as collections for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gis_grid.accounts.roles import Permission
from gis_grid.incidents.rows import Kind as What
from gis_grid.incidents.store import features
from gis_grid.kit.features import Collection, Kind, Property, Rows, Shape, Time, Told

if TYPE_CHECKING:
    from collections.abc import Callable

    from gis_grid.kit.features import Reading

_PROPERTIES: Final = (
    Property("code", Kind.STRING, Told("编号", "Code")),
    Property("category", Kind.STRING, Told("类别", "Category, as it was written")),
    Property("category_code", Kind.STRING, Told("类别编码", "Category, where the tree knows it")),
    Property("title", Kind.STRING, Told("标题", "Title")),
    Property("state", Kind.STRING, Told("状态", "State in its workflow")),
    Property("state_kind", Kind.STRING, Told("是否办结", "Open or closed"), values=("open", "closed")),
    Property("level", Kind.STRING, Told("处理层级", "Where it lies now")),
    Property("severity", Kind.INTEGER, Told("严重程度", "1 light to 3 severe")),
    Property("emergency", Kind.BOOLEAN, Told("紧急", "Whether it is an emergency")),
    Property("reported_at", Kind.TIME, Told("上报时间", "When it was reported")),
    Property("deadline", Kind.TIME, Told("办理期限", "Until when it has to be done")),
    Property("closed_at", Kind.TIME, Told("办结时间", "When it was closed")),
    Property(
        "light", Kind.STRING, Told("期限预警", "Whether a deadline is near"), values=("none", "yellow", "red")
    ),
    Property("merged", Kind.BOOLEAN, Told("已合并", "Whether it was merged into another")),
    Property("h3", Kind.STRING, Told("H3 网格单元", "H3 cell of level 10")),
    Property("grid_code", Kind.STRING, Told("网格编码", "Code of its grid")),
)


def _rows(kind: What) -> Callable[[Reading], Rows]:
    def of_kind(reading: Reading) -> Rows:
        rows = Rows(features.INCIDENTS, {"kind": kind.value, "now": reading.now})
        return rows.within("i.area_id", reading.areas)

    return of_kind


INCIDENTS: Final = Collection(
    id="incidents",
    title=Told("事件", "Incidents"),
    about=Told("上报的事件；一些没有位置", "What happened; some without a position"),
    permission=Permission.SEE_INCIDENTS,
    shape=Shape.POINT,
    properties=_PROPERTIES,
    rows=_rows(What.INCIDENT),
    title_of="title",
    unplaced=True,
    time=Time("reported_at", always=True),
)

HAZARDS: Final = Collection(
    id="hazards",
    title=Told("隐患", "Hazards"),
    about=Told("可能引发事故的隐患", "What could happen"),
    permission=Permission.SEE_INCIDENTS,
    shape=Shape.POINT,
    properties=_PROPERTIES,
    rows=_rows(What.HAZARD),
    title_of="title",
    unplaced=True,
    time=Time("reported_at", always=True),
)

COLLECTIONS: Final = (INCIDENTS, HAZARDS)
