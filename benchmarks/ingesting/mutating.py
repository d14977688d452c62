"""What breaks on the way from a phone, and what somebody makes up: one change or several to a request."""

from __future__ import annotations

import gzip
import re
import zlib
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final

from ingesting.specimens import RARE_SPECIMENS, SPECIMENS

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from ingesting.specimens import Request

_ALL: Final = (*SPECIMENS, *RARE_SPECIMENS)
_ODD: Final = (
    *(b"", b"null", b"NaN", b"Infinity", b"-Infinity", b"true", b"[]", b"{}", b'""', b'"x"', b"-0.0", b"0"),
    *(
        b"1e308",
        b"1e309",
        b"-1e309",
        b"1e-400",
        b"9" * 40,
        b"9" * 400,
        b"0x10",
        b"1_000",
        b"+5",
        b"5.",
        b".5",
    ),
    *(b"2147483648", b"9223372036854775808", b"-9223372036854775809", b"4102444800000", b"-1", b"181", b"91"),
    *("１２".encode(), "٣".encode(), b"\xff\xfe", b"\x00", b"%00", b"%FF", b"%", b"\\ud800", b"\\u0000"),
    *("😀".encode(), "\u202e".encode(), b"2026-02-30T00:00:00Z", b"9999-12-31T23:59:59.999999Z"),
    *(b"1969-12-31T23:59:59Z", b"0000-00-00 00:00:00", b"2026-11-11T03:00:00+99:99", b"2027-11-11T03:00:00Z"),
    *(b"120.1551,30.2741", b"'; DROP TABLE fix; --", b"[[[[1]]]]", b'{"a":{"a":{"a":1}}}', b"A" * 5000),
)
_TYPES: Final = (
    *(b"text/plain", b"application/json", b"application/x-www-form-urlencoded", b"multipart/form-data", b""),
    *(b"multipart/form-data; boundary=x", b"application/json; charset=utf-16", b"\xff\x00", b"x" * 2000),
)
_VALUE: Final = re.compile(rb"(?<==)[^&]*|(?<=[:\[,])(?:\"[^\"]*\"|-?[0-9.eE+]+|true|false|null)(?=[,\]}])")
_SOON: Final = 4_000
_LONGEST_BODY: Final = 1_200_000
_LONGEST_QUERY: Final = 20_000
_METHODS: Final = ("PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "GET", "POST", "BREW")


def mutated(request: Request, draw: Random) -> Request:
    """Return the request with nothing, something or several things wrong with it."""
    for _ in range(draw.choice((0, 1, 1, 1, 2, 2, 3, 5))):
        request = draw.choice(_CHANGES)(request, draw)
    return request


def _in_text(change: Callable[[bytes, Random], bytes]) -> Callable[[Request, Random], Request]:
    """Apply a change to the body, or to the query where there is none."""

    def changed(request: Request, draw: Random) -> Request:
        if request.body and (not request.query or draw.random() < 0.8):
            return replace(request, body=change(request.body, draw)[:_LONGEST_BODY])
        return replace(request, query=change(request.query, draw)[:_LONGEST_QUERY])

    return changed


def _flip(text: bytes, draw: Random) -> bytes:
    flipped = bytearray(text)
    for _ in range(draw.randint(1, 8) if text else 0):
        flipped[draw.randrange(len(flipped))] ^= 1 << draw.randrange(8)
    return bytes(flipped)


def _truncate(text: bytes, draw: Random) -> bytes:
    return text[: draw.randint(0, len(text))]


def _insert(text: bytes, draw: Random) -> bytes:
    at = draw.randint(0, len(text))
    return text[:at] + draw.choice((draw.randbytes(draw.randint(1, 8)), *_ODD)) + text[at:]


def _repeat(text: bytes, draw: Random) -> bytes:
    start = draw.randint(0, len(text))
    end = min(len(text), start + draw.randint(0, 200))
    return text[:end] + text[start:end] * draw.choice((1, 1, 2, 50)) + text[end:]


def _odd_value(text: bytes, draw: Random) -> bytes:
    found = list(_VALUE.finditer(text, 0, _SOON))
    if not found:
        return text
    one = draw.choice(found)
    return text[: one.start()] + draw.choice(_ODD) + text[one.end() :]


def _swap_values(text: bytes, draw: Random) -> bytes:
    found = list(_VALUE.finditer(text, 0, _SOON))
    if len(found) < 2:
        return text
    one, other = sorted(draw.sample(found, 2), key=lambda match: match.start())
    parts = text[: one.start()], other[0], text[one.end() : other.start()], one[0], text[other.end() :]
    return b"".join(parts)


def _same_key(text: bytes, draw: Random) -> bytes:
    if text.startswith(b"{"):
        return draw.choice((b'{"lat":1,', b'{"lat":91,', b'{"_type":7,', b'{"locations":[],')) + text[1:]
    return text + draw.choice((b"&lat=1", b"&lon=abc", b"&timestamp=5", b"&id=ggd_", b"&=&&", b"&lat"))


def _deep(text: bytes, draw: Random) -> bytes:
    depth = draw.choice((10, 100, 2000, 20_000))
    opening, closing = draw.choice(((b"[", b"]"), (b'{"a":', b"}"), (b'{"locations":[', b"]}")))
    return opening * depth + draw.choice((text, b"1", b"")) + closing * draw.choice((depth, 0))


def _many(text: bytes, draw: Random) -> bytes:
    return b"[" + b",".join([text] * draw.choice((2, 2, 30, 300))) + b"]"


def _encoded(text: bytes, draw: Random) -> bytes:
    way = draw.choice(("utf-16", "utf-32", "utf-7", "utf-8-sig"))
    return text.decode("utf-8", "replace").encode(way)


def _empty(_text: bytes, _draw: Random) -> bytes:
    return b""


def _garbage(_text: bytes, draw: Random) -> bytes:
    return draw.randbytes(draw.choice((1, 16, 1000)))


def _zipped(request: Request, draw: Random) -> Request:
    headers = {**request.headers}
    if draw.random() < 0.7:
        headers[b"content-encoding"] = draw.choice((b"gzip", b"deflate", b"br", b"gzip, gzip"))
    body = draw.choice((gzip.compress, zlib.compress))(request.body)
    return replace(request, headers=headers, body=body if draw.random() < 0.8 else _truncate(body, draw))


@cache
def _zip_bomb() -> bytes:
    return gzip.compress(bytes(20_000_000))


def _bomb(request: Request, draw: Random) -> Request:
    if draw.random() > 0.02:
        return request
    body = draw.choice((_zip_bomb(), b"[" * 2_000_000, b" " * 1_000_000 + request.body))
    return replace(request, body=body, headers={**request.headers, b"content-encoding": b"gzip"})


def _other_type(request: Request, draw: Random) -> Request:
    return replace(request, headers={**request.headers, b"content-type": draw.choice(_TYPES)})


def _other_method(request: Request, draw: Random) -> Request:
    return replace(request, method=draw.choice(_METHODS))


def _other_path(request: Request, draw: Random) -> Request:
    return replace(request, path=draw.choice(_ALL).path.replace("{token}", "of-nobody"))


def _other_body(request: Request, draw: Random) -> Request:
    return replace(request, body=draw.choice(_ALL).body)


def _other_header(request: Request, draw: Random) -> Request:
    name = draw.choice((b"authorization", b"user-agent", b"accept-encoding", b"cookie", b"x-forwarded-for"))
    odd = (b"", b"Basic", b"Basic Og==", b"Bearer", b"Bearer \xff\x00", b"Basic /////w==", b"x" * 3000)
    return replace(request, headers={**request.headers, name: draw.choice(odd)})


_CHANGES: Final = (
    *map(_in_text, (_flip, _truncate, _insert, _insert, _repeat, _odd_value, _odd_value, _odd_value)),
    *map(_in_text, (_swap_values, _swap_values, _same_key, _deep, _many, _encoded, _empty, _garbage)),
    *(_zipped, _bomb, _other_type, _other_method, _other_path, _other_body, _other_header),
)
