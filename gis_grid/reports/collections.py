"""The cells of `/api/heat` as collections for other programs: the same figures, by the same functions."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from gis_grid.accounts.roles import Permission
from gis_grid.core.presence.heat import outline_wkb
from gis_grid.incidents.observed import CELL_LEVELS
from gis_grid.kit.errors import BadInput, NotFound
from gis_grid.kit.features import Collection, Kind, Parameter, Property, Rows, Shape, Time, Told
from gis_grid.patrols.visiting.rules import VisitRules
from gis_grid.patrols.weeks import days_touched
from gis_grid.reports import cell_store, heat, service
from gis_grid.reports.asked import DEFAULT_RESOLUTION, Asked, Counted, Filters
from gis_grid.reports.gathered import gather
from gis_grid.reports.words import Lang

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis_grid.kit.features import Reading


def _incidents(reading: Reading) -> Rows:
    kind = reading.asked.get("kind") or Counted.HAZARD
    if kind not in list(Counted):
        raise BadInput("No such kind", f"kind={kind[:100]!r}; there are: {', '.join(Counted)}")
    filters = Filters(counted=Counted(kind), category=reading.asked.get("category") or None)
    asked = _asked(reading, CELL_LEVELS, filters)
    found = gather(reading.conn, asked, asked.resolution).cells
    columns = {
        name: [getattr(one, name) for one in found]
        for name in ("count", "open", "weight", "worst", "category")
    }
    days = {"first": asked.first, "last": asked.last}
    return Rows(cell_store.HEAT_CELLS, {**_drawn([one.cell for one in found]), **columns, **days})


def _visits(reading: Reading) -> Rows:
    at, settings = reading.now, reading.settings
    found = heat.released(
        reading.conn,
        _asked(reading, heat.VISIT_LEVELS, Filters()),
        at,
        min_targets=settings.heat_min_targets,
        hidden=VisitRules.read(settings, at).hidden_anywhere(),
    )
    weeks = found.weeks
    days = {
        "first": weeks[0] if weeks else None,
        "last": weeks[-1] + timedelta(days=6) if weeks else None,
    }
    cells, targets = found.cells.cells.tolist(), found.cells.counts.tolist()
    return Rows(cell_store.VISIT_CELLS, {**_drawn(cells), "targets": targets, **days})


def _asked(reading: Reading, levels: Sequence[int], filters: Filters) -> Asked:
    """Return what is asked for, by the local days that the interval touches.

    Raises
    ------
    BadInput
        When there is no such resolution, or no such community in sight.
    """
    told = reading.asked.get("resolution") or str(DEFAULT_RESOLUTION)
    if told not in map(str, levels):
        raise BadInput(
            "No such resolution", f"resolution={told[:100]!r}; there are: {', '.join(map(str, levels))}"
        )
    interval, tz = reading.interval, reading.settings.tz
    first, last = (None, None) if interval is None else days_touched(interval.start, interval.end, tz)
    asked = Asked(Lang.EN, first, last, int(told), tz, reading.areas, filters)
    try:
        return service.in_community(reading.conn, asked, reading.asked.get("community") or None)
    except NotFound as unknown:
        raise BadInput(unknown.title, unknown.detail) from unknown


def _drawn(cells: Sequence[int]) -> dict[str, Any]:
    return {"cells": list(cells), "outlines": [outline_wkb(cell) for cell in cells]}


_CELL: Final = Property("cell", Kind.STRING, Told("H3 单元", "H3 cell"))
_DAYS: Final = (
    Property("first_day", Kind.DATE, Told("起始日", "First day that is counted; null: from the first on")),
    Property("last_day", Kind.DATE, Told("截止日", "Last day that is counted; null: until now")),
)


def _resolution(levels: Sequence[int]) -> Parameter:
    about = Told("H3 级别", f"H3 resolution: {', '.join(map(str, levels))}")
    return Parameter("resolution", about, default=str(DEFAULT_RESOLUTION))


_COMMUNITY: Final = Parameter("community", Told("社区编号", "Only this community, by its code"))

HEAT_CELLS: Final = Collection(
    id="heat_cells",
    title=Told("隐患热力（H3）", "Incidents by cell"),
    about=Told(
        "各 H3 单元内的隐患或事件数；datetime 选择日期，默认为全部",
        "Hazards or incidents by H3 cell, as /api/heat/cells counts them; `datetime` chooses local days, all "
        "of them by default",
    ),
    permission=Permission.SEE_REPORTS,
    shape=Shape.POLYGON,
    properties=(
        _CELL,
        Property("count", Kind.INTEGER, Told("数量", "How many")),
        Property("open", Kind.INTEGER, Told("未办结", "How many are open")),
        Property("weight", Kind.NUMBER, Told("权重", "What they weigh")),
        Property("worst", Kind.INTEGER, Told("最高严重程度", "Worst severity, 1 light to 3 severe")),
        Property("category", Kind.STRING, Told("最常见类别", "Commonest category")),
        *_DAYS,
    ),
    rows=_incidents,
    title_of="cell",
    integer_ids=False,
    time=Time("first_day", "last_day", of_rows=True),
    parameters=(
        _resolution(CELL_LEVELS),
        Parameter("kind", Told("统计对象", f"What is counted: {', '.join(Counted)}"), default="hazard"),
        Parameter("category", Told("类别", "Only this category, as it was written")),
        _COMMUNITY,
    ),
    made=True,
)

VISIT_CELLS: Final = Collection(
    id="visit_cells",
    title=Told("走访热力（H3）", "Published visits by cell"),
    about=Told(
        "各 H3 单元内被走访的对象数，只含公布的部分：整周、每单元不少于规定数量；datetime 选择整周",
        "Distinct visited places by H3 cell, as far as they are published: whole weeks that are over, cells "
        "with enough of them; `datetime` chooses weeks",
    ),
    permission=Permission.SEE_REPORTS,
    shape=Shape.POLYGON,
    properties=(_CELL, Property("targets", Kind.INTEGER, Told("走访对象数", "Distinct places")), *_DAYS),
    rows=_visits,
    title_of="cell",
    integer_ids=False,
    time=Time("first_day", "last_day", of_rows=True),
    parameters=(_resolution(heat.VISIT_LEVELS), _COMMUNITY),
    made=True,
)

COLLECTIONS: Final = (HEAT_CELLS, VISIT_CELLS)
