"""The bulletin of a day, week or month (BASE-8): figures, trends, rises beyond chance, difficulties."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from gis_grid.core.analysis.figures import Cases, Figures, figures
from gis_grid.core.analysis.hot_spots import SIGNIFICANT, hot_spots
from gis_grid.core.analysis.rises import Rises, rises
from gis_grid.core.presence.heat import middle
from gis_grid.grids import service as grids
from gis_grid.incidents import service as incidents
from gis_grid.incidents.observed import Observed, Window, codes, observed, reopened
from gis_grid.kit.days import instants
from gis_grid.kit.errors import NotFound
from gis_grid.reports.asked import DEFAULT_RESOLUTION, Asked, Counted, Filters
from gis_grid.reports.bulletin_shapes import Bulletin, BulletinLine, Difficulty, HotCell
from gis_grid.reports.hotspots import refusal, studied

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from gis_grid.reports.periods import Period

_MOST_LISTED: Final = 10
_DAY_MS: Final = 86_400_000


def bulletin(
    conn: Connection, period: Period, community: str | None, *, asked: Asked, now: datetime
) -> Bulletin:
    """Return the bulletin of a period, of one community or of all that may be seen.

    Of what was asked for, the language, the time zone and the areas count.

    Raises
    ------
    NotFound
        When there is no such community in sight.
    """
    tz, areas = asked.tz, asked.areas
    places = {one.code: one.name for one in communities(conn, areas)}
    if community is not None and community not in places:
        raise NotFound("No such community", f"{community[:40]!r}")
    compared = _compared(conn, period, tz)
    start, end = period.span(tz)
    begun, over = instants(period.first, period.last, tz)
    earliest, _ = instants(min((one.first for one in compared), default=period.first), None, tz)
    window = Window(tz.key, start=earliest, end=min(over, now), areas=areas, open_at=begun)
    rows = observed(conn, window)
    if community is not None:
        rows = rows[rows.communities == community]
    until = min(end, int(now.timestamp() * 1000))
    cases = Cases(rows.t_ms, rows.closed_ms, rows.due_ms)
    grid_names = _grids(conn, min(over, now), areas)
    spans = [one.span(tz) for one in compared]
    lines = _lines(rows, cases, (start, max(until, start + 1)), spans, {**places, **grid_names})
    place = Asked(asked.lang, period.first, period.last, DEFAULT_RESOLUTION, tz, areas, Filters(Counted.BOTH))
    spots, refused = _hot_spots(conn, place, community, now)
    return Bulletin(
        period=period.name,
        length=period.length,
        first=str(period.first),
        last=str(period.last),
        until=now.astimezone(tz).strftime("%Y-%m-%d %H:%M") if until < end else None,
        community=community,
        compared=[one.name for one in compared],
        **lines,
        overdue=_overdue(conn, rows, cases, until, grid_names),
        reopened=_reopened(conn, rows, begun, over),
        hot_spots=spots,
        hot_spots_refused=refused,
    )


def _compared(conn: Connection, period: Period, tz: ZoneInfo) -> list[Period]:
    """Return the earlier periods since whose begin incidents were recorded."""
    since = incidents.kept_since(conn)
    if since is None:
        return []
    recorded = since.astimezone(tz).date()
    return [one for one in period.earlier() if one.first >= recorded]


def _lines(
    rows: Observed,
    cases: Cases,
    span: tuple[int, int],
    compared: Sequence[tuple[int, int]],
    names: dict[str, str],
) -> dict[str, Any]:
    """Return the lines by section; all of them are one family of tests."""
    sections = {
        "all": np.full(len(rows), "", np.str_),
        "kinds": rows.kinds,
        "categories": rows.categories,
        "communities": rows.communities,
        "grids": rows.grids,
    }
    found: list[_Series] = []
    for section, keys in sections.items():
        series, of = np.unique(keys, return_inverse=True)
        counted = figures(cases, of.astype(np.int64), len(series), span, compared)
        found += [_Series(section, str(key), counted, n) for n, key in enumerate(series.tolist())]
    told = rises(
        [one.counted.reported[one.n] for one in found],
        np.array([one.counted.before[one.n] for one in found], np.int64).reshape(len(found), len(compared)),
    )
    lines: dict[str, list[BulletinLine]] = {section: [] for section in sections}
    for place, one in enumerate(found):
        line = _line(one, names.get(one.key, one.key), told, place)
        if line.reported or line.closed or line.open or any(line.before):
            lines[one.section].append(line)
    for told_lines in lines.values():
        told_lines.sort(key=lambda line: (-line.reported, -line.open, line.code))
    nothing = _Series("all", "", figures(_NOTHING, np.zeros(0, np.int64), 1, span, compared), 0)
    quiet = rises(nothing.counted.reported, nothing.counted.before)
    total = lines.pop("all") or [_line(nothing, "", quiet, 0)]
    return {"all": total[0], **lines}


_NOTHING: Final = Cases(np.zeros(0, np.int64), np.zeros(0), np.zeros(0))


class _Series(NamedTuple):
    """One series of a section: row `n` of its figures."""

    section: str
    key: str
    counted: Figures
    n: int


def _line(one: _Series, name: str, told: Rises, place: int) -> BulletinLine:
    counted, n = one.counted, one.n
    reported, mean = int(counted.reported[n]), _number(told.mean[place])
    q = _number(told.q[place])
    return BulletinLine(
        code=one.key,
        name=name,
        reported=reported,
        closed=int(counted.closed[n]),
        open=int(counted.open[n]),
        overdue=int(counted.overdue[n]),
        before=counted.before[n].tolist(),
        mean=mean,
        change=round(reported / mean - 1, 4) if mean else None,
        p=_number(told.p[place]),
        q=q,
        test=told.test[place],
        rise=q is not None and q <= SIGNIFICANT,
    )


def _number(value: np.float64) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)


def _overdue(
    conn: Connection, rows: Observed, cases: Cases, at_ms: int, names: dict[str, str]
) -> list[Difficulty]:
    late = np.flatnonzero(cases.overdue_at(at_ms))
    worst = late[np.argsort(cases.due_ms[late], kind="stable")][:_MOST_LISTED]
    by_id = codes(conn, rows.ids[worst].tolist())
    return [
        Difficulty(
            code=by_id[int(rows.ids[n])],
            kind=str(rows.kinds[n]),
            category=str(rows.categories[n]),
            grid=names.get(str(rows.grids[n])),
            days_over=round((at_ms - float(cases.due_ms[n])) / _DAY_MS, 1),
        )
        for n in worst.tolist()
    ]


def _reopened(conn: Connection, rows: Observed, start: datetime, end: datetime) -> int:
    return int(np.isin(np.array(reopened(conn, start, end), np.int64), rows.ids).sum())


def _hot_spots(
    conn: Connection, asked: Asked, community: str | None, now: datetime
) -> tuple[list[HotCell], str | None]:
    """Return the strongest hot spots of incidents and hazards, or why there are none to tell."""
    at = min(asked.window().end or now, now)
    _, cells, weights, _ = studied(conn, asked, at, community)
    why = refusal(asked, cells, weights)
    if why:
        return [], why
    found = hot_spots(cells, weights)
    hot = np.flatnonzero(found.significant & (found.z > 0))
    best: NDArray[np.int64] = hot[np.argsort(-found.z[hot], kind="stable")][:_MOST_LISTED]
    places = [middle(int(cell)) for cell in found.cells[best]]
    names = grids.names_at(conn, at, [lon for lon, _ in places], [lat for _, lat in places], asked.areas)
    return [
        HotCell(
            cell=f"{int(found.cells[n]):x}",
            lon=round(lon, 6),
            lat=round(lat, 6),
            grid=name,
            count=int(found.counts[n]),
            z=round(float(found.z[n]), 3),
            p=float(found.p[n]),
            p_permuted=round(float(found.p_permuted[n]), 4),
            q=float(found.q[n]),
        )
        for n, (lon, lat), name in zip(best.tolist(), places, names, strict=True)
    ], None


class Community(NamedTuple):
    """A community to choose."""

    id: int
    code: str
    name: str


def communities(conn: Connection, areas: Sequence[int] | None) -> list[Community]:
    """Return the communities in sight."""
    found = json.loads(grids.areas_geojson(conn, areas))["features"]
    told = ((feature["id"], feature["properties"]) for feature in found)
    return [Community(key, one["code"], one["name"]) for key, one in told if one["kind"] == "community"]


def _grids(conn: Connection, at: datetime, areas: Sequence[int] | None) -> dict[str, str]:
    """Return the names of the grids in force by code."""
    found = json.loads(grids.grids_geojson(conn, at, areas))["features"]
    return {feature["properties"]["code"]: feature["properties"]["name"] for feature in found}
