"""How long a look at the whole chain of the ledger takes, with how much memory, and what an entry costs.

    .venv/bin/python benchmarks/ledger.py [--entries 100000] [--write]

Entries are written as the program writes them, many to a commit, into a throw-away database
(`GIS_GRID_DATABASE_URL` names a server of one's own). Then `gis-grid audit verify`'s own code recomputes the
chain. Memory is the peak of this process while it does. `--write` keeps the output in `results/ledger.md`.
"""

from __future__ import annotations

import argparse
import resource
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final

from contests.report import Output, Section, machine
from import_buildings import throwaway_database
from sqlalchemy import text

from gis_grid.kit import clock
from gis_grid.kit.database import make_engine, transaction
from gis_grid.ledger import chain
from gis_grid.ledger import service as ledger

if TYPE_CHECKING:
    from sqlalchemy import Engine

RESULT: Final = Path(__file__).parent / "results" / "ledger.md"
SINGLE: Final = 1000
_FILL: Final = text(
    "SELECT gis_grid_note(now(), 'account' || n % 50, 'look_at_track', 'worker:W' || n % 1000, "
    """'{"from": "2026-11-02", "to": "2026-11-02", "reason": "shown on the map"}') """
    "FROM generate_series(1, CAST(:entries AS bigint)) AS n"
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--write", action="store_true", help=f"keep the output in {RESULT.name}")
    arguments = parser.parse_args()
    output = Output()
    output.say("# The chain of the ledger")
    output.say(machine("ledger.py", ("sqlalchemy", "psycopg")))
    with throwaway_database() as url:
        engine = make_engine(url)
        output.say(measured(engine, arguments.entries).text())
        engine.dispose()
    if arguments.write:
        RESULT.write_text(output.text, "utf-8")


def measured(engine: Engine, entries: int) -> Section:
    begun = perf_counter()
    for _ in range(SINGLE):
        with transaction(engine) as conn:
            ledger.record(conn, clock.now(), "cli:bench", "import", "import:1", {"rows": 1})
    single = perf_counter() - begun
    with transaction(engine) as conn:
        begun = perf_counter()
        conn.execute(_FILL, {"entries": entries})
    filled = perf_counter() - begun
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql("ANALYZE ledger, ledger_chain")
    before = peak_mib()
    with transaction(engine) as conn:
        begun = perf_counter()
        found = chain.verify(conn)
        verified = perf_counter() - begun
    assert (found.good, found.first_break) == (entries + SINGLE, None)
    rows = [
        ("one entry a commit", SINGLE, single, ""),
        ("all in one commit", entries, filled, ""),
        ("verify", found.good, verified, f"{peak_mib():.0f} (before: {before:.0f})"),
    ]
    return Section(
        "Writing entries, and recomputing the chain",
        ("", "entries", "s", "entries/s", "peak MiB"),
        [(what, f"{n:,}", f"{s:.1f}", f"{n / s:,.0f}", memory) for what, n, s, memory in rows],
    )


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
