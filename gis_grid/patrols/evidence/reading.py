"""A bundle is opened as a stranger's file: so large and no larger, these members and no others."""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from gis_grid.kit.errors import BadInput
from gis_grid.patrols.evidence.contents import FORMAT, MANIFEST, MEMBERS, VERSION, Document
from gis_grid.patrols.evidence.writing import manifest_digest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LARGEST_FILE: Final = 64 << 20
_LARGEST_MEMBER: Final = 96 << 20
"""Of fixes a week of two phones, each second, is 90 MB."""

_END: Final = struct.Struct("<4s4H2LH")
_LONGEST_COMMENT: Final = (1 << 16) - 1
_LARGEST_LIST: Final = 1 << 13
_ENCRYPTED: Final = 0x1


@dataclass(frozen=True, slots=True)
class Opened:
    """The members of a bundle, its manifest, and the names of those that are not what it says."""

    manifest: Document
    members: dict[str, bytes]
    changed: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A member with another digest than its manifest says."""

    name: str
    written: str
    found: str


def opened(path: Path) -> Opened:
    """Read a bundle.

    Raises
    ------
    BadInput
        When it is no bundle, was cut off, is too large, has other members than a bundle, or a member cannot
        be unpacked. A member that was changed is no error: it is told.
    """
    members = _members(path)
    manifest = _manifest(members.pop(MANIFEST))
    return Opened(manifest, members, tuple(_changed(manifest, members)))


def read_json(name: str, content: bytes) -> Any:
    """Return the values of a JSON member.

    Raises
    ------
    BadInput
        When it is not JSON.
    """
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise BadInput(f"{name} cannot be read", f"it is not JSON: {error}") from error


def _members(path: Path) -> dict[str, bytes]:
    try:
        size = path.stat().st_size
        if size > _LARGEST_FILE:
            raise BadInput("The bundle is too large", f"{size} bytes; a bundle has at most {_LARGEST_FILE}")
        _refuse_long_list(path, size)
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _refuse_unless_bundle(entries)
            return {entry.filename: _unpacked(archive, entry) for entry in entries}
    except OSError as error:
        raise BadInput("The bundle cannot be read", f"{path}: {error.strerror or error}") from error
    except zipfile.BadZipFile as error:
        raise BadInput("The bundle cannot be read", f"it is no ZIP, or was cut off: {error}") from error


def _refuse_long_list(path: Path, size: int) -> None:
    """Look at the end of the file alone: a list of a million members would be read whole otherwise."""
    with path.open("rb") as file:
        file.seek(max(0, size - _LONGEST_COMMENT - _END.size))
        tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < _END.size:
        raise BadInput(
            "The bundle cannot be read", "it is no ZIP, or was cut off: the list at its end is not there"
        )
    _, _, _, _, count, length, _, _ = _END.unpack_from(tail, at)
    if count > len(MEMBERS) + 1 or length > _LARGEST_LIST:
        raise BadInput("This is no bundle", f"it lists {count} members; a bundle has {len(MEMBERS) + 1}")


def _refuse_unless_bundle(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    expected = {*MEMBERS, MANIFEST}
    for name in sorted(expected - set(names)):
        raise BadInput("This is no bundle", f"{name} is missing")
    for name in names:
        if name not in expected:
            raise BadInput("This is no bundle", f"{name!r} does not belong into one")
    if len(names) != len(expected):
        raise BadInput("This is no bundle", "a member is there twice")
    for entry in entries:
        if entry.file_size > _LARGEST_MEMBER:
            raise BadInput(
                "The bundle is too large", f"{entry.filename} has {entry.file_size} bytes unpacked"
            )
        if entry.flag_bits & _ENCRYPTED:
            raise BadInput("The bundle cannot be read", f"{entry.filename} is encrypted")


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Unpack a member; what it says of its own length is the most that is taken."""
    try:
        with archive.open(entry) as member:
            return member.read(_LARGEST_MEMBER + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise BadInput("The bundle cannot be read", f"{entry.filename} is damaged: {error}") from error


def _manifest(content: bytes) -> Document:
    manifest = read_json(MANIFEST, content)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BadInput("This is no bundle", f"{MANIFEST} does not say that it is one")
    if manifest.get("version") != VERSION:
        found = manifest.get("version")
        raise BadInput(
            "The bundle cannot be read", f"it is of version {found!r}; this program reads {VERSION}"
        )
    listed = manifest.get("members")
    names = (
        [one.get("name") if isinstance(one, dict) else None for one in listed]
        if isinstance(listed, list)
        else []
    )
    if names != list(MEMBERS):
        raise BadInput("The bundle cannot be read", f"{MANIFEST} lists other members than a bundle has")
    return manifest


def _changed(manifest: Document, members: dict[str, bytes]) -> Iterator[Changed]:
    own = manifest_digest(manifest)
    if manifest.get("sha256") != own:
        yield Changed(MANIFEST, str(manifest.get("sha256")), own)
    for one in manifest["members"]:
        found = hashlib.sha256(members[one["name"]]).hexdigest()
        if one.get("sha256") != found or one.get("bytes") != len(members[one["name"]]):
            yield Changed(one["name"], str(one.get("sha256")), found)
