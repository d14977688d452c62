"""How a message carries its values: in the query, in a form, or in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

import orjson

from gis_grid.tracks.phones.message import Undecodable

if TYPE_CHECKING:
    from gis_grid.tracks.phones.message import Message

_MOST_PARAMETERS: Final = 1000


def is_json(message: Message) -> bool:
    """Say whether the body is JSON: by what it says it is, else by how it begins."""
    kind = message.content_type.partition(";")[0].strip().lower()
    return bool(message.body) and (kind.endswith("json") or message.body.lstrip()[:1] in {b"{", b"["})


def json_of(message: Message) -> object:
    """Return what the body says.

    Raises
    ------
    Undecodable
        For no JSON: the position of the first byte that is wrong.
    """
    try:
        return orjson.loads(message.body)
    except orjson.JSONDecodeError as error:
        raise Undecodable(f"the body is no JSON: {error}") from None


def parameters(message: Message) -> dict[str, object]:
    """Return the parameters of the query, and of a form in the body; the query goes before the body.

    Of two with one name the last counts.

    Raises
    ------
    Undecodable
        For more of them than any app sends.
    """
    form = "" if is_json(message) else message.body.decode("utf-8", "replace")
    text = f"{form}&{message.query}"
    if text.count("&") >= _MOST_PARAMETERS:
        raise Undecodable(f"more than {_MOST_PARAMETERS} parameters")
    if "%" in text or "+" in text:
        return dict(parse_qsl(text, keep_blank_values=True, errors="replace"))
    # Nothing in it is escaped, as in nearly all: the same costs a quarter.
    return {name: value for name, _, value in (pair.partition("=") for pair in text.split("&") if pair)}


def refuse_unknown(given: dict[str, object], known: frozenset[str]) -> None:
    """Refuse a message that says something, but nothing that would be read.

    Raises
    ------
    Undecodable
        With the names that would be.
    """
    if given and known.isdisjoint(given):
        raise Undecodable(f"nothing in it is read; expected some of {', '.join(sorted(known))}")
