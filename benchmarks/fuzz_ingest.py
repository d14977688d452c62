"""A million broken messages to every address of phones: none fails, none is lost, memory stays.

    .venv/bin/python benchmarks/fuzz_ingest.py [--payloads 1000000] [--seed 1] [--write]

Messages as the apps send them (`ingesting/specimens.py`) are broken in up to five ways each
(`ingesting/mutating.py`) and given to the real application in this process, many at once so that they share
transactions, on a throw-away PostGIS that commits. Each goes in the name of one of 4,000 phones, one a round;
after each round the tables say what became of it: positions stored, dropped and counted as off duty, or the
message in quarantine. A message that was taken and left no trace must be one without a position or a fault.
Half of the time of every phone is off duty, and every fourth phone has another datum than WGS 84.
The run fails at the first round with an answer of 500 or above, an authenticated message that was turned away
for what it holds, a stranger's that was not, or one that cannot be accounted for; it prints the request.
`--write` keeps the output in `results/fuzz_ingest.md`.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import traceback
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import psutil
from contests.report import Output, Section, machine
from import_buildings import throwaway_database
from ingesting import town
from ingesting.mutating import mutated
from ingesting.specimens import SPECIMENS, Request
from sqlalchemy import text

from gis_grid.app import create_app
from gis_grid.kit.database import Engines, make_engine
from gis_grid.kit.logins import LOGINS
from gis_grid.kit.settings import Settings
from gis_grid.tracks.intake import credential
from gis_grid.tracks.phones.clients import CLIENTS
from gis_grid.tracks.phones.message import Message, Undecodable

if TYPE_CHECKING:
    from sqlalchemy import Engine

RESULT: Final = Path(__file__).parent / "results" / "fuzz_ingest.md"
PHONES: Final = 4_000
AT_ONCE: Final = 200
STRANGERS: Final = 0.02
SHOWN_TWICE: Final = 0.6
MOST_GROWTH_MIB: Final = 100.0
TURNED_AWAY: Final = frozenset({404, 405, 413, 414, 431})
"""Answers that say nothing of what a message holds: its address, its method, its size."""

_TABLES: Final = ("fix", "quarantine", "off_duty_count", "touched_day")
_FOUND: Final = text("""
    SELECT device.id, (SELECT count(*) FROM fix WHERE device_id = device.id) AS fixes,
           (SELECT count(*) FROM quarantine WHERE device_id = device.id) AS quarantined,
           (SELECT coalesce(sum(fixes), 0) FROM off_duty_count AS dropped
            WHERE dropped.worker_id = holder.worker_id) AS off_duty
    FROM device JOIN device_holder AS holder ON holder.device_id = device.id ORDER BY substr(code, 2)::integer
""")
_HALF_ON_DUTY: Final = "UPDATE duty SET during = tstzrange(lower(during), lower(during) + interval '6 hours')"
_DATUMS: Final = """
    UPDATE device SET issued_at = '2026-11-01',
        datum = (ARRAY['wgs84', 'wgs84', 'wgs84', 'gcj02', 'bd09', 'cgcs2000'])[1 + id % 6]
