"""The way of messages into the database: one list of steps, each for all messages of a group at once."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core import Datum, to_wgs84
from gis_grid.core.track.fixes import END_OF_TIMES_MS
from gis_grid.kit import bus
from gis_grid.kit.logs import named
from gis_grid.tracks import service
from gis_grid.tracks.import_file import EARLIEST
from gis_grid.tracks.intake import store
from gis_grid.tracks.intake.group import FIX, Group
from gis_grid.tracks.intake.on_duty import off_duty
from gis_grid.tracks.intake.spans import holding
from gis_grid.tracks.phones.message import SAID, Message, Positions, Undecodable
from gis_grid.tracks.rows import blank_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from gis_grid.tracks.intake.group import Entry, Policy
    from gis_grid.tracks.phones.message import Position

log = logging.getLogger(__name__)

TOPIC: Final = "gis_grid_fixes"
"""What new fixes are published under: worker, local date, and when the oldest was, epoch ms."""

_HEARD_EVERY: Final = timedelta(seconds=30)
_BATTERY_STEP: Final = 0.05
_LARGEST: Final = float(np.finfo(np.float32).max)


def take_in(conn: Connection, group: Group) -> None:
    """Take in the messages of many requests, in the caller's transaction.

    Afterwards an entry without a device showed no good token, and nothing of it is kept.
    """
    authenticate(conn, group)
    for step in STEPS:
        step(conn, group)


def replay(conn: Connection, device_id: int, entry: Entry, policy: Policy) -> list[str]:
    """Take in a message of quarantine once more; return what of it still cannot be used.

    Nothing is put into quarantine again.
    """
    entry.device = store.device(conn, device_id)
    group = Group([entry], policy)
    for step in STEPS:
        if step is not quarantine:
            step(conn, group)
    return entry.faults


def authenticate(conn: Connection, group: Group) -> None:
    """Find the devices whose tokens were shown: asked anew each time, so that a revoked one ends at once."""
    devices = store.devices_of(conn, list({entry.secret_digest for entry in group.entries}))
    for entry in group.entries:
        entry.device = devices.get(entry.secret_digest)


def decode(_: Connection, group: Group) -> None:
    """Read the positions; a message that cannot be read costs no other one anything."""
    positions = _Said()
    counts: list[int] = []
    for entry in group.entries:
        counts.append(0)
        if entry.device is None:
            continue
        try:
            reported = entry.client.decode(entry.message)
        except Undecodable as error:
            entry.faults.append(str(error))
        except Exception as error:  # whatever a decoder forgot
            log.exception("the decoder of %s failed", entry.client.name)
            entry.faults.append(f"the program has a fault ({named(error)}), it is in the log")
        else:
            entry.health = reported.health
            entry.faults += [f"{fault.where}: {fault.why}" for fault in reported.faults]
            positions.add(reported.positions)
            counts[-1] = len(reported.positions)
    fixes = _fixes(positions.records())
    fixes["entry"] = np.repeat(np.arange(len(counts)), counts)
    fixes["position"] = np.arange(len(fixes)) - np.repeat(np.cumsum(counts) - counts, counts)
    group.fixes = fixes
    fixes["device_id"] = group.per_fix(
        [entry.device.id if entry.device else 0 for entry in group.entries], "i8"
    )
    fixes["received_at"] = group.per_fix([_naive(entry.received_at) for entry in group.entries], "M8[us]")


def refuse_off_the_globe(_: Connection, group: Group) -> None:
    """Refuse what is no place."""
    lon, lat = group.fixes["lon"], group.fixes["lat"]
    group.refuse(~((np.abs(lon) <= 180) & (np.abs(lat) <= 90)), "no place on the globe")


def to_wgs_84(_: Connection, group: Group) -> None:
    """Convert each device's datum, and keep what was sent."""
    datums = group.per_fix([entry.device.datum if entry.device else "" for entry in group.entries], "U8")
    for datum in np.unique(datums).tolist():
        if datum == Datum.WGS84:
            continue
        chosen = datums == datum
        lon, lat = group.fixes["lon"][chosen], group.fixes["lat"][chosen]
        group.fixes["sent_lon"][chosen], group.fixes["sent_lat"][chosen] = lon, lat
        group.fixes["lon"][chosen], group.fixes["lat"][chosen] = to_wgs84(lon, lat, Datum(datum))


def check_times(_: Connection, group: Group) -> None:
    """Refuse times of wrong clocks: ahead of ours, before there were receivers or before the device's."""
    t, received = group.fixes["t"], group.fixes["received_at"]
    group.refuse(t > received + np.timedelta64(service.MAX_AHEAD), "more than 24 hours in the future")
    group.refuse(group.fixes["t"] < np.datetime64(_naive(EARLIEST), "us"), f"before {EARLIEST.year}")
    issued = [entry.device.issued_at if entry.device else None for entry in group.entries]
    since = group.per_fix([_naive(moment or EARLIEST) for moment in issued], "M8[us]")
    group.refuse(group.fixes["t"] < since, "before the device was issued")


def find_holders(_: Connection, group: Group) -> None:
    """Give each fix to whoever held the device at its time."""
    devices = {entry.device.id: entry.device for entry in group.entries if entry.device}
    holders = [(device.id, *holder) for device in devices.values() for holder in device.holders]
    owner, worker, start, end = zip(*holders, strict=True) if holders else ((), (), (), ())
    found = holding(group.fixes["device_id"], group.t_ms, owner, start, end)
    group.fixes["worker_id"] = np.append(np.array(worker, np.int64), 0)[found]
    group.refuse(found < 0, "nobody held the device then")


