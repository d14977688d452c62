"""Pages of features and vector tiles beside tipg and pygeoapi, all on one database in one run.

    .venv/bin/python benchmarks/features.py [--quick] [--first] [--seconds 4] [--only tipg] [--check]
        [--write]

A land of 100,000 grids and 2 million incidents (`standards/land.sql`) lies in a private cluster with the
product's own settings. `gis-grid serve` answers a caller that is signed in, from its own tables with their
versions, behind row level security; its peers answer anybody from plain copies of the same rows. Each server
is one process; four connections ask, each the next as soon as it was answered, in turns; the middle of three
rounds counts, or the only one of who answers less than once a second. Once each question is asked for the
first time, which shows what an answer costs to make; once the same few are asked again and again, as a town's
pages do: ours keeps what did not change. Nothing is compressed. Memory is the peak of a server's process.
`--first` asks for the first time only, which takes a few minutes with `--only tipg`; `--check` fails when a
target is missed; `--write` keeps the output in `results/features.md`.
"""

from __future__ import annotations

import argparse
import json
import random
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from math import asinh, floor, pi, radians, tan
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final
from urllib.request import Request, urlopen

import mapbox_vector_tile
from contests.report import Output, Section, Target, machine, verdicts
from ingesting import usage
from ingesting.serving import Program, private_cluster
from psutil import Process
from sqlalchemy import make_url
from standards import servers
from standards.asking import Answered, Plan
from standards.land import load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gis_grid.kit.cluster import Cluster

FOLDER: Final = Path(__file__).parent / "standards"
RESULT: Final = Path(__file__).parent / "results" / "features.md"
PACKAGES: Final = ("fastapi", "uvicorn", "sqlalchemy", "psycopg", "tipg", "pygeoapi", "asyncpg")
OURS: Final = "ours"
ROUNDS: Final = 3
PATHS: Final = 64
PATHS_ONCE: Final = 3 * 400
LONGEST_ONCE_S: Final = 15.0
SLOW_PER_S: Final = 1.0
DEEP: Final = 80_000
WEST, SOUTH, WIDE = 112.0, 30.0, 3.2


@dataclass(frozen=True, slots=True)
class Server:
    """One of those that answer: what its requests say, and its addresses by job."""

    name: str
    port: int
    pid: int
    paths: dict[str, list[str]]
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked for, and how many times faster than tipg we have to be."""

    title: str
    wanted: float | None = None


JOBS: Final = {
    "page": Job("first page of 100 grids", 5),
    "box": Job("100 grids in a box", 5),
    "deep": Job(f"100 grids behind {DEEP:,}"),
    "incidents": Job("100 incidents in a box"),
    "tile10": Job("tiles of grids at zoom 10"),
    "tile12": Job("tiles of grids at zoom 12", 5),
    "tile15": Job("tiles of incidents at zoom 15"),
}


def boxes(degrees: float, count: int = PATHS) -> list[str]:
    """Return boxes somewhere in the land, always the same."""
    draw = random.Random(20261122)
    corners = (
        (WEST + draw.random() * (WIDE - degrees), SOUTH + draw.random() * (WIDE - degrees))
        for _ in range(count)
    )
    return [f"{x:.5f},{y:.5f},{x + degrees:.5f},{y + degrees:.5f}" for x, y in corners]


def tiles(zoom: int) -> list[tuple[int, int, int]]:
    """Return addresses (zoom, row, column) of the land, each once, in an order that is always the same."""
    (_, top, left), (_, bottom, right) = (
        _tile(zoom, WEST, SOUTH + WIDE),
        _tile(zoom, WEST + WIDE, SOUTH),
    )
    found = [(zoom, row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
    return random.Random(20261123).sample(found, min(PATHS_ONCE, len(found)))


def _tile(zoom: int, lon: float, lat: float) -> tuple[int, int, int]:
    count = 2**zoom
    return zoom, floor((1 - asinh(tan(radians(lat))) / pi) / 2 * count), floor((lon + 180) / 360 * count)


def asked_of(items: str, tile: str, deep: Callable[[str], str]) -> dict[str, list[str]]:
    """Return the addresses of every job."""

    def page(layer: str, query: str = "") -> str:
        return items.format(layer=layer, query=query)

    def at(layer: str, zoom: int) -> list[str]:
        return [tile.format(layer=layer, z=z, y=row, x=column) for z, row, column in tiles(zoom)]

    return {
        "page": [page("grids")],
        "box": [page("grids", f"&bbox={box}") for box in boxes(0.1, PATHS_ONCE)],
        "deep": [deep(page("grids"))],
        "incidents": [page("incidents", f"&bbox={box}") for box in boxes(0.022, PATHS_ONCE)],
        "tile10": at("grids", 10),
        "tile12": at("grids", 12),
        "tile15": at("incidents", 15),
    }


def get(port: int, path: str, headers: dict[str, str]) -> Any:
    with urlopen(Request(f"http://127.0.0.1:{port}{path}", headers=headers)) as answer:
        return answer.headers, answer.read()


def walked(port: int, headers: dict[str, str], many: int) -> Callable[[str], str]:
    """Return what follows the links to the next page until so many features are passed."""

    def walk(path: str) -> str:
        for _ in range(many // 100):
            _, body = get(port, path, headers)
            following = next(link["href"] for link in json.loads(body)["links"] if link["rel"] == "next")
            path = "/" + following.split("/", 3)[3]
        return path

    return walk


def ask(server: Server, plan: Plan) -> Answered:
    """Ask one server."""
    plan = replace(plan, port=server.port, headers=server.headers)
    done = subprocess.run(
        [sys.executable, FOLDER / "asking.py"],
        input=json.dumps(asdict(plan)),
        capture_output=True,
        text=True,
        check=True,
    )
    found = Answered(**json.loads(done.stdout))
    wrong = set(found.statuses) - {"200", "204", "304"}
    assert not wrong, f"{server.name}, {plan.paths[0]}: {found.statuses}"
    return found


def again_and_again(servers_of: Sequence[Server], seconds: float) -> Section:
    """Let all answer the same few questions, as the pages of a town's people ask them."""

    def asked(server: Server, job: str, _: int) -> Plan:
        return Plan(0, server.paths[job][:PATHS], seconds=seconds)

    return _contest("Asked again and again", JOBS, servers_of, asked)


