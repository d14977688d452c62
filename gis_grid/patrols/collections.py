"""What was judged as collections for other programs: patrols, and hours of patrol by cell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from gis_grid.accounts.roles import Permission
from gis_grid.core import week_of
from gis_grid.kit.features import Collection, Interval, Kind, Property, Rows, Shape, Time, Told
from gis_grid.patrols import collection_store, coverage_cells, track_collections
from gis_grid.patrols.weeks import days_touched

if TYPE_CHECKING:
    from gis_grid.kit.features import Reading

_FIRST: Final = datetime(1990, 1, 1, tzinfo=UTC)
_MANY_AREAS: Final = 10
"""Of so many a page is found sooner among everybody's patrols, in their order, than among those of their
workers, which would all be sorted.
"""
_LONGEST: Final = timedelta(days=1)
"""A patrol may end after its week, by no more than a session lasts."""


def _patrols(reading: Reading) -> Rows:
    asked = reading.interval or Interval(None, None)
    start = None if asked.start is None else max(asked.start, _FIRST) - _LONGEST
    first, last = days_touched(start, asked.end, reading.settings.tz)
    rows = Rows(collection_store.PATROLS)
    if reading.people is not None and len(reading.people) < _MANY_AREAS:
        rows = rows.where(collection_store.OF_SEEN_WORKERS, own=reading.worker_id)
    if first is not None:
        rows = rows.where(collection_store.FROM_WEEK, first=week_of(first))
    return rows if last is None else rows.where(collection_store.UNTIL_WEEK, last=week_of(last))


PATROLS: Final = Collection(
    id="patrols",
    title=Told("巡查", "Patrols"),
    about=Told(
        "每次巡查的时长与判定，按每周最新一次判定；不含位置",
        "Patrols with their times and verdicts, by the latest judging of each week; no position",
    ),
    permission=Permission.SEE_VERDICTS,
    shape=Shape.NONE,
    properties=(
        Property("worker_code", Kind.STRING, Told("网格员编号", "Code of the grid worker")),
        Property("local_date", Kind.DATE, Told("日期", "Local date it starts on")),
        Property("starts_at", Kind.TIME, Told("开始", "Start")),
        Property("ends_at", Kind.TIME, Told("结束", "End")),
        Property("known_s", Kind.NUMBER, Told("已知时长", "Time that fixes tell of"), unit="s"),
        Property("unknown_s", Kind.NUMBER, Told("未知时长", "Time that they do not"), unit="s"),
        Property("lower_s", Kind.NUMBER, Told("网格内时长（下限）", "Time inside, at least"), unit="s"),
        Property("best_s", Kind.NUMBER, Told("网格内时长", "Time inside, best"), unit="s"),
        Property("upper_s", Kind.NUMBER, Told("网格内时长（上限）", "Time inside, at most"), unit="s"),
        Property("verdicts", Kind.OBJECT, Told("判定", "Verdict of each rule"), filters=False),
        Property("iso_week", Kind.STRING, Told("周", "ISO week")),
        Property("revision", Kind.INTEGER, Told("判定版本", "Revision of the judging")),
        Property("provisional", Kind.BOOLEAN, Told("暂定", "Whether it may still change")),
    ),
    rows=_patrols,
    title_of="worker_code",
    integer_ids=False,
    time=Time("starts_at", "ends_at"),
)

COVERAGE_CELLS: Final = Collection(
    id="coverage_cells",
    title=Told("巡查覆盖（按周）", "Hours of patrol by cell"),
    about=Told(
        "每个网格每周在各 H3 单元内的巡查小时数；只公布已结束的整周；默认为最近一周，datetime 选择整周",
        "Hours of patrol by ISO week, grid and H3 cell of level 10; only whole weeks that are told, the "
        "newest one unless `datetime` chooses others",
    ),
    permission=Permission.SEE_VERDICTS,
    shape=Shape.POLYGON,
    properties=(
        Property("iso_week", Kind.STRING, Told("周", "ISO week")),
        Property("first_day", Kind.DATE, Told("周一", "Its Monday")),
        Property("last_day", Kind.DATE, Told("周日", "Its Sunday")),
        Property("grid_code", Kind.STRING, Told("网格编码", "Code of the grid")),
        Property("cell", Kind.STRING, Told("H3 单元", "H3 cell of level 10")),
        Property("hours", Kind.NUMBER, Told("小时数", "Hours in it"), unit="h"),
    ),
    rows=coverage_cells.rows,
    title_of="cell",
    integer_ids=False,
    time=Time("first_day", "last_day", of_rows=True),
    made=True,
)

COLLECTIONS: Final = (PATROLS, COVERAGE_CELLS, *track_collections.COLLECTIONS)
