"""A million broken messages to every address of phones: none fails, none is lost, memory stays.

    .venv/bin/python benchmarks/fuzz_ingest.py [--payloads 1000000] [--seed 1] [--from 1] [--write]

Messages as the apps send them (`ingesting/specimens.py`), files of tracks and signatures for duty are broken
in up to five ways each (`ingesting/mutating.py`) and given to the real application in this process, many at
once so that they share transactions, on a throw-away PostGIS that commits. Each goes in the name of one of
4,000 phones, one a round; after each round the tables say what became of it: positions stored, dropped and
counted as off duty, or the message in quarantine. A message that was taken and left no trace must be one
without a position or a fault. Half of the time of every phone is off duty, and every second one has another
datum than WGS 84. The run fails at the first round with an answer of 500 or above, an authenticated message
that was turned away for what it holds, a stranger's that was not, or one that cannot be accounted for; it
prints the request and the number of the round: `--from` begins there. Another process makes the next round
and judges the last one.

Memory is told every 50,000 messages: the most that this process held in them, and the cluster at their end.
The run fails when this process held more than a tenth more in the second half than ever in the first.
`--write` keeps the output in `results/fuzz_ingest.md`.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import sys
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import psutil
from contests.report import Output, Section, machine
from import_buildings import throwaway_database
from ingesting import town, usage
from ingesting.broken import Answer, Rounds, Traces
from sqlalchemy import text

from gis_grid.app import create_app
from gis_grid.kit.database import Engines, make_engine
from gis_grid.kit.logins import LOGINS
from gis_grid.kit.memory import share_arenas
from gis_grid.kit.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingesting.specimens import Request
    from sqlalchemy import Engine

RESULT: Final = Path(__file__).parent / "results" / "fuzz_ingest.md"
PHONES: Final = 4_000
AT_ONCE: Final = 200
FILES_AT_ONCE: Final = 6
TOLD_EVERY: Final = 50_000
MOST_GROWTH: Final = 1.10

_EMPTY: Final = "TRUNCATE fix, quarantine, quarantine_tally, off_duty_count, touched_day, signature, duty"
_FOUND: Final = text("""
    SELECT coalesce(stored.n, 0), coalesce(aside.n, 0), coalesce(dropped.n, 0), coalesce(signed.n, 0)
    FROM device JOIN device_holder AS holder ON holder.device_id = device.id
    LEFT JOIN (SELECT device_id, count(*) AS n FROM fix GROUP BY 1) AS stored ON stored.device_id = device.id
    LEFT JOIN (SELECT device_id, count(*) AS n FROM quarantine GROUP BY 1) AS aside
        ON aside.device_id = device.id
    LEFT JOIN (SELECT worker_id, sum(fixes)::integer AS n FROM off_duty_count GROUP BY 1) AS dropped
        USING (worker_id)
    LEFT JOIN (SELECT worker_id, count(*) AS n FROM signature GROUP BY 1) AS signed USING (worker_id)
    ORDER BY substr(code, 2)::integer LIMIT :phones
""")
_HALF_ON_DUTY: Final = text("""
    INSERT INTO duty (worker_id, during, declared_by)
    SELECT id, tstzrange(:sign_in, :sign_in + interval '6 hours'), 'sign_in' FROM worker
""")
_DATUMS: Final = """
    UPDATE device SET issued_at = '2026-11-01',
        datum = (ARRAY['wgs84', 'wgs84', 'wgs84', 'gcj02', 'bd09', 'cgcs2000'])[1 + id % 6]