def for_the_first_time(servers_of: Sequence[Server]) -> Section:
    """Let all answer questions that nobody has asked before."""

    def asked(server: Server, job: str, number: int) -> Plan:
        paths = server.paths[job][PATHS:]
        return Plan(0, paths[number::ROUNDS], seconds=LONGEST_ONCE_S, once=True)

    jobs = {name: JOBS[name] for name in ("box", "incidents", "tile10", "tile12", "tile15")}
    return _contest("Asked for the first time", jobs, servers_of, asked)


def _contest(
    title: str,
    jobs: Mapping[str, Job],
    servers_of: Sequence[Server],
    asked: Callable[[Server, str, int], Plan],
) -> Section:
    rates_of = (f"{one.name}, answers/s" for one in servers_of)
    section = Section(title, ("what", *rates_of, "KiB each", "x tipg", "x pygeoapi"))
    for key, job in jobs.items():
        rounds = _rounds(key, servers_of, asked)
        rates = [median(answered.per_s for answered in column) for column in zip(*rounds, strict=True)]
        kib = [one.octets / one.answers / 1024 for one in rounds[0]]
        ratios = {
            one.name: median(row[0].per_s / row[at].per_s for row in rounds)
            for at, one in enumerate(servers_of)
            if at
        }
        section.rows.append(
            (
                job.title,
                *(f"{rate:,.0f}" for rate in rates),
                " / ".join(f"{size:.1f}" for size in kib),
                *(f"{ratios[name]:.1f}" if name in ratios else "" for name in ("tipg", "pygeoapi")),
            )
        )
        if job.wanted is not None and "tipg" in ratios:
            met = ratios["tipg"] >= job.wanted
            what = f"{title.lower()}: {job.title}"
            section.targets.append(Target(what, f">= {job.wanted:g} x tipg", f"{ratios['tipg']:.1f} x", met))
    return section


def _rounds(
    job: str, servers_of: Sequence[Server], asked: Callable[[Server, str, int], Plan]
) -> list[list[Answered]]:
    """Ask all in turns; the first round of who answers next to nothing stands for all."""
    first = [ask(one, asked(one, job, 0)) for one in servers_of]
    later = (
        [
            known if known.per_s < SLOW_PER_S else ask(one, asked(one, job, number))
            for one, known in zip(servers_of, first, strict=True)
        ]
        for number in range(1, ROUNDS)
    )
    return [first, *later]