def keep_on_duty(conn: Connection, group: Group) -> None:
    """Drop what lies outside duty, and count it."""
    count_off_duty(conn, drop_off_duty(conn, group), group.policy)


def count_off_duty(conn: Connection, dropped: NDArray[np.void], policy: Policy) -> None:
    """Count fixes that were dropped, by worker and local date."""
    if len(dropped):
        t_ms = dropped["t"].astype("M8[ms]").astype(np.int64)
        service.count_all_off_duty(conn, dropped["worker_id"], t_ms, policy.tz)


def drop_off_duty(conn: Connection, group: Group) -> NDArray[np.void]:
    """Take what lies outside duty out of a group, and return it."""
    if not len(group.fixes):
        return group.fixes
    off = off_duty(conn, group.fixes["worker_id"], group.t_ms, group.policy)
    if not off.any():
        return group.fixes[:0]
    dropped = group.fixes[off]
    for number in np.unique(dropped["entry"]).tolist():
        group.entries[number].off_duty = True
    group.fixes = group.fixes[~off]
    return dropped


def quarantine(conn: Connection, group: Group) -> None:
    """Keep messages aside that cannot be used, or not all of them; never with positions off duty."""
    set_aside(conn, group)


def set_aside(conn: Connection, group: Group) -> int:
    """Do what `quarantine` does, and return how many are kept: of one device not more than may be."""
    kept = [
        store.Kept(
            entry.device.id,
            entry.received_at,
            entry.client.name,
            Message(entry.message.method) if entry.off_duty else entry.message,
            f"{entry.error}; not kept, since it tells of time off duty" if entry.off_duty else entry.error,
        )
        for entry in group.entries
        if entry.device is not None and entry.faults
    ]
    return store.add_to_quarantine(conn, kept) if kept else 0


def store_fixes(conn: Connection, group: Group) -> None:
    """Store, mark the days on which something is new, and tell of them once it is committed."""
    store_new(conn, group)


def store_new(conn: Connection, group: Group) -> int:
    """Store like `store_fixes`, and return how many fixes were new."""
    stored = [(rows, added) for rows, added in service.store_rows(conn, group.fixes) if added]
    if not stored:
        return 0
    new = np.concatenate([rows for rows, _ in stored])
    days = service.touch_by_messages(conn, new, new["entry"], group.policy.tz)
    oldest = _oldest(new)
    bus.publish(conn, TOPIC, [[worker, day.isoformat(), oldest[worker]] for worker, day in days])
    return sum(added for _, added in stored)


def _oldest(fixes: NDArray[np.void]) -> dict[int, int]:
    """Return the time of each worker's oldest fix, epoch milliseconds."""
    workers, which = np.unique(fixes["worker_id"], return_inverse=True)
    oldest = np.full(len(workers), END_OF_TIMES_MS)
    np.minimum.at(oldest, which, fixes["t"].astype("M8[ms]").astype(np.int64))
    return dict(zip(workers.tolist(), oldest.tolist(), strict=True))


def note_heard(conn: Connection, group: Group) -> None:
    """Note when phones were heard of, at most twice a minute each, or when the battery changed."""
    heard: dict[int, store.Heard] = {}
    for entry in group.entries:
        if entry.device is not None and _is_news(entry):
            battery = entry.health.battery_share if entry.health else None
            charging = entry.health.charging if entry.health else None
            heard[entry.device.id] = store.Heard(
                entry.device.id, entry.received_at, entry.client.name, battery, charging
            )
    if heard:
        store.set_states(conn, sorted(heard.values()))


STEPS: Final[tuple[Callable[[Connection, Group], None], ...]] = (
    decode,
    refuse_off_the_globe,
    to_wgs_84,
    check_times,
    find_holders,
    keep_on_duty,
    quarantine,
    store_fixes,
    note_heard,
)
"""What happens to the messages of known devices, in order."""


class _Said:
    """Positions of many messages in their order, few of a message or many, as one array of records."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []  # numpy joins arrays of records field by field
        self._few: list[Position] = []

    def add(self, positions: Sequence[Position]) -> None:
        if isinstance(positions, Positions):
            self._end_few()
            self._parts.append(positions.records.tobytes())
        else:
            self._few += positions

    def records(self) -> NDArray[np.void]:
        self._end_few()
        return np.frombuffer(b"".join(self._parts), SAID)

    def _end_few(self) -> None:
        self._parts.append(np.array(self._few, SAID).tobytes())
        self._few = []


def _fixes(said: NDArray[np.void]) -> NDArray[np.void]:
    fixes = blank_rows(len(said), FIX)
    # A time of no century is refused like any other one that is wrong.
    fixes["t"] = np.clip(said["t_ms"], 0, END_OF_TIMES_MS).astype("M8[ms]")
    fixes["mock"] = said["mock"]
    for name in ("lon", "lat"):
        fixes[name] = said[name]
    for name in ("accuracy_m", "speed_mps", "heading_deg", "altitude_m"):
        fixes[name] = np.clip(said[name], -_LARGEST, _LARGEST)
    return fixes


def _is_news(entry: Entry) -> bool:
    device = entry.device
    assert device is not None
    if device.heard_at is None or entry.received_at - device.heard_at > _HEARD_EVERY:
        return True
    battery = entry.health.battery_share if entry.health else None
    return battery is not None and abs(battery - (device.battery_share or 0)) >= _BATTERY_STEP


def _naive(moment: datetime) -> datetime:
    """Return a moment in UTC as numpy takes it."""
    return moment.replace(tzinfo=None)
