"""Incidents as they are listed, counted per cell, and counted for workers."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from gis_grid.core.workflow import StateKind
from gis_grid.incidents import workflows
from gis_grid.incidents.paging import Place, Sort
from gis_grid.incidents.store import lists, records
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from typing import Any
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection, Row

    from gis_grid.core.workflow import State
    from gis_grid.incidents.paging import Page
    from gis_grid.incidents.rows import Counted, Extent, Filter, IncidentCell, Listed

RESOLUTIONS: Final = (9, 10, 11)
"""H3 resolutions that incidents are counted at."""


def geojson(conn: Connection, wanted: Filter, page: Page, now: datetime) -> str:
    """Return a page of incidents as the text of a GeoJSON FeatureCollection.

    Beside the features, `numberMatched` says how many there are on all pages, and `next` is the cursor of the
    page behind; null on the last.
    """
    rows = lists.page(conn, wanted, page, now, _state_words())
    shown = rows[: page.limit]
    behind = json.dumps(str(_place(page.sort, shown[-1])) if len(rows) > len(shown) else None)
    features = ",".join(row.feature for row in shown)
    return (
        f'{{"type":"FeatureCollection","numberMatched":{lists.matched(conn, wanted)},'
        f'"numberReturned":{len(shown)},"next":{behind},"features":[{features}]}}'
    )


def counts(conn: Connection, wanted: Filter, now: datetime) -> dict[str, Any]:
    """Return how many incidents fit, and of them how many of each kind, state, light and severity."""
    alike = lists.counts(conn, wanted, now)
    states = _sums(alike, lambda one: (one.workflow, one.workflow_version, one.state))
    return {
        "matched": sum(one.count for one in alike),
        "open": sum(one.count for one in alike if one.state_kind == StateKind.OPEN),
        "without_position": sum(one.count for one in alike if not one.positioned),
        "kinds": _sums(alike, lambda one: one.kind),
        "lights": _sums(alike, lambda one: one.light),
        "severities": _sums(alike, lambda one: one.severity),
        "states": [
            {
                "workflow": state[0],
                "version": state[1],
                **_named(workflows.get(state[0], state[1]).state(state[2])),
                "count": count,
            }
            for state, count in sorted(states.items(), key=lambda one: (-one[1], one[0]))
        ],
    }


def heat_cells(conn: Connection, wanted: Filter, resolution: int) -> Sequence[IncidentCell]:
    """Return the incidents counted per H3 cell, most first; what has no position is in none.

    Raises
    ------
    BadInput
        When the resolution is not stored.
    """
    if resolution not in RESOLUTIONS:
        raise BadInput("No such resolution", f"{resolution}; incidents are kept at 9, 10 and 11")
    return lists.cells(conn, wanted, resolution)


def latest(conn: Connection, wanted: Filter, limit: int) -> Sequence[Listed]:
    """Return the newest incidents with a position, most severe first within a moment."""
    return lists.latest(conn, wanted, limit)


def extent(conn: Connection, wanted: Filter) -> Extent:
    """Return how many incidents there are and from when until when; merged ones count once."""
    return lists.extent(conn, wanted)


def kept_since(conn: Connection) -> datetime | None:
    """Return when the first incident of all was reported; ``None`` without any."""
    return lists.kept_since(conn)


def reported_by(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime
) -> dict[int, list[int]]:
    """Return when each worker reported or moved an incident within [start, end), epoch ms; never, no key."""
    return _by_worker(records.reported_by(conn, worker_ids, start, end))


def moved_by(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime, tz: ZoneInfo
) -> dict[int, list[int]]:
    """Return the same, each incident once a local day (FM-3), duplicates with what they were merged into."""
    return _by_worker(records.moved_by(conn, worker_ids, start, end, tz.key))


@lru_cache
def _state_words() -> str:
    return json.dumps(
        {f"{one.id}/{one.version}": {s.name: [s.zh, s.en] for s in one.states} for one in workflows.every()},
        ensure_ascii=False,
    )


def _place(sort: Sort, row: Row[Any]) -> Place:
    at = row.red_at if sort is Sort.URGENCY else row.reported_at
    return Place(sort, row.urgent, row.severity, at, row.id)


def _sums(alike: Iterable[Counted], key: Callable[[Counted], Any]) -> dict[Any, int]:
    found: dict[Any, int] = defaultdict(int)
    for one in alike:
        found[key(one)] += one.count
    return dict(found)


def _named(state: State) -> dict[str, Any]:
    return {"name": state.name, "kind": state.kind, "zh": state.zh, "en": state.en}


def _by_worker(rows: Iterable[Row[Any]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        found[row.worker_id].append(row.t_ms)
    return found
