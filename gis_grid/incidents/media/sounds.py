"""Sound outside of boxes: tags are taken out by mutagen, as far as it knows them."""

from __future__ import annotations

import io
from typing import Final

import mutagen
from mutagen import apev2, flac, id3

from gis_grid.kit.errors import BadInput

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
        return content, ""  # has no room for any
    file = io.BytesIO(content)
    try:
        if media_type in {"audio/mpeg", "audio/aac"}:
            id3.delete(file)
            file.seek(0)
            apev2.delete(file)
        else:
            sound = mutagen.File(file)
            if sound is None:
                raise BadInput("The sound is broken", "it is not what it begins with")
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
    wave = media_type == "audio/x-wav" and any(name in cleaned for name in (b"LIST", b"bext"))
    return cleaned, _LEFT if wave else ""
