"""The ground as collections for other programs: areas, grids, boundaries, buildings, roads, water."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gis_grid.accounts.roles import Permission
from gis_grid.grids.service.grids import HOUSEHOLDS_FEW, HOUSEHOLDS_MANY
from gis_grid.grids.store import features
from gis_grid.kit.features import Collection, Kind, Property, Rows, Shape, Time, Told

if TYPE_CHECKING:
    from gis_grid.kit.features import Interval, Reading

_SOURCE: Final = (
    Property("source", Kind.STRING, Told("来源", "Where it was imported from")),
    Property("source_ref", Kind.STRING, Told("来源中的编号", "Its id there")),
)
_NAME: Final = Property("name", Kind.STRING, Told("名称", "Name"))
_COMMUNITY: Final = Property("community_code", Kind.STRING, Told("社区编码", "Code of its community"))


def _grids(reading: Reading) -> Rows:
    asked = reading.interval
    if asked is None or (asked.start == asked.end and asked.start is not None):
        at = reading.now if asked is None else asked.start
        return _banded(features.GRIDS, reading).where(features.IN_FORCE_AT, at=at)
    rows = _within(_banded(features.GRIDS_LAST, reading), asked)
    return Rows(f"{rows.sql} {features.LAST_OF_EACH}", rows.values)


def _boundaries(reading: Reading) -> Rows:
    rows = _banded(features.BOUNDARIES, reading)
    return rows if reading.interval is None else _within(rows, reading.interval)


def _banded(sql: str, reading: Reading) -> Rows:
    rows = Rows(sql, {"few": HOUSEHOLDS_FEW, "many": HOUSEHOLDS_MANY})
    return rows.within("grid.area_id", reading.areas)


def _within(rows: Rows, interval: Interval) -> Rows:
    return rows.where(features.IN_FORCE_WITHIN, first=interval.start, last=interval.end)


AREAS: Final = Collection(
    id="areas",
    title=Told("行政区域", "Areas"),
    about=Told("县区、街道乡镇与社区", "Counties, subdistricts and communities"),
    permission=Permission.SEE_MAP,
    shape=Shape.POLYGONS,
    properties=(
        Property("code", Kind.STRING, Told("编码", "Code")),
        _NAME,
        Property("kind", Kind.STRING, Told("级别", "Level"), values=("county", "subdistrict", "community")),
        Property("parent_code", Kind.STRING, Told("上级编码", "Code of the area above")),
        Property("synthetic", Kind.BOOLEAN, Told("示例数据", "Made up, of the sample town")),
    ),
    rows=lambda reading: Rows(features.AREAS).within("area.id", reading.areas),
    title_of="name",
    layers=("area",),
)

_OF_A_BOUNDARY: Final = (
    _COMMUNITY,
    Property("community_name", Kind.STRING, Told("社区", "Its community")),
    Property("households", Kind.INTEGER, Told("户数", "Households then")),
    Property("buildings", Kind.INTEGER, Told("建筑数", "Buildings then")),
    Property(
        "band",
        Kind.STRING,
        Told("户数是否在规定范围内", "Under, in or over the band of households (BASE-1)"),
        values=("under", "in", "over"),
    ),
    Property("valid_from", Kind.TIME, Told("生效时间", "In force from")),
    Property("valid_until", Kind.TIME, Told("失效时间", "In force until, exclusive; null: still")),
)

GRIDS: Final = Collection(
    id="grids",
    title=Told("网格", "Grids"),
    about=Told(
        "当前生效的网格；用 datetime 查看任一时刻的划分",
        "Grids with the boundary in force now, or at `datetime`; of an interval the last one in it",
    ),
    permission=Permission.SEE_MAP,
    shape=Shape.POLYGONS,
    properties=(Property("code", Kind.STRING, Told("网格编码", "Code")), _NAME, *_OF_A_BOUNDARY),
    rows=_grids,
    title_of="name",
    told=True,
    time=Time("valid_from", "valid_until", of_rows=True),
    layers=("grid", "boundary", "area"),
)

BOUNDARIES: Final = Collection(
    id="boundaries",
    title=Told("网格边界（历次）", "Boundaries"),
    about=Told(
        "网格边界的每一个版本及其沿革", "Every version of every grid's outline, with what it came from"
    ),
    permission=Permission.SEE_MAP,
    shape=Shape.POLYGONS,
    properties=(
        Property("grid_code", Kind.STRING, Told("网格编码", "Code of the grid")),
        Property("grid_name", Kind.STRING, Told("网格名称", "Name of the grid")),
        *_OF_A_BOUNDARY,
    ),
    rows=_boundaries,
    title_of="grid_name",
    told=True,
    time=Time("valid_from", "valid_until", of_rows=True),
    layers=("grid", "boundary", "area"),
)

BUILDINGS: Final = Collection(
    id="buildings",
    title=Told("建筑", "Buildings"),
    about=Told(
        "建筑轮廓或点，及其户数；不含任何个人", "Footprints or points with their households; no person"
    ),
    permission=Permission.SEE_MAP,
    shape=Shape.ANY,
    properties=(
        *_SOURCE,
        Property("kind", Kind.STRING, Told("类型", "Kind, as its source calls it")),
        _NAME,
        Property("floors", Kind.NUMBER, Told("层数", "Floors")),
        Property("households", Kind.INTEGER, Told("户数", "Households")),
        Property("estimated", Kind.BOOLEAN, Told("户数为估算", "Whether its households are estimated")),
        _COMMUNITY,
    ),
    rows=lambda reading: Rows(features.BUILDINGS).within("building.area_id", reading.areas),
    title_of="name",
    layers=("building", "area"),
)

ROADS: Final = Collection(
    id="roads",
    title=Told("道路", "Roads"),
    about=Told("底图道路与铁路", "Roads and railways of the base map"),
    permission=Permission.SEE_MAP,
    shape=Shape.LINES,
    properties=(
        *_SOURCE,
        Property("class", Kind.STRING, Told("等级", "Class"), values=("main", "lane", "path", "rail")),
        _NAME,
    ),
    rows=lambda _: Rows(features.ROADS),
    title_of="name",
    layers=("road",),
)

WATER: Final = Collection(
    id="water",
    title=Told("水系", "Water"),
    about=Told("底图水面与河流", "Lakes and rivers of the base map"),
    permission=Permission.SEE_MAP,
    shape=Shape.ANY,
    properties=(*_SOURCE, _NAME),
    rows=lambda _: Rows(features.WATER),
    title_of="name",
    layers=("water",),
)

COLLECTIONS: Final = (AREAS, GRIDS, BOUNDARIES, BUILDINGS, ROADS, WATER)