def unchanged(ours: Server, first: Section, seconds: float) -> Section:
    """Compare answers that were made for the first time with those to who has them already."""
    section = Section("Who has it already", ("what", "for the first time, 200/s", "304/s", "x"))
    made = {row[0]: float(row[1].replace(",", "")) for row in first.rows}
    for key in ("tile10", "tile12", "box"):
        title, paths = JOBS[key].title, ours.paths[key][:PATHS]
        tags = {path: get(ours.port, path, ours.headers)[0]["ETag"] for path in paths}
        rounds = [ask(ours, Plan(0, paths, tags=tags, seconds=seconds)) for _ in range(ROUNDS)]
        assert all(set(answered.statuses) == {"304"} for answered in rounds), rounds
        rate = median(answered.per_s for answered in rounds)
        ratio = rate / made[title]
        section.rows.append((title, f"{made[title]:,.0f}", f"{rate:,.0f}", f"{ratio:.1f}"))
        met = ratio >= 10
        section.targets.append(Target(f"304 of {title}", ">= 10 x full answers", f"{ratio:.1f} x", met))
    return section


def same(servers_of: Sequence[Server]) -> list[str]:
    """Say what is in the answers, so that nobody is fast by leaving something out."""
    told = []
    for one in servers_of:
        pages = json.loads(get(one.port, one.paths["page"][0], one.headers)[1])["features"]
        parts = [f"{len(pages)} grids a page"]
        for key in ("tile12", "tile15"):
            found = [
                mapbox_vector_tile.decode(get(one.port, path, one.headers)[1]) for path in one.paths[key][:8]
            ]
            counts = [sum(len(layer["features"]) for layer in tile.values()) for tile in found]
            parts.append(
                f"{sum(counts) / len(counts):.0f} features a tile of {JOBS[key].title.split(' of ')[1]}"
            )
        told.append(f"- {one.name}: {', '.join(parts)}")
    return told


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a small land, only to see that all runs")
    parser.add_argument("--first", action="store_true", help="only what is asked for the first time")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each round")
    parser.add_argument("--only", default="tipg,pygeoapi", help="which peers")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    parser.add_argument("--write", action="store_true", help=f"keep the output in {RESULT.name}")
    arguments = parser.parse_args()
    grids, points = (2_000, 20_000) if arguments.quick else (100_000, 2_000_000)
    only = {part.strip() for part in arguments.only.split(",") if part.strip()}
    started = time.monotonic()
    output = Output()
    output.say(f"# Pages of features and vector tiles\n\n{machine('features.py', PACKAGES)}")
    with private_cluster() as (folder, cluster), ExitStack() as stack:
        cookie = load(cluster, grids, points, "consumer")
        output.say(f"{grids:,} grids, {points:,} incidents, loaded in {time.monotonic() - started:.0f} s.")
        program = stack.enter_context(Program(folder, 1, jobs=False))
        headers = {"Cookie": cookie}
        items, tile = (
            "/ogc/collections/{layer}/items?limit=100{query}",
            ("/ogc/collections/{layer}/tiles/WebMercatorQuad/{z}/{y}/{x}"),
        )
        deep = 0 if arguments.first else min(DEEP, grids - 200)
        paths = asked_of(items, tile, walked(program.port, headers, deep))
        every = [Server(OURS, program.port, program.api()[0].pid, paths, headers)]
        every += [_peer(stack, name, cluster, folder, deep) for name in ("tipg", "pygeoapi") if name in only]
        output.say("In each answer:\n\n" + "\n".join(same(every)))
        first = for_the_first_time(every)
        output.say(first.text())
        sections = [first]
        if not arguments.first:
            again = again_and_again(every, arguments.seconds)
            output.say(again.text())
            held = unchanged(every[0], first, arguments.seconds)
            output.say(held.text())
            sections += [again, held]
        peaks = ", ".join(f"{one.name} {usage.peak_mib(Process(one.pid)):,.0f} MiB" for one in every)
        output.say(f"Peak memory of the server's process: {peaks}.")
    targets = [target for section in sections for target in section.targets]
    output.say(verdicts(targets))
    output.say(f"The whole run took {time.monotonic() - started:.0f} s.")
    if arguments.write:
        RESULT.write_text(output.text, "utf-8")
    return int(arguments.check and not all(target.met for target in targets))


def _peer(stack: ExitStack, name: str, cluster: Cluster, folder: Path, deep: int) -> Server:
    url = make_url(cluster.url())
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    serve = {"tipg": servers.tipg, "pygeoapi": servers.pygeoapi}[name]
    where = Path(str(url.query["host"]))
    peer = stack.enter_context(serve(folder, where, str(url.username), str(url.database), port))
    behind = peer.offset.format(offset=deep)
    paths = asked_of(peer.items, peer.tiles, lambda path: f"{path}{behind}")
    return Server(name, port, peer.pid, paths)


if __name__ == "__main__":
    sys.exit(main())
