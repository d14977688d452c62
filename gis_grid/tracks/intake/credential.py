"""The token of a phone: found where its app can put it, and cut out of everything that is kept."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Final

from gis_grid.accounts.service.devices import PREFIX
from gis_grid.kit.errors import NotSignedIn
from gis_grid.tracks.phones.message import Message

_TOKEN: Final = rf"{PREFIX}[A-Za-z0-9_-]{{43}}(?![A-Za-z0-9_-])"
_WHOLE: Final = re.compile(_TOKEN)
_PREFIX_BYTES: Final = PREFIX.encode()
# As it may stand in an address or a form: some signs as their numbers.
_SIGN: Final = "(?:[A-Za-z0-9_-]|%(?:3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff]|2[Dd]))"
_ENCODED: Final = (
    "".join(f"(?:{sign}|%(?i:{ord(sign):02x}))" for sign in PREFIX) + f"{_SIGN}{{43}}(?!{_SIGN})"
)
_IN_QUERY: Final = re.compile(_ENCODED)
_IN_BYTES: Final = re.compile(_ENCODED.encode())
_ID: Final = r"(?:id|deviceid|device_id|token)"
_IN_FORM: Final = re.compile(rf"(?:^|&){_ID}=({_TOKEN})".encode())
_IN_JSON: Final = re.compile(rf'"{_ID}"\s*:\s*"({_TOKEN})"'.encode())


@dataclass(frozen=True, slots=True)
class Shown:
    """What a request showed."""

    secret: str = field(repr=False)
    message: Message


def find(message: Message, authorization: str = "", in_path: str = "") -> Shown | None:
    """Return the token that a request shows, and the message without it; ``None`` when it shows none.

    The header goes before the path, the path before the query, the query before the body.

    Parameters
    ----------
    authorization
        The header, if any: ``Bearer`` with the token, or ``Basic`` with it as the password.
    in_path
        The part of the address that may be a token.
    """
    for candidate in (_of_header(authorization), in_path):
        if _WHOLE.fullmatch(candidate):
            return Shown(candidate, without_tokens(message))
    found = (
        _IN_FORM.search(message.query.encode())
        or _IN_FORM.search(message.body)
        or _IN_JSON.search(message.body)
    )
    if found is None:
        return None
    return Shown(found[1].decode(), without_tokens(message))


def require(message: Message, authorization: str = "", in_path: str = "") -> Shown:
    """Return like `find`.

    Raises
    ------
    NotSignedIn
        When the request shows no token.
    """
    shown = find(message, authorization, in_path)
    if shown is None:
        raise NotSignedIn("No token of a device", f"expected one that begins with {PREFIX}")
    return shown


def cut_out(text: str) -> str:
    """Return a text without the tokens in it."""
    return _WHOLE.sub("", text) if PREFIX in text else text


def unknown() -> NotSignedIn:
    """Return the error of a token that nobody knows."""
    return NotSignedIn("Unknown device", "the token is not known, or it was revoked")


def _of_header(authorization: str) -> str:
    scheme, _, value = authorization.partition(" ")
    match scheme.lower():
        case "bearer":
            return value.strip()
        case "basic":
            try:
                return b64decode(value, validate=True).decode().partition(":")[2]
            except (binascii.Error, UnicodeDecodeError):
                return ""
        case _:
            return ""


def without_tokens(message: Message) -> Message:
    """Cut out every token, also another one than the message was shown with."""
    return Message(
        method=message.method,
        query=_IN_QUERY.sub("", message.query) if message.query else "",
        content_type=cut_out(message.content_type),
        body=_without(message.body),
        user_agent=cut_out(message.user_agent),
    )


def _without(body: bytes) -> bytes:
    may_hold_one = _PREFIX_BYTES in body or b"%" in body
    return _IN_BYTES.sub(b"", body) if may_hold_one else body
