"""Likely duplicates (FM-4): found by place, time, text and picture; whether they are, a person says."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from gis_grid.core.workflow.alike import LIKELY, NEAR_M, WITHIN_MS, likeness
from gis_grid.incidents.store import duplicates as store
from gis_grid.incidents.store import followed
from gis_grid.kit.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

_SHOWN: Final = 10
_WITHIN: Final = timedelta(milliseconds=WITHIN_MS)


@dataclass(frozen=True, slots=True)
class Looked:
    """What is compared: an incident, or what somebody is about to report."""

    title: str
    at: datetime
    description: str = ""
    category: str | None = None
    lon: float | None = None
    lat: float | None = None
    address: str = ""
    code: str = ""


def duplicates_of(conn: Connection, code: str, areas: Sequence[int] | None) -> list[dict[str, Any]]:
    """Return likely duplicates of an incident, the likeliest first.

    Raises
    ------
    NotFound
        When there is none, or it may not be seen.
    """
    row = followed.find(conn, code)
    if row is None:
        raise NotFound("No such incident", repr(code))
    looked = Looked(
        row.title,
        row.reported_at,
        row.description,
        row.category_code,
        row.lon,
        row.lat,
        row.address,
        row.code,
    )
    return look(conn, looked, areas)


def look(conn: Connection, looked: Looked, areas: Sequence[int] | None) -> list[dict[str, Any]]:
    """Return what is stored and likely the same, the likeliest first, each with the parts of its score."""
    lean = NEAR_M / (111_320 * max(math.cos(math.radians(looked.lat or 0)), 1e-3))
    rows = store.near(
        conn,
        code=looked.code,
        lon=looked.lon,
        lat=looked.lat,
        lean=lean,
        address=looked.address,
        at=looked.at,
        first=looked.at - _WITHIN,
        last=looked.at + _WITHIN,
        areas=areas,
    )
    found = [_compared(looked, row) for row in rows]
    likely = [one for one in found if one["likeness"]["score"] >= LIKELY]
    return sorted(likely, key=lambda one: (-one["likeness"]["score"], one["code"]))[:_SHOWN]


def pairs(
    conn: Connection, start: datetime, end: datetime, areas: Sequence[int] | None
) -> list[dict[str, Any]]:
    """Return pairs that are likely the same and not merged, of a period, the likeliest first (FM-4)."""
    found = []
    for row in store.pairs(conn, start, end, areas):
        apart = round((row.other_reported_at - row.reported_at).total_seconds() * 1000)
        score = likeness(
            metres=row.metres,
            apart_ms=apart,
            texts=(
                f"{row.title} {row.description}".strip(),
                f"{row.other_title} {row.other_description}".strip(),
            ),
            same_category=row.category_code is not None and row.category_code == row.other_category_code,
            same_picture=row.same_picture,
        )
        if score.score >= LIKELY:
            found.append(
                {
                    "codes": [row.code, row.other_code],
                    "titles": [row.title, row.other_title],
                    "metres": round(row.metres, 1),
                    "hours": round(apart / 3_600_000, 2),
                    "likeness": asdict(score),
                }
            )
    return sorted(found, key=lambda one: (-one["likeness"]["score"], one["codes"]))


def _compared(looked: Looked, row: Row[Any]) -> dict[str, Any]:
    apart = round((row.reported_at - looked.at).total_seconds() * 1000)
    score = likeness(
        metres=row.metres,
        apart_ms=apart,
        texts=(f"{looked.title} {looked.description}".strip(), f"{row.title} {row.description}".strip()),
        addresses=(looked.address, row.address),
        same_category=looked.category is not None and looked.category == row.category_code,
        same_picture=row.same_picture,
    )
    return {
        "code": row.code,
        "title": row.title,
        "state": row.state,
        "state_kind": row.state_kind,
        "reported_at": row.reported_at,
        "metres": None if row.metres is None else round(row.metres, 1),
        "hours": round(apart / 3_600_000, 2),
        "likeness": asdict(score),
    }
