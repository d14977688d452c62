"""Tells what a file is by its bytes, never by its name or header, and cleans it the way of its kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import filetype

from gis_grid.incidents.media import boxes, photos, sounds
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

_PHOTOS: Final = {"image/jpeg", "image/png", "image/webp"}
_BOXES: Final = {"audio/mp4", "video/mp4", "video/quicktime", "video/3gpp", "video/x-m4v"}
_SOUNDS: Final = {"audio/mpeg", "audio/ogg", "audio/x-flac", "audio/x-wav", "audio/aac", "audio/amr"}
ALLOWED: Final = tuple(sorted(_PHOTOS | _BOXES | _SOUNDS))
"""What an attachment may be."""


@dataclass(frozen=True, slots=True)
class Clean:
    """A file without what it tells of people and devices.

    Parameters
    ----------
    lon, lat, taken_at
        Where and when it was taken, as the file said; ``None`` where it did not.
    note
        What could not be taken out.
    """

    content: bytes
    media_type: str
    lon: float | None = None
    lat: float | None = None
    taken_at: datetime | None = None
    note: str = ""


def clean(content: bytes, tz: ZoneInfo) -> Clean:
    """Return a file cleaned.

    Parameters
    ----------
    tz
        Zone of times of photos that do not name one.

    Raises
    ------
    BadInput
        When it is none of the kinds that are taken, or broken.
    """
    media_type = filetype.guess_mime(content)
    if media_type in _PHOTOS:
        photo = photos.clean(content, tz)
        return Clean(photo.content, media_type, photo.lon, photo.lat, photo.taken_at)
    if media_type in _BOXES:
        film = boxes.clean(content)
        return Clean(film.content, media_type, film.lon, film.lat, film.taken_at, film.note)
    if media_type in _SOUNDS:
        sound, note = sounds.clean(content, media_type)
        return Clean(sound, media_type, note=note)
    said = media_type or "nothing that is known"
    raise BadInput("The file is not taken", f"it is {said}; expected one of {', '.join(ALLOWED)}")
