"""Whoever is scoped to one community is answered to the byte alike, whatever is in the one beside it.

Two states of one town: in the second the neighbour has more buildings, grids, hazards, visits, patrols and
people, and other names. Every route that can be read is asked in both, plainly and with each of its
parameters, by those of HERE: status, headers with ETag and length, and body are the same. What is random or
of the moment is left out (`OF_THE_MOMENT`). What all collections have in common is asked of one (`ASKED_OF`).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import neighbours
import pytest
import shapely
from answering import client_on
from neighbours import HERE, NEXT
from route_calls import CALLS, DRAFT, MINE, NOTHING_IN, PUBLISHED, Call, collection_of
from signed_in import signed_in
from sqlalchemy import text
from test_every_route import GUARDED, OPERATIONS, call, undone
from walking_ground import MONDAY, SHANGHAI, after_the_week, at, hire, publish, record, stroll

from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.roles import MAY, Role
from gis_grid.kit.clock import now
from gis_grid.patrols import service as patrols

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx2
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection, Engine

BOTH: Final = "116.29,39.89,116.32,39.91"
"""A box around both communities."""

EVERYONE: Final = "all-roles-here"
"""Who has every role in HERE but the worker's: asks with each parameter; a worker of HERE asks plainly."""

MAY_READ: Final = {
    EVERYONE: {one for role in Role if role is not Role.WORKER for one in MAY[role]},
    "worker-here": set(MAY[Role.WORKER]),
}

VALUES: Final = {
    "bbox": BOTH,
    "datetime": f"{MONDAY}T00:00:00Z/{MONDAY}T23:59:59Z",
    "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
    "bbox-crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
    "filter-lang": "cql2-text",
    "filter-crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
    "limit": "1",
    "f": "html",
    "lon": "116.306",
    "lat": "39.9015",
    "k": "5",
    "worker": neighbours.NEIGHBOUR,
    "grid": "G-NEXT",
    "community": NEXT,
    "date": str(MONDAY),
    "day": str(MONDAY),
    "from": str(MONDAY),
    "to": str(MONDAY + timedelta(days=13)),
    "at": f"{MONDAY}T12:00:00+08:00",
    "period": "2026-W45",
    "resolution": "9",
    "lang": "en",
    "reason": "why",
}
"""What a parameter is asked with, by its name: what reaches over the border, or names what is behind it."""

ASKED_OF: Final = "/ogc/collections/hazards/"
"""The collection that is asked with all parameters. One way makes the answers of all (ogc/selecting.py)."""

OF_THE_WAY: Final = {"bbox-crs", "bom", "crs", "cursor", "f", "filter", "filter-crs", "filter-lang", "offset"}
OF_ONE: Final = {*OF_THE_WAY, "lang", "properties", "theme"}
"""What only that collection is asked with: pages of others are asked with all else, files with a box."""

OF_THE_MOMENT: Final = re.compile(
    rb"20\d\d-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?|\d\d:\d\d(?::\d\d)?|nonce-[\w-]+"
)


class Told(NamedTuple):
    """An answer."""

    status: int
    headers: dict[str, str]
    body: bytes


@pytest.fixture(scope="module")
def town(engine: Engine) -> Iterator[Connection]:
    """Build the communities once; nothing of it is committed."""
    with engine.connect() as conn, conn.begin() as transaction:
        neighbours.build(conn)
        yield conn
        transaction.rollback()


@pytest.fixture(scope="module")
def answers(town: Connection) -> list[dict[str, dict[str, Told]]]:
    """Return what each route answers in both states, by the route and by who asked what."""
    secrets = neighbours.sign_in_all(town)
    roles = [(role, HERE) for role in Role if role is not Role.WORKER]
    secrets[EVERYONE] = signed_in(town, EVERYONE, roles)
    neighbours.give_things(town, "consumer-here", int(MINE["id"]))
    neighbours.give_visit(town)
    neighbours.plan(town, draft=int(DRAFT["id"]), published=int(PUBLISHED["id"]))
    with client_on(town) as client:
        client.follow_redirects = False
        client.headers["Accept-Encoding"] = "identity"  # the moment is in what is compressed
        things = features_of(client, secrets)
        before = ask_all(client, town, secrets, things)
        change_the_neighbour(town)
        return [before, ask_all(client, town, secrets, things)]


