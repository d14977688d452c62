"""Messages of many phones that are taken in together: one transaction, one commit."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from gis_grid.tracks.rows import ROW

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

    from gis_grid.tracks.phones.clients import Client
    from gis_grid.tracks.phones.message import Health, Message

FIX: Final = np.dtype([*((name, ROW[name]) for name in ROW.names or ()), ("entry", "i4"), ("position", "i4")])
"""A fix on its way: as its table holds it, and of which message it is which position."""

_MOST_FAULTS, _MOST_ERROR = 20, 4_000


class DutyBy(StrEnum):
    """What says when somebody is on duty."""

    SIGN_IN = "sign_in"
    TRACKING = "tracking"


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator decided: where days begin, and what makes duty known."""

    tz: ZoneInfo
    duty_by: DutyBy = DutyBy.SIGN_IN


class Holder(NamedTuple):
    """Whose movements a device reports within [start, end), epoch milliseconds."""

    worker_id: int
    start_ms: float
    end_ms: float


class Device(NamedTuple):
    """A device with all that decides about its fixes, and when it was last heard of."""

    id: int
    datum: str
    issued_at: datetime | None = None
    holders: Sequence[Holder] = ()
    heard_at: datetime | None = None
    battery_share: float | None = None
    charging: bool | None = None


@dataclass(slots=True, eq=False)
class Entry:
    """One message on its way in.

    Attributes
    ----------
    device : Device or None
        Whose token was shown; none for an unknown one, whose message goes no further.
    faults : list of str
        What of it cannot be used, and why: with any it goes to quarantine.
    off_duty : bool
        Whether it holds positions that must not be kept.
    """

    client: Client
    message: Message
    secret_digest: bytes = field(repr=False)
    received_at: datetime
    device: Device | None = None
    health: Health | None = None
    faults: list[str] = field(default_factory=list)
    off_duty: bool = False

    def begin_again(self) -> None:
        """Forget what steps found out."""
        self.device, self.health, self.faults, self.off_duty = None, None, [], False

    @property
    def error(self) -> str:
        """All faults in one text that PostgreSQL can hold."""
        more = len(self.faults) - _MOST_FAULTS
        told = "; ".join([*self.faults[:_MOST_FAULTS], *([f"and {more} more"] if more > 0 else [])])
        return told.encode("utf-8", "replace").decode().replace("\0", "?")[:_MOST_ERROR]


@dataclass(slots=True, eq=False)
class Group:
    """Messages, and the fixes that are left of them after each step."""

    entries: list[Entry]
    policy: Policy
    fixes: NDArray[np.void] = field(default_factory=lambda: np.empty(0, FIX))

    @property
    def t_ms(self) -> NDArray[np.int64]:
        """Times of the fixes, epoch milliseconds."""
        return self.fixes["t"].astype("M8[ms]").astype(np.int64)

    def per_fix(self, values: Sequence[object], kind: str) -> NDArray[Any]:
        """Return, for each fix, what its message has in `values`."""
        chosen: NDArray[Any] = np.array(values, kind)[self.fixes["entry"]]
        return chosen

    def refuse(self, wrong: NDArray[np.bool_], why: str) -> None:
        """Take fixes out as faults of their messages."""
        if not wrong.any():
            return
        entries, first, counts = np.unique(self.fixes["entry"][wrong], return_index=True, return_counts=True)
        positions = self.fixes["position"][wrong][first]
        for entry, position, count in zip(entries.tolist(), positions.tolist(), counts.tolist(), strict=True):
            more = f" and {count - 1} more" if count > 1 else ""
            self.entries[entry].faults.append(f"positions[{position}]{more}: {why}")
        self.fixes = self.fixes[~wrong]
