"""Photos: place and time are read, then only the picture itself is written anew."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from PIL import ExifTags, Image, ImageOps

from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

MOST_PIXELS: Final = 50_000_000
"""A picture is refused before it is unpacked when its header says more: a small file can hold gigabytes."""

_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_MODES: Final = {"L", "RGB", "RGBA", "LA"}
_BROKEN: Final = (
    *(OSError, ValueError, SyntaxError, EOFError, OverflowError, TypeError, KeyError, struct.error),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning, ZeroDivisionError, AttributeError),
)


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture without anything beside it, and what it said of itself."""

    content: bytes
    lon: float | None
    lat: float | None
    taken_at: datetime | None


def clean(content: bytes, tz: ZoneInfo) -> Photo:
    """Return a photo written anew, turned as it is meant to be seen.

    Raises
    ------
    BadInput
        When it is broken or too large.
    """
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                detail = f"{image.width} x {image.height}; at most {MOST_PIXELS} pixels are taken"
                raise BadInput("The picture is too large", detail)
            kind = image.format
            place, taken_at = _told(image, tz)
            return Photo(_anew(image, str(kind)), *place, taken_at)
    except _BROKEN as error:
        raise BadInput("The picture is broken", type(error).__name__) from error


def _anew(image: Image.Image, kind: str) -> bytes:
    """Write the pixels and nothing else: a new image has no EXIF, comment, profile or thumbnail to copy."""
    ImageOps.exif_transpose(image, in_place=True)  # each copy of a large photo takes 200 MB
    mode = image.mode if image.mode in _MODES else "RGBA" if "transparency" in image.info else "RGB"
    if kind == "JPEG" and mode not in {"L", "RGB"}:
        mode = "RGB"
    fresh = Image.new(mode, image.size)
    fresh.paste(image if image.mode == mode else image.convert(mode))
    written = io.BytesIO()
    fresh.save(written, kind, **({} if kind == "PNG" else {"quality": 90}))
    return written.getvalue()


def _told(image: Image.Image, tz: ZoneInfo) -> tuple[tuple[float | None, float | None], datetime | None]:
    """Read where and when a photo was taken; what is broken of it is as if it were not there."""
    try:
        exif = image.getexif()
        details = exif.get_ifd(ExifTags.IFD.Exif)
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    except _BROKEN:
        return (None, None), None
    return _place(gps), _time(details, tz)


def _place(gps: dict[int, Any]) -> tuple[float | None, float | None]:
    lat = _degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), "S", 90)
    lon = _degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), "W", 180)
    return (None, None) if lon is None or lat is None or (lon, lat) == (0, 0) else (lon, lat)


def _degrees(parts: Any, side: Any, negative: str, most: float) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except _BROKEN:
        return None
    value = degrees + minutes / 60 + seconds / 3600
    return round(-value if side == negative else value, 7) if abs(value) <= most else None


def _time(details: dict[int, Any], tz: ZoneInfo) -> datetime | None:
    said = details.get(ExifTags.Base.DateTimeOriginal)
    offset = details.get(ExifTags.Base.OffsetTimeOriginal)
    try:
        if offset:
            taken = datetime.strptime(f"{said}{offset}", "%Y:%m:%d %H:%M:%S%z")
        else:
            taken = datetime.strptime(f"{said}", "%Y:%m:%d %H:%M:%S").replace(tzinfo=tz)
        return taken.astimezone(UTC)  # fails where it is no time in UTC: the database could not tell it
    except _BROKEN:
        return None
