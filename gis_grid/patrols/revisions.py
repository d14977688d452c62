"""Every judging of a week, and what each one changed."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from gis_grid.kit.errors import BadInput
from gis_grid.patrols import schemas, store
from gis_grid.patrols.reading import worker_id_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

_WEEK: Final = re.compile(r"([0-9]{4})-W([0-9]{2})")


class _What(NamedTuple):
    """What a verdict is about: a rule on a day (the n-th patrol of it), or in the week."""

    rule: str
    date: date | None
    n: int


class _Said(NamedTuple):
    """What a verdict says."""

    outcome: Any
    unit: Any
    best: float | None

    @property
    def best_s(self) -> float | None:
        """Its amount where that is time."""
        return self.best if self.unit == "s" else None


_NOTHING: Final = _Said(None, None, None)


def revisions_of(conn: Connection, code: str, week: str) -> schemas.Revisions:
    """Return every judging of a worker's week, oldest first; none when it was never judged.

    Raises
    ------
    NotFound
        When the worker is not known.
    BadInput
        When the week is not written as ``2026-W45``, or the calendar has none of that number.
    """
    refuse_unless_week(week)
    rows = store.revisions_of(conn, worker_id_of(conn, code), week)
    said: dict[int, dict[_What, _Said]] = defaultdict(dict)
    for verdict in store.verdicts_of(conn, [row["id"] for row in rows]):
        what = _What(verdict["rule"], verdict["date"], verdict["n"])
        said[verdict["judgement_id"]][what] = _Said(verdict["outcome"], verdict["unit"], verdict["best"])
    found: list[schemas.Revision] = []
    before: Mapping[_What, _Said] | None = None
    for row in rows:
        after = said[row["id"]]
        changes = [] if before is None else _changes(before, after)
        found.append(schemas.Revision(changes=changes, **dict(row)))
        before = after
    return schemas.Revisions(revisions=found)


def refuse_unless_week(week: str) -> None:
    """Refuse what is no ISO week: most years have 52, some 53."""
    written = _WEEK.fullmatch(week)
    if written is None:
        raise BadInput("No such week", f"{week!r}; expected one like 2026-W45")
    year, number = map(int, written.groups())
    try:
        date.fromisocalendar(year, number, 1)
    except ValueError as error:
        raise BadInput("No such week", f"{week}: the calendar has none of that number") from error


def _changes(before: Mapping[_What, _Said], after: Mapping[_What, _Said]) -> list[schemas.Change]:
    """Return the verdicts that came, went, or say something else."""
    return [
        _change(what, before.get(what, _NOTHING), after.get(what, _NOTHING))
        for what in {**before, **after}
        if before.get(what) != after.get(what)
    ]


def _change(what: _What, before: _Said, after: _Said) -> schemas.Change:
    """Return what one verdict said, and says now."""
    return schemas.Change(
        rule=what.rule,
        date=what.date,
        unit=after.unit or before.unit,
        before=before.outcome,
        after=after.outcome,
        before_amount=before.best,
        after_amount=after.best,
        before_s=before.best_s,
        after_s=after.best_s,
    )
