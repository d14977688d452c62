"""A track file of a device into the database, by the steps of messages: all of it in one transaction."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import TYPE_CHECKING, Final

import numpy as np
import psycopg
from sqlalchemy.exc import DBAPIError

from gis_grid.core import CoreError, RecordingSpans
from gis_grid.kit.database import transaction
from gis_grid.kit.errors import BadInput, GisGridError, RowError, Unavailable
from gis_grid.kit.logs import named
from gis_grid.ledger import service as ledger
from gis_grid.tracks.decoders import decode
from gis_grid.tracks.intake import credential, pipeline, store
from gis_grid.tracks.intake.commit import OF_THE_DATA
from gis_grid.tracks.intake.declared import Declared
from gis_grid.tracks.intake.group import FIX, Entry, Group
from gis_grid.tracks.intake.upload import Upload
from gis_grid.tracks.one_person import OnePerson
from gis_grid.tracks.phones.clients import Client
from gis_grid.tracks.phones.message import Message, Reported, Undecodable
from gis_grid.tracks.rows import blank_rows, fixes_of_rows
from gis_grid.tracks.tally import MAX_ERRORS, Tally

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from sqlalchemy import Connection, Engine

    from gis_grid.tracks.decoders import TrackBlock
    from gis_grid.tracks.intake.group import Policy

log = logging.getLogger(__name__)

MOST_KEPT: Final = 1 << 20
"""So much of a file that cannot be used, or not all of it, is kept in quarantine."""

_EMPTY: Final = "the file holds no fix"


def _no_message(_: Message) -> Reported:
    raise Undecodable("a file is taken in as a whole")


CLIENT: Final = Client("tracks", "files of tracks", ("POST",), _no_message)


@dataclass(slots=True)
class FileTaken(Tally):
    """What came of a file.

    Attributes
    ----------
    error
        Why it could not be read, or not to its end.
    quarantined
        Whether it is kept aside for a person to look at.
    """

    error: str | None = None
    quarantined: bool = False


@dataclass(slots=True, eq=False)
class _Rows(Group):
    """Fixes of a file; what is wrong with one is told by its row."""

    rows: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    taken: FileTaken = field(default_factory=FileTaken)

    def refuse(self, wrong: NDArray[np.bool_], why: str) -> None:
        """Leave fixes out."""
        bad = self.fixes[wrong][:MAX_ERRORS]
        times = np.datetime_as_string(bad["t"], "ms")
        self.taken.leave_out(
            [
                RowError(int(self.rows[position]), "time", f"{time}Z", why)
                for position, time in zip(bad["position"].tolist(), times.tolist(), strict=True)
            ],
            int(np.count_nonzero(wrong)),
        )
        self.fixes = self.fixes[~wrong]


def require_device(engine: Engine, secret_digest: bytes) -> int:
    """Return the id of the device whose token was shown.

    Raises
    ------
    NotSignedIn
        When the token is not known, or revoked.
    """
    with transaction(engine) as conn:
        found = store.devices_of(conn, [secret_digest])
    if secret_digest not in found:
        raise credential.unknown()
    return found[secret_digest].id


def take_in_file(engine: Engine, upload: Upload, policy: Policy) -> FileTaken:
    """Take a file in, and return what came of it once that is committed.

    What can be read is stored; a file with anything else goes to quarantine, at least its beginning.

    Raises
    ------
    NotSignedIn
        When the token was revoked meanwhile.
    Unavailable
        When nothing is stored, and it should be sent again.
    """
    taken = FileTaken(error=upload.fault)
    try:
        with transaction(engine) as conn:
            _take_in(conn, upload, policy, taken)
            return taken
    except BadInput as error:
        why = f"{error.title}: {error.detail}"
    except GisGridError:
        raise
    except Exception as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, psycopg.Error):  # its text may name positions
            log.error("a file could not be stored: %s", named(error))  # noqa: TRY400
            if not isinstance(cause, OF_THE_DATA):
                raise Unavailable("The database does not answer", "send it again later") from error
        else:
            log.exception("a file could not be stored")
        why = f"it cannot be stored ({named(error)}), see the log"
    with transaction(engine) as conn:
        entry = _entry(conn, upload)
        entry.off_duty = taken.off_duty > 0
        taken = FileTaken(error=why)
        _set_aside(conn, entry, upload, policy, taken)
        return taken


def replay(conn: Connection, device_id: int, entry: Entry, policy: Policy) -> list[str]:
    """Take in a file of quarantine once more; return what of it still cannot be used."""
    entry.device = store.device(conn, device_id)
    body, said = entry.message.body, Declared.of_query(entry.message.query)
    upload = Upload(
        entry.message,
        b"",
        entry.received_at,
        BytesIO(body),
        columns=said.columns,
        only_user=said.only_user,
        size=len(body),
    )
    taken = FileTaken()
    try:
        with conn.begin_nested():
            _store(conn, entry, upload, policy, taken, again=True)
    except BadInput as error:
        return [f"{error.title}: {error.detail}"]
    return _faults(taken)


def _take_in(conn: Connection, upload: Upload, policy: Policy, taken: FileTaken) -> None:
    entry = _entry(conn, upload)
    assert entry.device is not None
    code = store.lock_device(conn, entry.device.id)
    again = ledger.imported_before(conn, "tracks", upload.sha256, device=code)
    _store(conn, entry, upload, policy, taken, again=again)
    _set_aside(conn, entry, upload, policy, taken)
    pipeline.note_heard(conn, Group([entry], policy))
    if taken.read and not again:
        ledger.record_import(conn, upload.received_at, f"device:{code}", _import_run(upload, code, taken))


def _store(
    conn: Connection, entry: Entry, upload: Upload, policy: Policy, taken: FileTaken, *, again: bool
) -> None:
    """Store what can be used; what is off duty in a file that came `again` was counted before."""
    recordings = RecordingSpans()
    for group in _groups(entry, upload, policy, taken):
        for step in (pipeline.to_wgs_84, pipeline.check_times, pipeline.find_holders):
            step(conn, group)
        taken.read += len(group.fixes)
        recordings.add(fixes_of_rows(group.fixes))
        dropped = pipeline.drop_off_duty(conn, group)
        taken.off_duty += len(dropped)
        if not again:
            pipeline.count_off_duty(conn, dropped, policy)
        taken.added += pipeline.store_new(conn, group)
        upload.tell_rows(taken.read)
    taken.overlapping = recordings.overlapping()


def _entry(conn: Connection, upload: Upload) -> Entry:
    """Find the device anew: its token may have been revoked while the file came in."""
    entry = Entry(CLIENT, upload.message, upload.secret_digest, upload.received_at)
    entry.device = store.devices_of(conn, [upload.secret_digest]).get(upload.secret_digest)
    if entry.device is None:
        raise credential.unknown()
    return entry


def _groups(entry: Entry, upload: Upload, policy: Policy, taken: FileTaken) -> Iterator[_Rows]:
    """Decode block by block; where the file breaks off, what came before it stays."""
    person = OnePerson(upload.only_user, option="only_user", where=upload.name)
    assert entry.device is not None
    try:
        for block in decode(
            upload.name, upload.pieces(), zone=policy.tz, columns=upload.columns, file=upload.file
        ):
            taken.take(block)
            fixes = _fixes(block)[person.of(block)]
            fixes["device_id"] = entry.device.id
            fixes["received_at"] = np.datetime64(entry.received_at.replace(tzinfo=None), "us")
            yield _Rows([entry], policy, fixes, block.rows, taken)
    except CoreError as error:
        taken.error = taken.error or error.message


def _fixes(block: TrackBlock) -> NDArray[np.void]:
    said = block.fixes
    fixes = blank_rows(len(said), FIX)
    fixes["t"] = said.t_ms.astype("M8[ms]")
    fixes["track_part"] = said.segment
    fixes["position"] = np.arange(len(said))
    for name in ("lon", "lat", "accuracy_m", "speed_mps", "heading_deg", "altitude_m", "mock"):
        fixes[name] = getattr(said, name)
    return fixes


def _set_aside(conn: Connection, entry: Entry, upload: Upload, policy: Policy, taken: FileTaken) -> None:
    """Keep a file in quarantine that could not be used, or not all of it."""
    faults = _faults(taken)
    if not faults:
        return
    taken.error = taken.error or (None if taken.left_out else _EMPTY)
    body = upload.beginning(MOST_KEPT)
    if len(body) < upload.size:
        faults.insert(0, f"the first {len(body):,} of {upload.size:,} bytes are kept")
    entry.faults = [credential.cut_out(fault) for fault in faults]
    entry.message = credential.without_tokens(replace(upload.message, body=body))
    taken.quarantined = pipeline.set_aside(conn, Group([entry], policy)) > 0


def _faults(taken: FileTaken) -> list[str]:
    left_out = [f"{taken.left_out:,} rows left out"] if taken.left_out else []
    empty = [] if taken.read or taken.left_out or taken.error else [_EMPTY]
    return [*([taken.error] if taken.error else []), *left_out, *map(str, taken.errors), *empty]


def _import_run(upload: Upload, device: str, taken: FileTaken) -> ledger.ImportRun:
    detail = {
        "device": device,
        "added": taken.added,
        "off_duty": taken.off_duty,
        "without_zone": taken.without_zone,
        "untimed": taken.untimed,
        "overlapping": taken.overlapping,
    }
    return ledger.ImportRun(
        "tracks", credential.cut_out(upload.name), upload.sha256, taken.read, taken.left_out, detail
    )
