"""Reads what the latest judgements say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gis_grid.core import week_of
from gis_grid.core.rules.calendar import period_days
from gis_grid.grids import service as grids
from gis_grid.kit.errors import NotFound
from gis_grid.ledger import service as ledger
from gis_grid.patrols import schemas, store
from gis_grid.patrols.contested_store import contested
from gis_grid.patrols.weeks import refuse_upside_down, whole_weeks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection, RowMapping

_NOTHING: Final[dict[str, Any]] = {
    "first_date": None,
    "last_date": None,
    "met": 0,
    "short": 0,
    "review": 0,
    "signs": [],
}


def listed_workers(
    conn: Connection, now: datetime, areas: Sequence[int] | None = None, oneself: int | None = None
) -> schemas.WorkerList:
    """Return workers with the grid of `now` and all verdicts counted.

    Parameters
    ----------
    areas
        Ids of areas: those who have or had a grid there; ``None`` for everyone.
    oneself
        Id of one more, wherever.
    """
    workers = grids.workers_at(conn, now, areas, oneself)
    ids = [worker.id for worker in workers]
    found = {row["worker_id"]: row for row in store.summaries(conn, ids)}
    listed = {worker.id: _listed(worker, found.get(worker.id, _NOTHING)) for worker in workers}
    for verdict in contested(conn, ids):
        listed[verdict.worker_id].outcomes.count_instead(verdict.counts_as, verdict.outcome)
    return schemas.WorkerList(workers=list(listed.values()))


def worker_days(conn: Connection, code: str, first: date | None, last: date | None) -> schemas.WorkerDays:
    """Return days, weeks, patrols and signs of a worker from `first` to `last`, both included.

    Raises
    ------
    NotFound
        When the worker is not known.
    BadInput
        When the period ends before it starts.
    """
    worker_id = worker_id_of(conn, code)
    monday, sunday = whole_weeks(first, last)
    period = (first or monday, last or sunday)
    weeks = store.weeks_of(conn, [worker_id], week_of(monday), week_of(sunday))
    profiles = {(one["name"], one["version"]) for week in weeks for one in week["profiles"]}
    return schemas.WorkerDays(
        days=[
            schemas.Day(date=row["local_date"], **_plain(row))
            for row in store.days_of(conn, [worker_id], period)
        ],
        weeks=[schemas.Week(week=row["iso_week"], **_plain(row)) for row in weeks],
        patrols=[
            schemas.Patrol(date=row["local_date"], start=row["starts_at"], end=row["ends_at"], **_plain(row))
            for row in store.patrols_of(conn, [worker_id], period)
        ],
        signs=[
            schemas.Sign(date=row["local_date"], **_plain(row))
            for row in store.signs_of(conn, [worker_id], period)
        ],
        profiles=[schemas.Profile(name=name, version=version) for name, version in sorted(profiles)],
    )


def worker_periods(
    conn: Connection, code: str, first: date | None, last: date | None
) -> schemas.WorkerPeriods:
    """Return the months and quarters of a worker that have a day from `first` to `last`, both included.

    Raises
    ------
    NotFound
        When the worker is not known.
    BadInput
        When the time ends before it starts.
    """
    worker_id = worker_id_of(conn, code)
    refuse_upside_down(first, last)
    found = [(*period_days(row["period"]), row) for row in store.periods_of(conn, worker_id)]
    asked = [
        schemas.PeriodJudged.model_validate({"from": begins, "to": ends, **_plain(row)})
        for begins, ends, row in found
        if (last is None or begins <= last) and (first is None or ends >= first)
    ]
    return schemas.WorkerPeriods(periods=sorted(asked, key=lambda one: (one.first, one.last), reverse=True))


def looks_at(conn: Connection, code: str) -> schemas.Looks:
    """Return every look at a worker's tracks, oldest first.

    Raises
    ------
    NotFound
        When the worker is not known.
    """
    worker_id_of(conn, code)
    return schemas.Looks(
        looks=[
            schemas.Look(at=row["at"], actor=row["actor"], **row["detail"])
            for row in ledger.looks_at(conn, code)
        ]
    )


def worker_id_of(conn: Connection, code: str) -> int:
    """Return the id of a worker.

    Raises
    ------
    NotFound
        When there is none of that code.
    """
    # PostgreSQL holds no NUL in a text, and refuses to look for one.
    ids = {} if "\0" in code else grids.worker_ids(conn, [code])
    if code not in ids:
        raise NotFound("No such worker", repr(code))
    return ids[code]


def _listed(worker: grids.Worker, found: RowMapping | dict[str, Any]) -> schemas.WorkerListed:
    return schemas.WorkerListed(
        code=worker.code,
        name=worker.name,
        grid_code=worker.grid_code,
        grid_name=worker.grid_name,
        first_date=found["first_date"],
        last_date=found["last_date"],
        outcomes=schemas.Outcomes(
            met=found["met"], short=found["short"], review=found["review"], contested=0, set_aside=0
        ),
        signs=found["signs"],
    )


def _plain(row: RowMapping) -> dict[str, Any]:
    """Return the columns that have the same name in the table and in JSON; models ignore the others."""
    return {str(name): value for name, value in row.items()}
