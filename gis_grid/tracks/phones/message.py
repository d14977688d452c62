"""What a phone sends, and what is read from it: the shape that all clients share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import nan
from typing import TYPE_CHECKING, Any, Final, NamedTuple, overload

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Message:
    """One request of a phone, as it came.

    Attributes
    ----------
    query : str
        Of the address, still escaped, without the question mark.
    content_type : str
        As sent; empty when there was none.
    """

    method: str = "POST"
    query: str = ""
    content_type: str = ""
    body: bytes = field(default=b"", repr=False)
    user_agent: str = ""


class Position(NamedTuple):
    """One fix as the phone said it, in the phone's own datum and in SI units; ``nan`` is unknown."""

    t_ms: int
    lon: float
    lat: float
    accuracy_m: float = nan
    speed_mps: float = nan
    heading_deg: float = nan
    altitude_m: float = nan
    mock: bool = False


SAID: Final = np.dtype(
    [
        ("t_ms", "i8"),
        ("lon", "f8"),
        ("lat", "f8"),
        ("accuracy_m", "f8"),
        ("speed_mps", "f8"),
        ("heading_deg", "f8"),
        ("altitude_m", "f8"),
        ("mock", "?"),
    ]
)
"""A position as a record."""


@dataclass(frozen=True, slots=True, eq=False)
class Positions(Sequence[Position]):
    """Positions of a batch as records of `SAID`: no object each."""

    records: NDArray[np.void]

    def __len__(self) -> int:
        return len(self.records)

    @overload
    def __getitem__(self, index: int) -> Position: ...
    @overload
    def __getitem__(self, index: slice) -> Positions: ...
    def __getitem__(self, index: int | slice) -> Position | Positions:
        found: Any = self.records[index]
        return Positions(found) if isinstance(index, slice) else Position(*found.item())

    def __iter__(self) -> Iterator[Position]:
        return map(Position._make, self.records.tolist())


class Fault(NamedTuple):
    """A part of a message that could not be used: where (``locations[3].geometry``), and why."""

    where: str
    why: str


class Health(NamedTuple):
    """How the phone is: battery between 0 and 1, and whether it charges; ``None`` is unknown."""

    battery_share: float | None = None
    charging: bool | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """What a message says.

    Attributes
    ----------
    positions : sequence of Position
        None for a heartbeat and for kinds of messages that carry no position: that is no fault.
    faults : list of Fault
        Parts that cannot be decoded: the message goes to quarantine, its good parts are stored.
    health : Health or None
    sent_ms : int or None
        What the phone's clock showed when it sent, where the client says so.
    """

    positions: Sequence[Position] = ()
    faults: list[Fault] = field(default_factory=list)
    health: Health | None = None
    sent_ms: int | None = None


class Undecodable(ValueError):
    """The message as a whole cannot be read; its text says where and what was expected."""
