"""What a phone sends, and what is read from it: the shape that all clients share."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import nan
from typing import NamedTuple


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
    positions : list of Position
        None for a heartbeat and for kinds of messages that carry no position: that is no fault.
    faults : list of Fault
        Parts that cannot be decoded: the message goes to quarantine, its good parts are stored.
    health : Health or None
    sent_ms : int or None
        What the phone's clock showed when it sent, where the client says so.
    """

    positions: list[Position] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    health: Health | None = None
    sent_ms: int | None = None


class Undecodable(ValueError):
    """The message as a whole cannot be read; its text says where and what was expected."""