def features_of(client: TestClient, secrets: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return the id of a feature of HERE and of NEXT by the placeholder that the calls have for it."""
    found: dict[str, dict[str, str]] = {}
    for name, example in CALLS.items():
        if collection_of(example) is None or not name.startswith("GET ") or example.path["fid"] in NOTHING_IN:
            continue
        path = name.partition(" ")[2].partition("/{fid}")[0].format(**example.path)
        found[example.path["fid"]] = {}
        for place in ("here", "next"):
            role = next(one for one in Role if one is not Role.WORKER and GUARDED[name] in MAY[one])
            client.cookies.clear()
            client.cookies.set(COOKIE, secrets[f"{role}-{place}"])
            answer = client.get(path)
            assert answer.status_code == 200, (path, answer.text)
            features = answer.json()["features"]
            found[example.path["fid"]][place] = str(features[0]["id"]) if features else "1"
    return found


def ask_all(
    client: TestClient, town: Connection, secrets: dict[str, str], things: dict[str, dict[str, str]]
) -> dict[str, dict[str, Told]]:
    """Ask every route that can be read; what is written down of it is undone."""
    told: dict[str, dict[str, Told]] = defaultdict(dict)
    with undone(town):
        for name, permission in GUARDED.items():
            if not name.startswith("GET "):
                continue
            for who, may_read in MAY_READ.items():
                if permission not in may_read:
                    continue
                client.cookies.clear()
                client.cookies.set(COOKIE, secrets[who])
                for path, query in questions(name, things, plainly=who != EVERYONE):
                    try:
                        answer = kept(client.get(path, params=query))
                    except Exception as fault:
                        answer = Told(500, {}, repr(fault).encode())
                    told[name][f"{who}: {path} {query}"] = answer
    return told


def questions(
    name: str, things: dict[str, dict[str, str]], *, plainly: bool
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield addresses: of what is HERE, of what is in NEXT, and with each parameter."""
    example = CALLS.get(name, Call())
    template = name.partition(" ")[2]
    ways = [filled(example, things, place) for place in ("here", "next")]
    parameters = [one for one in OPERATIONS[name].get("parameters", []) if one["in"] == "query"]
    needed = {one["name"]: value_of(one) for one in parameters if one.get("required")}
    asked = {**needed, **{key: value.format_map(ways[0]) for key, value in example.query.items()}}
    yield template.format(**ways[0]), asked
    if ways[1] != ways[0]:
        yield template.format(**ways[1]), asked
    if "zoom" in ways[0]:
        for zoom in (5, 11, 17):
            scale = 2.0 ** (zoom - 14)
            place = {key: str(int(int(ways[0][key]) * scale)) for key in ("row", "column")}
            yield template.format(**{**ways[0], **place, "zoom": str(zoom)}), asked
    if not plainly:
        for one in [one for one in parameters if is_asked(template, one["name"])]:
            yield template.format(**ways[0]), {**asked, one["name"]: value_of(one)}


def is_asked(template: str, parameter: str) -> bool:
    """Say whether a route is asked with a parameter, or another route that is made alike."""
    if not template.startswith(("/ogc/collections/", "/ogc/tracks/")) or template.startswith(ASKED_OF):
        return True
    if template.endswith("/items") and template.startswith("/ogc/collections/"):
        return parameter not in OF_ONE
    return parameter == "bbox"


def filled(example: Call, things: dict[str, dict[str, str]], place: str) -> dict[str, str]:
    """Return the parameters of a path that name something of HERE, or the same of NEXT."""
    return {
        key: things.get(value, {}).get(place, value.replace("HERE", "NEXT") if place == "next" else value)
        for key, value in example.path.items()
    }


def value_of(parameter: dict[str, Any]) -> str:
    """Return what a parameter is asked with: of words the last, of numbers the least, else a name of NEXT."""
    if parameter["name"] in VALUES:
        return VALUES[parameter["name"]]
    schema = parameter["schema"]
    for kind in schema.get("anyOf", [schema]):
        if "enum" in kind:
            return str(kind["enum"][-1])
        if kind.get("type") == "boolean":
            return "true"
        if kind.get("type") in {"integer", "number"}:
            return str(kind.get("minimum", 1) or 1)
    return "H-NEXT-0"


def kept(answer: httpx2.Response) -> Told:
    """Return an answer without what is of the moment."""
    headers = {k: OF_THE_MOMENT.sub(b"*", v.encode()).decode() for k, v in answer.headers.items()}
    return Told(answer.status_code, headers, OF_THE_MOMENT.sub(b"*", unpacked(answer.content)))


def unpacked(content: bytes) -> bytes:
    """Return what is in a ZIP, whose own times are of the moment; anything else as it is."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"\n".join(name.encode() + b": " + archive.read(name) for name in archive.namelist())


def change_the_neighbour(conn: Connection) -> None:
    """Give NEXT more of everything, and other names."""
    there = shapely.box(116.304, 39.900, 116.308, 39.903)
    neighbours._happen(conn, "NEXT-MORE", there, neighbours.NEIGHBOUR, 3)
    publish(conn, "G-MORE", shapely.box(116.308, 39.900, 116.312, 39.903))
    more = hire(conn, "W-MORE", "G-NEXT")
    record(conn, more, stroll(at(MONDAY, 10), 1800, (there.centroid.x, there.centroid.y), seed=2))
    patrols.judge(conn, start=MONDAY, end=MONDAY, tz=SHANGHAI, now=after_the_week())
    conn.execute(
        text(
            "UPDATE area SET name = '另一社区' WHERE code = 'C-NEXT';"
            "UPDATE area SET geom = ST_Multi(ST_Expand(geom, 0.0001)) WHERE code = 'C-NEXT';"
            "UPDATE area SET parent_id = (SELECT id FROM area WHERE code = 'T') WHERE code LIKE '%G-MORE';"
            "UPDATE grid SET name = '另一网格' WHERE code = 'G-NEXT';"
            "UPDATE worker SET name = '另一人' WHERE code = 'W-NEXT';"
            "UPDATE building SET households = 77, name = 'B-OTHER' WHERE name = 'B-NEXT';"
            "UPDATE incident SET title = 'H-OTHER', severity = 3 WHERE code LIKE 'H-NEXT%';"
            "INSERT INTO contest (worker_id, iso_week, revision, subject, rule, outcome_then, words,"
            " filed_at) SELECT worker_id, iso_week, revision, 'week', 'BASE-4', 'short', '另有说法', now()"
            " FROM judgement JOIN worker ON worker.id = worker_id WHERE code = 'W-NEXT'"
        )
    )
    # Who is hired now is on duty now, and everybody there is seen anew.
    neighbours._show_now(conn)
    conn.execute(
        text(
            "UPDATE live_worker SET state = 'silent', lon = lon + 1e-4, version = gis_grid_live_version() "
            "WHERE worker_id IN (SELECT id FROM worker WHERE code = 'W-NEXT');"
            "UPDATE live_cell SET seconds = 99, version = gis_grid_live_version() "
            "WHERE grid_id IN (SELECT id FROM grid WHERE code = 'G-NEXT')"
        )
    )
    signed_in(conn, "another-there", [(Role.COMMANDER, NEXT)])
    conn.execute(
        text(
            "INSERT INTO visit_appointment (code, target_id, worker_id, during, made_by, made_at) "
            "SELECT gen_random_uuid(), t.id, w.id, tstzrange(:at, :at + interval '1 hour'), 'x', :at "
            "FROM visit_target t, worker w WHERE t.reference = 'R-NEXT-0' AND w.code = 'W-NEXT'"
        ),
        {"at": now() + timedelta(days=3)},
    )


READ: Final = [name for name in GUARDED if name.startswith("GET ")]


@pytest.mark.parametrize("name", READ)
def test_an_answer_does_not_depend_on_the_next_community(
    answers: list[dict[str, dict[str, Told]]], name: str
) -> None:
    before, after = (one.get(name, {}) for one in answers)
    assert before.keys() == after.keys()
    assert before or not MAY_READ[EVERYONE] & {GUARDED[name]}, "nobody asked"
    faults = [f"{question}: {one.body!r}" for question, one in before.items() if one.status >= 500]
    assert not faults, "\n".join(faults)
    told = [
        f"{question}: {what} was {getattr(before[question], what)!r:.600}\n"
        f"is {getattr(after[question], what)!r:.600}"
        for question in before
        for what in Told._fields
        if getattr(before[question], what) != getattr(after[question], what)
    ]
    assert not told, "\n".join(told)


def test_the_neighbours_own_answers_did_change(town: Connection) -> None:
    """The test would see it: what was changed is told to those of NEXT."""
    with client_on(town) as client, undone(town):
        secret = signed_in(town, "commander-of-next", [(Role.COMMANDER, NEXT)])
        for name, mark in (
            ("GET /ogc/collections/buildings/items", "B-OTHER"),
            ("GET /ogc/collections/hazards/items", "H-OTHER"),
            ("GET /api/workers", "另一人"),
            ("GET /api/contests", "另有说法"),
            ("GET /api/live", "另一人"),
            ("GET /api/live/events", "W-MORE"),
        ):
            assert mark in call(client, name, {}, secret).text
