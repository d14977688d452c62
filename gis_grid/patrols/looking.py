"""A look at a worker's movements: whose, of when and why; each is written into the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from gis_grid.core.rules.calendar import instant_ms, local_date
from gis_grid.kit.errors import BadInput
from gis_grid.kit.features import Parameter, Told
from gis_grid.ledger import service as ledger
from gis_grid.patrols.reading import worker_id_of
from gis_grid.patrols.weeks import weeks_touched

if TYPE_CHECKING:
    from datetime import date

    from gis_grid.kit.features import Reading
    from gis_grid.patrols.weeks import Week

LONGEST: Final = timedelta(days=31)
"""A look at a track names its days: nobody looks at a year by mistake."""

LONGEST_REASON: Final = 200

PARAMETERS: Final = (
    Parameter("worker", Told("网格员编号，必填", "Code of a grid worker; needed"), required=True),
    Parameter(
        "reason",
        Told("查看原因，网格员本人可见", "Why; the worker can read it"),
        default="read by a program",
    ),
)


@dataclass(frozen=True, slots=True)
class Looked:
    """Whose track is looked at, from when to when and on which days, all included, and the weeks around."""

    worker_id: int
    code: str
    start_ms: int
    end_ms: int
    first: date
    last: date
    weeks: tuple[Week, ...]


def look(reading: Reading) -> Looked:
    """Write into the ledger that somebody looks at a worker's track, and return what is looked at.

    An interval that ends before it starts is that of nothing: nobody looks.

    Raises
    ------
    BadInput
        When no worker or no time is named, it is too long, the reason cannot be read, or no phone can have
        recorded a position then.
    NotFound
        When the worker is not known.
    """
    asked, tz = reading.asked, reading.settings.tz
    code = asked.get("worker")
    if not code:
        raise BadInput("A worker is missing", f"worker: {_HOW}")
    reason = readable(asked.get("reason") or PARAMETERS[1].default or "")
    start_ms, end_ms = _span(reading)
    worker_id = worker_id_of(reading.conn, code)
    first, last = local_date(start_ms, tz), local_date(end_ms, tz)
    if end_ms < start_ms:
        return Looked(worker_id, code, start_ms, end_ms, first, last, ())
    weeks = weeks_touched(first, last, tz)
    noted = ledger.Look(first, last, reason, own=worker_id == reading.worker_id)
    ledger.record_look(reading.conn, reading.now, reading.caller, code, noted)
    return Looked(worker_id, code, start_ms, end_ms, first, last, tuple(weeks))


def readable(reason: str) -> str:
    """Refuse what a person would read as nothing, or in another order than it was written.

    Raises
    ------
    BadInput
    """
    if not reason.strip() or not reason.isprintable() or len(reason) > LONGEST_REASON:
        expected = f"expected at most {LONGEST_REASON} letters, no control, invisible or turning signs"
        raise BadInput("The reason cannot be read", f"reason: {expected}")
    return reason


def require_few(first: date, last: date) -> None:
    """Refuse more days than one look may have; both are looked at.

    Raises
    ------
    BadInput
    """
    if last < first:
        raise BadInput("The interval ends before it starts", f"from {first} to {last}")
    if last - first >= LONGEST:
        raise BadInput("The interval is too long", f"from {first} to {last}: at most {LONGEST.days} days")


def _span(reading: Reading) -> tuple[int, int]:
    asked = reading.interval
    if asked is None or asked.start is None or asked.end is None:
        raise BadInput("The interval cannot be used", f"datetime: expected both ends of it; {_HOW}")
    if asked.end - asked.start > LONGEST:
        raise BadInput("The interval is too long", f"datetime: at most {LONGEST.days} days")
    return instant_ms(asked.start), instant_ms(asked.end)


_HOW: Final = (
    "a track is read with worker=CODE&datetime=START/END, both ends given; programs that cannot ask so begin"
    " at /ogc/tracks/CODE/FIRST-DAY/LAST-DAY"
)