"""


@dataclass(frozen=True, slots=True)
class Told:
    """Memory after so many messages, MiB."""

    messages: int
    peak: float
    cluster: float
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--payloads", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--from", type=int, default=1, dest="first", help="number of the first round")
    parser.add_argument("--write", action="store_true", help=f"keep the output in {RESULT.name}")
    arguments = parser.parse_args()
    share_arenas()  # as `gis-grid serve` does
    output = Output()
    output.say("# Broken messages")
    output.say(machine("fuzz_ingest.py", ("fastapi", "starlette", "orjson", "numpy", "psycopg")))
    with throwaway_database() as url:
        run = fuzzed(url, arguments.payloads, arguments.seed, arguments.first)
        for section in asyncio.run(run):
            output.say(section.text())
    if arguments.write:
        RESULT.write_text(output.text, "utf-8")


async def fuzzed(url: str, payloads: int, seed: int, first: int) -> list[Section]:
    owner = make_engine(url)
    phones = min(PHONES, payloads)
    town.fill(owner, phones)
    with owner.begin() as conn:
        conn.execute(text(_DATUMS))
    cluster = server_of(owner)
    engines = Engines(*(make_engine(url, role=login) for login in LOGINS))
    app = create_app(Settings(), engines)
    became: Counter[str] = Counter()
    told: list[Told] = []
    sizes = [min(phones, payloads - start) for start in range(0, payloads, phones)]
    begun = perf_counter()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_begin_beside) as beside:
        async with app.router.lifespan_context(app):
            done, judged = 0, None
            made = beside.submit(_make, seed, first, sizes[0])
            for number, size in enumerate(sizes, first):
                batch = await asyncio.wrap_future(made)
                if number + 1 < first + len(sizes):
                    made = beside.submit(_make, seed, number + 1, sizes[number + 1 - first])
                await asyncio.to_thread(begin_round, owner)
                answers = await send_all(app, batch)
                found = await asyncio.to_thread(traces, owner, size)
                if judged is not None:
                    became += await asyncio.wrap_future(judged)
                judged = beside.submit(_judge, number, answers, found)
                done += size
                if done // TOLD_EVERY > (done - size) // TOLD_EVERY or done == payloads:
                    told.append(Told(done, _peak_since_then(), cluster_mib(cluster), perf_counter() - begun))
                    print(told[-1], file=sys.stderr, flush=True)
            assert judged is not None
            became += await asyncio.wrap_future(judged)
    engines.dispose()
    owner.dispose()
    return [of_messages(became, seed, first, perf_counter() - begun), of_memory(told)]


def of_messages(became: Counter[str], seed: int, first: int, seconds: float) -> Section:
    payloads = became.total()
    rows = [(what, f"{count:,}") for what, count in sorted(became.items(), key=lambda item: -item[1])]
    remark = f"{payloads / seconds:,.0f} messages/s. No answer of 500 or above."
    title = f"{payloads:,} messages, seed {seed}, from round {first}"
    return Section(title, ("what became of them", "messages"), rows, [remark])


def of_memory(told: Sequence[Told]) -> Section:
    """Tell memory; it is an error when the later half held more than the earlier one."""
    rows = [
        (f"{one.messages:,}", f"{one.seconds:,.0f}", f"{one.peak:,.0f}", f"{one.cluster:,.0f}")
        for one in told
    ]
    section = Section("Memory", ("messages", "seconds", "most of the program, MiB", "cluster, MiB"), rows)
    if len(told) > 1:
        early, late = told[: len(told) // 2], told[len(told) // 2 :]
        before, after = (max(one.peak for one in half) for half in (early, late))
        remark = (
            f"Most in the first half {before:,.0f} MiB, in the second {after:,.0f} MiB "
            f"({after / before - 1:+.1%}; at most {MOST_GROWTH - 1:+.0%})."
        )
        assert after < before * MOST_GROWTH, f"{section.text()}\n{remark}"
        section.remarks.append(remark)
    return section


_rounds: Rounds


def _begin_beside() -> None:
    global _rounds  # noqa: PLW0603 - of the process that makes and judges
    _rounds = Rounds()


def _make(seed: int, number: int, phones: int) -> list[Request]:
    return _rounds.make(seed, number, phones)


def _judge(number: int, answers: list[Answer], found: list[Traces]) -> Counter[str]:
    return _rounds.judge(number, answers, found)


def begin_round(owner: Engine) -> None:
    """Empty the tables, and put everybody on duty as at first: messages may have signed them out."""
    with owner.begin() as conn:
        conn.exec_driver_sql(_EMPTY)
        conn.execute(_HALF_ON_DUTY, {"sign_in": town.SIGN_IN})


def traces(owner: Engine, phones: int) -> list[Traces]:
    """Say what is there of each phone."""
    with owner.begin() as conn:
        return [Traces(*row) for row in conn.execute(_FOUND, {"phones": phones})]


def server_of(owner: Engine) -> int | None:
    """Return the process that all of PostgreSQL's are children of; ``None`` on another machine."""
    with owner.begin() as conn:
        pid = conn.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    if not psutil.pid_exists(pid) or not psutil.Process(pid).name().startswith("postgres"):
        return None
    return psutil.Process(pid).ppid()


def cluster_mib(pid: int | None) -> float:
    return float("nan") if pid is None else usage.shared_mib(pid)


def _peak_since_then() -> float:
    """Return the most that this process held since it was last asked."""
    peak = usage.peak_mib(psutil.Process())
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    return peak


async def send_all(app: Any, batch: Sequence[Request]) -> list[Answer]:
    answers: list[Answer | None] = [None] * len(batch)
    waiting = iter(enumerate(batch))
    files = asyncio.Semaphore(FILES_AT_ONCE)

    async def send_some() -> None:
        for place, request in waiting:
            if request.path == "/ingest/tracks":  # more at once are told to come later
                async with files:
                    answers[place] = await answer(app, request)
            else:
                answers[place] = await answer(app, request)

    await asyncio.gather(*(send_some() for _ in range(AT_ONCE)))
    return [one for one in answers if one is not None]


async def answer(app: Any, request: Request) -> Answer:
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
        return Answer(500, traceback.format_exc().encode() + repr(error).encode())
    return Answer(status, b"".join(parts))


if __name__ == "__main__":
    main()