"""


@dataclass(slots=True)
class Sent:
    """A message, and what was answered."""

    request: Request
    token: str
    status: int = 0
    reply: bytes = b""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--payloads", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help=f"keep the output in {RESULT.name}")
    arguments = parser.parse_args()
    output = Output()
    output.say("# Broken messages")
    output.say(machine("fuzz_ingest.py", ("fastapi", "starlette", "orjson", "numpy", "psycopg")))
    with throwaway_database() as url:
        output.say(asyncio.run(fuzzed(url, arguments.payloads, arguments.seed)).text())
    if arguments.write:
        RESULT.write_text(output.text, "utf-8")


async def fuzzed(url: str, payloads: int, seed: int) -> Section:
    owner = make_engine(url)
    phones = min(PHONES, payloads)
    town.fill(owner, phones)
    with owner.begin() as conn:
        for statement in (_HALF_ON_DUTY, _DATUMS):
            conn.execute(text(statement))
    engines = Engines(*(make_engine(url, role=login) for login in LOGINS))
    app = create_app(Settings(), engines)
    draw = random.Random(seed)
    became: Counter[str] = Counter()
    memory = []
    begun = perf_counter()
    async with app.router.lifespan_context(app):
        for start in range(0, payloads, phones):
            batch = [made(draw, phone) for phone in range(1, 1 + min(phones, payloads - start))]
            await send_all(app, batch)
            became += await asyncio.to_thread(accounted, owner, batch)
            memory.append(psutil.Process().memory_info().rss / 2**20)
    seconds = perf_counter() - begun
    engines.dispose()
    owner.dispose()
    early, late = memory[len(memory) // 10], memory[-1]
    assert late - early < MOST_GROWTH_MIB, f"memory grew from {early:.0f} to {late:.0f} MiB"
    remark = (
        f"{payloads / seconds:,.0f} messages/s. Memory after a tenth of them {early:,.0f} MiB, "
        f"in the end {late:,.0f} MiB. No answer of 500 or above."
    )
    return Section(
        f"{payloads:,} messages, seed {seed}",
        ("what became of them", "messages"),
        [(what, f"{count:,}") for what, count in sorted(became.items(), key=lambda item: -item[1])],
        [remark],
    )


def made(draw: random.Random, phone: int) -> Sent:
    """Return a broken message of a phone, or of a stranger."""
    token = town.token_of(phone)
    if draw.random() < STRANGERS:
        token = draw.choice((f"ggd_{'x' * 43}", "ggd_", "someone", token[:-1], ""))
    request = draw.choice(SPECIMENS).of(token, draw.randrange(12 * 3600))
    if draw.random() < SHOWN_TWICE:  # else most of what breaks a query or a body breaks the token
        request = replace(request, headers={**request.headers, b"authorization": b"Bearer " + token.encode()})
    return Sent(mutated(request, draw), token)


async def send_all(app: Any, batch: list[Sent]) -> None:
    waiting = iter(batch)

    async def send_some() -> None:
        for sent in waiting:
            sent.status, sent.reply = await answer(app, sent.request)

    await asyncio.gather(*(send_some() for _ in range(AT_ONCE)))


async def answer(app: Any, request: Request) -> tuple[int, bytes]:
    """Give a request to the application as a server would."""
    headers = {b"host": b"localhost", b"content-length": b"%d" % len(request.body), **request.headers}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": request.path,
        "raw_path": request.path.encode(),
        "query_string": request.query,
        "root_path": "",
        "headers": list(headers.items()),
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    status, parts, given = 0, [], False

    async def receive() -> dict[str, Any]:
        nonlocal given
        if given:
            await asyncio.Event().wait()
        given = True
        return {"type": "http.request", "body": request.body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)
        parts.append(message.get("body", b""))

    try:
        await app(scope, receive, send)
    except Exception as error:
        return 500, traceback.format_exc().encode() + repr(error).encode()
    return status, b"".join(parts)


def accounted(owner: Engine, batch: list[Sent]) -> Counter[str]:
    """Say what became of each message of a round, and empty the tables."""
    with owner.begin() as conn:
        found = conn.execute(_FOUND).all()
        conn.exec_driver_sql(f"TRUNCATE {', '.join(_TABLES)}")
    became: Counter[str] = Counter()
    for sent, row in zip(batch, found[: len(batch)], strict=True):
        what, why_not = judged(sent, row)
        if why_not is not None:
            sys.exit(f"{why_not}: {str(sent)[:20_000]}\nin the database: {row}")
        became[what] += 1
    return became


def judged(sent: Sent, row: Any) -> tuple[str, str | None]:
    """Return what became of a message, and what is wrong with that."""
    traces = row.fixes + row.quarantined + row.off_duty
    if sent.status >= 500 or sent.status < 200:
        return "", "failed"
    if sent.status != 200:
        what = f"turned away ({sent.status})"
        if traces:
            return what, "turned away, and yet left something"
        if sent.status in TURNED_AWAY:
            return what, None
        return what, "turned away" if sent.status != 401 or shows_token(sent) else None
    if not shows_token(sent):
        return "", "taken from a stranger"
    if row.quarantined:
        return "in quarantine" + (", with positions stored" if row.fixes else ""), None
    if row.fixes + row.off_duty:
        return "stored" if row.fixes else "off duty, counted", wrong_number(sent, row)
    return "no position (heartbeats and the like)", wrong_number(sent, row)


def shows_token(sent: Sent) -> bool:
    """Say whether the phone's own token is whole, and the first one that is shown."""
    request, token = sent.request, sent.token.encode()
    if len(sent.token) != len(town.token_of(1)) or b"xxx" in token:
        return False
    if request.headers.get(b"authorization") == b"Bearer " + token or request.path.endswith(sent.token):
        return True
    shown = credential.find(message_of(request))
    return shown is not None and shown.secret == sent.token


def message_of(request: Request) -> Message:
    """Return what a decoder is given; PostgreSQL holds no NUL in a text."""
    kind = request.headers.get(b"content-type", b"")
    query, content_type = (text.replace(b"\0", b"").decode("latin-1") for text in (request.query, kind))
    return Message(request.method, query, content_type, request.body)


def wrong_number(sent: Sent, row: Any) -> str | None:
    """Hold what was stored or counted against what the app's own decoder reads, when all of it was good."""
    client = next(one for one in CLIENTS if one.name == sent.request.path.split("/")[2])
    try:
        said = client.decode(credential.without_tokens(message_of(sent.request)))
    except Undecodable as error:
        return f"not in quarantine, though {error}"
    if said.faults:
        return f"not in quarantine, though {said.faults[0]}"
    positions = len({position[:3] for position in said.positions})
    if not positions <= row.fixes + row.off_duty <= len(said.positions):
        return f"{positions} different positions of {len(said.positions)}"
    return None


if __name__ == "__main__":
    main()
