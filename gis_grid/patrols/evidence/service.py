"""Hands out what a worker's week was judged on."""

from __future__ import annotations

from datetime import UTC
from typing import IO, TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np
import orjson
import shapely

from gis_grid.core import Boundary, Fixes, Profile
from gis_grid.kit.errors import Conflict, NotFound
from gis_grid.ledger import service as ledger
from gis_grid.patrols import kept_inputs_store
from gis_grid.patrols.evidence import store
from gis_grid.patrols.evidence.contents import Contents, told
from gis_grid.patrols.evidence.writing import write
from gis_grid.patrols.judging import Case, reach
from gis_grid.patrols.kept_inputs import KeptInputs, bench_of, boundaries_sha256, fixes_sha256, shareable
from gis_grid.patrols.named_json import read_named
from gis_grid.patrols.reading import worker_id_of
from gis_grid.patrols.revisions import refuse_unless_week
from gis_grid.patrols.rows import moment
from gis_grid.patrols.weeks import week_named
from gis_grid.tracks import reading
from gis_grid.tracks.rows import fixes_of_rows

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.patrols.evidence.store import Judged
    from gis_grid.patrols.track import Looker
    from gis_grid.tracks.sessions import Span

_WAIT: Final = "it is judged again when something came since; ask again then"


def write_evidence(
    conn: Connection,
    code: str,
    week: str,
    file: IO[bytes],
    *,
    now: datetime,
    looker: Looker,
    hidden: Collection[str],
) -> str:
    """Write the bundle of the newest judgement of a worker's week, and the look at it into the ledger.

    The ledger also has the digest of the manifest: a bundle that was handed out can be told from another.

    Parameters
    ----------
    file
        Written once from its start to its end.
    hidden
        Visit classes that are only counted today, beside those that were when it was judged.

    Returns
    -------
    str
        The digest of the manifest.

    Raises
    ------
    NotFound
        When the worker is not known, or the week was never judged.
    BadInput
        When the week is none.
    Conflict
        When what is stored is not what was judged on, or only a part of it may be seen.
    """
    refuse_unless_week(week)
    worker_id = worker_id_of(conn, code)
    judged = store.newest(conn, worker_id, week)
    if judged is None:
        raise NotFound("This week was not judged", f"{code} {week}")
    own = worker_id == looker.worker_id
    contents = _contents(conn, code, worker_id, judged, hidden)
    days = contents.case.week.days
    look = ledger.Look(days[0], days[-1], looker.reason, own=own)
    ledger.record_look(conn, now, looker.name, code, look)
    manifest = write(contents, file)
    detail = {"what": "evidence", "week": week, "revision": judged.head["revision"], "sha256": manifest}
    ledger.record(conn, now, looker.name, "export", f"worker:{code}", detail | ({"own": True} if own else {}))
    return manifest


def _contents(
    conn: Connection, code: str, worker_id: int, judged: Judged, hidden: Collection[str]
) -> Contents:
    head = judged.head
    document = kept_inputs_store.find(conn, head["id"])
    if document is None:
        raise Conflict(
            "What this week was judged on is not kept",
            "it was judged by an earlier version of the program and can be judged again, or a part of the"
            " week is not in sight",
        )
    kept = read_named(KeptInputs, document, "what is kept")
    work, left_out = shareable(kept.work, hidden, kept.left_out)
    week = week_named(head["iso_week"], ZoneInfo(kept.settings.tz))
    case = Case(
        worker_id=worker_id,
        week=week,
        fixes=_fixes(conn, worker_id, reach(week, kept.work), kept),
        work=work,
        boundaries=_boundaries(conn, kept),
        period=kept.settings.period,
        bench=bench_of(kept.settings, _profiles(conn, head["id"], kept), head["core_version"]),
        stand_ins_sha256=left_out.stand_ins_sha256,
    )
    sealed = store.sealed_days(conn, worker_id, week.first, week.last)
    links = store.links(conn, head["id"], week.first, week.last)
    return Contents(
        worker=code,
        case=case,
        left_out=left_out,
        verdicts=told(head, judged.days, judged.patrols, judged.week, judged.signs),
        ledger=orjson.loads(orjson.dumps({"links": links, "sealed": sealed}, option=orjson.OPT_UTC_Z)),
    )


def _fixes(conn: Connection, worker_id: int, span: Span, kept: KeptInputs) -> Fixes:
    """Return the fixes that were judged on: all that there are, or those that had come by then.

    Raises
    ------
    Conflict
        When neither is what was judged on.
    """
    ((_, fixes),) = reading.each_workers_fixes(conn, {worker_id: span})
    if fixes_sha256(fixes) == kept.fixes_sha256:
        return fixes
    had_come = _come_by(conn, worker_id, span, moment(kept.settings.now_ms))
    if fixes_sha256(had_come) == kept.fixes_sha256:
        return had_come
    raise Conflict(
        "The positions of this week are not those that it was judged on",
        f"{kept.fixes} then, {len(fixes)} now in sight: {_WAIT}; or a part of the week is not in sight",
    )


def _come_by(conn: Connection, worker_id: int, span: Span, by: datetime) -> Fixes:
    until = np.datetime64(by.astimezone(UTC).replace(tzinfo=None), "us")
    parts = [
        fixes_of_rows(rows[rows["received_at"] <= until])
        for rows in reading.rows_of(conn, worker_id, *(moment(at) for at in span))
    ]
    return Fixes.concat(parts)


def _boundaries(conn: Connection, kept: KeptInputs) -> tuple[Boundary, ...]:
    outlines = store.outlines(conn, [one.id for one in kept.boundaries])
    found = tuple(
        Boundary.of(shapely.from_wkb(outlines[one.id]), one.valid_from_ms, one.valid_to_ms, one.id)
        for one in kept.boundaries
        if one.id in outlines
    )
    if boundaries_sha256(found) != kept.boundaries_sha256:
        raise Conflict(
            "The boundaries of this week are not those that it was judged on",
            f"{_WAIT}; or one of them is not in sight",
        )
    return found


def _profiles(conn: Connection, judgement_id: int, kept: KeptInputs) -> tuple[Profile, ...]:
    documents = kept_inputs_store.profiles(conn, judgement_id)
    return tuple(read_named(Profile, documents[key], "a profile that is kept") for key in kept.profiles)
