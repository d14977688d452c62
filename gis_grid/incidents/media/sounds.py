"""Sound outside of boxes: tags are taken out by mutagen, as far as it knows them; frames are followed.

AMR and AAC say by each frame how long it is: what is no frame is none of the sound and is cut off.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import mutagen
from mutagen import apev2, flac, id3

from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable

_LEFT: Final = "descriptions in chunks of its own could not be taken out"
_BROKEN: Final = (mutagen.MutagenError, OSError, ValueError, EOFError, AssertionError)


def clean(content: bytes, media_type: str) -> tuple[bytes, str]:
    """Return sound without tags, and a note on what could not be taken out.

    Raises
    ------
    BadInput
        When it is broken.
    """
    if media_type == "audio/amr":
        return content[: _followed(content, len(_SPEECH), _speech_bytes)], ""
    file = io.BytesIO(content)
    try:
        if media_type in {"audio/mpeg", "audio/aac"}:
            id3.delete(file)
            file.seek(0)
            apev2.delete(file)
        else:
            sound = mutagen.File(file)
            if sound is None:
                raise _broken()
            if isinstance(sound, flac.FLAC):
                sound.clear_pictures()  # type: ignore[no-untyped-call]
                file.seek(0)
                sound.save(file, deleteid3=True)
            file.seek(0)
            sound.delete(file)
    except _BROKEN as error:
        raise BadInput("The sound is broken", type(error).__name__) from error
    # RIFF may hold texts in `LIST` and `bext`, which mutagen does not touch.
    cleaned = file.getvalue()
    if media_type == "audio/aac":
        cleaned = cleaned[: _followed(cleaned, 0, _adts_bytes)]
    wave = media_type == "audio/x-wav" and any(name in cleaned for name in (b"LIST", b"bext"))
    return cleaned, _LEFT if wave else ""


_SPEECH: Final = b"#!AMR\n"
# RFC 4867: bytes of a frame after its first, by type; those that are not here are reserved.
_SPEECH_BYTES: Final = {**dict(enumerate((12, 13, 15, 17, 19, 20, 26, 31, 5))), 15: 0}
_LEAST_FRAMES: Final = 3
"""Fewer are not taken for a sound."""


def _speech_bytes(content: bytes, at: int) -> int:
    """Return the length of an AMR frame, 0 when none begins there."""
    size = _SPEECH_BYTES.get(content[at] >> 3 & 15)
    return 0 if content[at] & 0x83 or size is None else 1 + size


def _adts_bytes(content: bytes, at: int) -> int:
    """Return the length of an AAC frame (ISO 14496-3, ADTS), 0 when none begins there."""
    head = content[at : at + 7]
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return 0
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return length if length >= 7 else 0


def _followed(content: bytes, begin: int, frame_bytes: Callable[[bytes, int], int]) -> int:
    """Return where the frames that follow each other end. Raises BadInput for fewer than a sound has."""
    frames = 0
    while begin < len(content):
        length = frame_bytes(content, begin)
        if not length or begin + length > len(content):
            break
        begin, frames = begin + length, frames + 1
    if frames < _LEAST_FRAMES:
        raise _broken()
    return begin


def _broken() -> BadInput:
    return BadInput("The sound is broken", "it is not what it begins with")
