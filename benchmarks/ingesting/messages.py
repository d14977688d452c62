"""What phones send, ready for the wire: a fix in a form (Traccar Client), or many as GeoJSON (Overland).

Fix number `k` of a phone is `k` steps after its sign-in, somewhere on a walk that its number tells.
"""

from __future__ import annotations

from math import cos, sin
from typing import TYPE_CHECKING, Final, NamedTuple

from ingesting.town import MONDAY, SIGN_IN, STEP, token_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_FIRST_S: Final = int(SIGN_IN.timestamp())
_STEP_S: Final = int(STEP.total_seconds())

_FEATURE: Final = (
    '{"type":"Feature","geometry":{"type":"Point","coordinates":[%.7f,%.7f]},"properties":{"timestamp":'
    '"2026-11-%02dT%02d:%02d:%02dZ","altitude":12,"speed":%.2f,"horizontal_accuracy":%d,"vertical_accuracy":4,'
    '"motion":["walking"],"pauses":false,"activity":"fitness","desired_accuracy":10,"deferred":0,'
    '"significant_change":"disabled","locations_in_payload":%d,"battery_state":"unplugged",'
    '"battery_level":0.87,"device_id":"","wifi":""}}'
)


class Sent(NamedTuple):
    """One request, and how many fixes it carries."""

    request: bytes
    fixes: int


def place(phone: int, k: int) -> tuple[float, float]:
    """Return longitude and latitude of a fix, to seven digits as it is sent."""
    turn = k / 90 + phone
    return (
        round(120.0 + phone % 100 / 200 + cos(turn) / 500 + k * 1e-6, 7),
        round(30.0 + phone // 100 / 400 + sin(turn) / 500, 7),
    )


def time_s(k: int) -> int:
    """Return the time of a fix, in seconds since 1970."""
    return _FIRST_S + k * _STEP_S


def single(phone: int, k: int) -> Sent:
    """One fix as Traccar Client sends it."""
    return form_of(phone, k, time_s(k), place(phone, k))


def form_of(phone: int, k: int, time: int, place: tuple[float, float]) -> Sent:
    """One fix of a time, in seconds or milliseconds: phones of even numbers send it in the address."""
    lon, lat = place
    form = (
        f"id={token_of(phone)}&timestamp={time}&lat={lat:.7f}&lon={lon:.7f}&speed={1.5 + k % 10 / 10}"
        f"&bearing={k * 7 % 360}&altitude=12&accuracy={5 + k % 7}&batt=87"
    )
    agent = "Host: 127.0.0.1\r\nUser-Agent: Dalvik/2.1.0\r\nConnection: keep-alive\r\n"
    if phone % 2:
        kind = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n"
        return Sent(f"POST /ingest/traccar HTTP/1.1\r\n{agent}{kind}\r\n{form}".encode(), 1)
    return Sent(f"GET /ingest/traccar?{form} HTTP/1.1\r\n{agent}\r\n".encode(), 1)


def batch(phone: int, numbers: Iterable[int]) -> Sent:
    """Many fixes as Overland sends them."""
    numbers = list(numbers)
    features = ",".join(
        _FEATURE % (*place(phone, k), *_clock(k), k % 20 / 10, 5 + k % 7, len(numbers)) for k in numbers
    )
    body = f'{{"locations":[{features}]}}'
    head = (
        "POST /ingest/overland HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Overland/3\r\n"
        f"Authorization: Bearer {token_of(phone)}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: keep-alive\r\n\r\n"
    )
    return Sent((head + body).encode(), len(numbers))


def message(phone: int, first: int, fixes: int) -> Sent:
    """Return the message that carries so many fixes from number `first` on."""
    return single(phone, first) if fixes == 1 else batch(phone, range(first, first + fixes))


def _clock(k: int) -> tuple[int, int, int, int]:
    """Return day of the month, hour, minute and second."""
    days, second = divmod(time_s(k) - int(MONDAY.timestamp()), 86_400)
    return MONDAY.day + days, second // 3600, second // 60 % 60, second % 60
