"""A class that is only counted is planted, and looked for everywhere: it is in the counters and nowhere else.

Twice: `follow_up`, which never has a place, and `in_care`, whose targets and visits were stored before a
profile marked it.
"""

from __future__ import annotations

import io
import itertools
import logging
import zipfile
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from math import asinh, pi, radians, tan
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import h3
import pytest
from answering import client_on
from as_described import document
from signed_in import signed_in
from sqlalchemy import text
from visited_town import HOMES, SHANGHAI, Asker, add_targets, at, build, sign_in, today, visit

from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.roles import MAY, Role
from gis_grid.kit import clock
from gis_grid.patrols import bench, data_export
from gis_grid.patrols.profiles import rulebook
from gis_grid.reports.content import Name
from gis_grid.visits import service
from gis_grid.visits.rows import CounterRows, TargetRows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from fastapi.testclient import TestClient
    from sqlalchemy import Connection, Engine

    from gis_grid.core.rules.rule import Profile

PLACE: Final = (118.7831234, 32.0517654)
PLANTED: Final = [f"PLANTED-{n}" for n in range(6)]
# So long that no clock and no id holds them by chance.
DUE, DONE = 1_735_184_629, 1_620_731_958
MONDAY: Final = today() - timedelta(days=today().weekday() + 14)
VISIT, APPOINTMENT = str(uuid4()), str(uuid4())
CELLS: Final = {h3.latlng_to_cell(PLACE[1], PLACE[0], level) for level in (9, 10, 11)}
VISITED_AT: Final = "13:37:42"

MARKS: Final = {
    *("in_care", "follow_up", "PLANTED", VISIT, APPOINTMENT, "118.78312", "32.05176", str(DUE), str(DONE)),
    *(VISITED_AT, "05:37:42"),
}
"""What gives the planted away wherever it is read; the class, the places, the times."""

EVERYONE: Final = "everyone"
"""Who has every role: asks every route with each parameter; a role alone asks plainly what it may."""

MAY_READ: Final = {
    **{str(role): frozenset(map(str, permissions)) for role, permissions in MAY.items()},
    **dict.fromkeys(("W1", "W2"), frozenset(map(str, MAY[Role.WORKER]))),
}
"""What each may read."""

COUNTERS: Final = "/api/visits/counters"
DESCRIPTION: Final = "/ogc/api"
"""The description of the API: it knows the word, and nothing of the town."""

OTHERS: Final = {"/api/workflows": {"follow_up"}}
"""A word that means something else there: the visit after an incident was closed (FM-7)."""

PATHS: Final = {
    "code": ["W1", "G1", VISIT, APPOINTMENT],
    "id": ["1"],
    "layer": ["areas", "buildings", "roads", "water", "visit_target", "in_care"],
    "week": [f"{MONDAY.isocalendar().year}-W{MONDAY.isocalendar().week:02d}"],
    "h3": sorted(CELLS),
    "name": [*Name, "in_care"],
    "token": ["x"],
}
"""What stands for a parameter of a path; of the tile of the place, see below."""

QUERIES: Final = {
    "date": str(MONDAY),
    "day": str(MONDAY),
    "worker": "W1",
    "datetime": f"{MONDAY}T00:00:00Z/{MONDAY}T23:59:59Z",
    "lon": "118.7801",
    "lat": "32.0501",
    "grid": "G1",
    "community": "C1",
    "code": "W1",
    "period": f"{MONDAY.isocalendar().year}-W{MONDAY.isocalendar().week:02d}",
    "resolution": "9",
    "lang": "en",
    "at": f"{MONDAY}T12:00:00+08:00",
    "after": "W0",
    "to": str(today()),
    "from": str(MONDAY),
    "place": "in_care",
    "reason": "why",
}
"""What a query may have, by the parameter's name; the others are taken from their description, see below."""


def value_of(parameter: dict[str, Any]) -> str:
    """Return something that a parameter may be: of words the last, of numbers one, of texts the class."""
    if parameter["name"] in QUERIES:
        return QUERIES[parameter["name"]]
    offered = parameter["schema"]
    kinds = offered.get("anyOf", [offered])
    for kind in kinds:
        if "enum" in kind:
            return str(kind["enum"][-1])
        if kind.get("type") == "boolean":
            return "true"
        if kind.get("type") in {"integer", "number"}:
            return str(kind.get("minimum", 1) or 1)
    return "in_care"


def marked(name: str) -> Profile:
    """Return a profile as its next version may be: people in care are only counted."""
    profile = rulebook_load(name)
    return replace(profile, sensitive=profile.sensitive | {"in_care"})


rulebook_load = rulebook.load


@contextmanager
def strict() -> Iterator[None]:
    """Let a later version of the profiles mark the class."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rulebook, "load", marked)
        yield


@pytest.fixture(scope="module")
def town(engine: Engine) -> Iterator[Connection]:
    """Plant both classes once; nothing of it is committed."""
    with engine.connect() as conn, conn.begin() as transaction:
        build(conn)
        plant(conn)
        yield conn
        transaction.rollback()


def plant(conn: Connection) -> None:
    """Store what must not be told: counters of one class; places, visits and proofs of another."""
    counted = ["follow_up", "follow_up"]
    service.load_counters(conn, CounterRows(["G1", "G2"], counted, [MONDAY] * 2, [DUE, 4], [DONE, 1]))
    add_targets(conn, PLANTED, "in_care", PLACE)
    for reference in PLANTED:
        visit(conn, reference, at(MONDAY, 13, 37) + timedelta(seconds=42))
    visit(conn, HOMES[0], at(MONDAY, 9))
    values = {"visit": VISIT, "made": APPOINTMENT, "at": at(MONDAY, 13, 37) + timedelta(seconds=42)}
    conn.execute(
        text(
            "INSERT INTO visit (code, target_id, worker_id, at, mode, reported_at) SELECT :visit, t.id, w.id,"
            " :at + interval '1 hour', 'door', :at FROM visit_target t, worker w"
            " WHERE reference = 'PLANTED-0' AND w.code = 'W1'"
        ),
        values,
    )
    conn.execute(
        text(
            "INSERT INTO visit_appointment (code, target_id, worker_id, during, made_by, made_at)"
            " SELECT :made, t.id, w.id, tstzrange(:at, :at + interval '3 weeks'), 'w', :at"
            " FROM visit_target t, worker w WHERE reference = 'PLANTED-0' AND w.code = 'W1'"
        ),
        values,
    )
    conn.execute(
        text(
            "INSERT INTO visit_proof SELECT id, 1, :at, 'unproved', 77.7, 0, 9, 50, 120, 900, '1' FROM visit"
            " WHERE code = :visit"
        ),
        values,
    )


@pytest.fixture(scope="module")
def program(town: Connection) -> Iterator[TestClient]:
    with client_on(town) as client:
        yield client


@pytest.fixture(scope="module")
def secrets(town: Connection) -> dict[str, str]:
    """Return the session of one of each role, who sees everything, and of the workers."""
    others = [role for role in Role if role is not Role.WORKER]
    roles = {str(role): signed_in(town, f"a-{role}", [(role, None)]) for role in others}
    return roles | sign_in(town) | {EVERYONE: signed_in(town, EVERYONE, [(role, None) for role in others])}


@pytest.fixture(scope="module")
def asker(program: TestClient, secrets: dict[str, str]) -> Asker:
    return Asker(program, secrets)


def tile_of_the_place(zoom: int) -> tuple[int, int]:
    """Return row and column of the tile."""
    size = 2**zoom
    return int((1 - asinh(tan(radians(PLACE[1]))) / pi) / 2 * size), int((PLACE[0] + 180) / 360 * size)


def addresses(permissions: Collection[str] | None) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every address that can be read, and its query.

    Parameters
    ----------
    permissions
        Of who asks: only routes that may be called, plainly; ``None``: all, with each of their parameters.
    """
    for path, operations in document()["paths"].items():
        if "get" not in operations or path in {COUNTERS, DESCRIPTION}:
            continue
        asked = {
            scope
            for one in operations["get"].get("security", [])
            for scopes in one.values()
            for scope in scopes
        }
        if permissions is not None and not asked & set(permissions):
            continue
        parameters = operations["get"].get("parameters", [])
        names = [one["name"] for one in parameters if one["in"] == "path"]
        queries = [one for one in parameters if one["in"] == "query"]
        needed = {one["name"]: value_of(one) for one in queries if one.get("required")}
        for n, filled in enumerate(_filled(path, names)):
            yield filled, needed
            if permissions is None and n == 0:
                for one in queries:
                    yield filled, {**needed, one["name"]: value_of(one)}


def _filled(path: str, names: list[str]) -> Iterator[str]:
    if {"zoom", "row", "column"} <= set(names):
        for layer, zoom in itertools.product(PATHS["layer"], (16,)):
            row, column = tile_of_the_place(zoom)
            words = {"layer": layer, "zoom": zoom, "row": row, "column": column}
            yield path.format(**words)
        return
    for values in itertools.product(*(PATHS.get(name, ["1"]) for name in names)):
        yield path.format(**dict(zip(names, values, strict=True)))


def read(content: bytes) -> str:
    """Return all words of an answer, those in a ZIP too."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def told(words: str, address: str) -> set[str]:
    """Return the marks that stand in words, but for those of the address, which an error may repeat."""
    others = next((words for path, words in OTHERS.items() if address.startswith(path)), set())
    return {mark for mark in MARKS | CELLS if mark in words and mark not in address} - others


def look_everywhere(program: TestClient, secrets: dict[str, str]) -> dict[tuple[str, str], set[str]]:
    """Return what is told where, by (address, who asked)."""
    found: dict[tuple[str, str], set[str]] = {}
    answered: set[str] = set()
    for who, secret in secrets.items():
        program.cookies.clear()
        program.cookies.set(COOKIE, secret)
        for address, query in addresses(MAY_READ.get(who)):
            answer = program.get(address, params=query, follow_redirects=False)
            assert answer.status_code < 500, (address, query, who)
            if answer.status_code == 200:
                answered.add(address)
            # A cell is asked for by name, and an empty answer may repeat it; its own page is no leak.
            marks = told(read(answer.content) + repr(answer.headers), f"{address} {query}")
            if marks:
                found[f"{address} {query}", who] = marks
    assert {"/api/visits/due", "/api/visits", "/api/visits/coverage", "/api/workers/W1/data"} <= answered
    assert "/reports/visits" in answered
    return found


def test_it_is_there_as_long_as_no_profile_marks_it(program: TestClient, secrets: dict[str, str]) -> None:
    """The test looks where it should: without the mark the class is found."""
    found: dict[str, set[str]] = {}
    program.cookies.clear()
    program.cookies.set(COOKIE, secrets["commander"])
    for path in ("/api/visits/due?all=true", f"/api/visits?from={MONDAY}", "/api/visits/appointments",
                 "/reports/visits?resolution=9", "/reports/visits?resolution=10"):  # fmt: skip
        found[path] = told(program.get(path).text, path)
    assert {"in_care", "PLANTED", "118.78312"} <= found["/api/visits/due?all=true"]
    assert {"PLANTED", VISIT} <= found[f"/api/visits?from={MONDAY}"]
    assert APPOINTMENT in found["/api/visits/appointments"]
    assert found["/reports/visits?resolution=10"] & CELLS
    program.cookies.set(COOKIE, secrets["W1"])
    assert "05:37:42" in read(program.get("/api/workers/W1/data").content)


def test_it_is_in_no_answer_to_anybody(
    program: TestClient, secrets: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    ours = ("gis_grid", "uvicorn", "sqlalchemy", "psycopg")
    with strict(), ExitStack() as levels:
        for name in ours:
            levels.enter_context(caplog.at_level(logging.DEBUG, name))
            logging.getLogger(name).debug("what %s says is heard", name)
        assert look_everywhere(program, secrets) == {}
    logged = [one.getMessage() for one in caplog.records if one.name.startswith(ours)]
    assert {f"what {name} says is heard" for name in ours} <= set(logged)
    assert told("\n".join(logged), "") == set()


def test_it_is_in_the_counters_and_there_only_due_and_done(asker: Asker) -> None:
    with strict():
        for who, grids in (("commander", {"G1", "G2"}), ("W1", {"G1"}), ("W2", {"G2"})):
            answer = asker.get(who, COUNTERS, **{"from": str(MONDAY), "to": str(today())})
            rows = answer.json()["grids"]
            assert {row["grid"] for row in rows} <= grids
            assert all(set(row) == {"grid", "visit_class", "due", "done"} for row in rows)
            assert not {"PLANTED", VISIT, "118.78312"} & told(answer.text, "")
            if who != "W2":
                counts = {(row["grid"], row["visit_class"]): (row["due"], row["done"]) for row in rows}
                assert counts["G1", "follow_up"] == (DUE, DONE)
                assert counts["G1", "in_care"] == (6, 6)
        for role in ("consumer",):
            assert asker.get(role, COUNTERS).status_code == 403


def test_it_is_answered_as_what_there_is_not(asker: Asker) -> None:
    new = {"code": str(uuid4()), "mode": "door"}
    span = {"from": clock.now().isoformat(), "until": (clock.now() + timedelta(hours=1)).isoformat()}
    with strict():
        for path, body in (
            ("/api/visits", {**new, "target": "{}"}),
            ("/api/visits/appointments", {"code": str(uuid4()), "target": "{}", **span}),
        ):
            there, nowhere = (
                asker.post("W1", path, {**body, "target": name}) for name in ("PLANTED-0", "NOTHING-0")
            )
            assert (there.status_code, nowhere.status_code) == (404, 404)
            assert there.text.replace("PLANTED-0", "NOTHING-0") == nowhere.text
        unknown = str(uuid4())
        for path, code, why in (
            ("/api/visits/{}/withdrawal", VISIT, "not_made"),
            ("/api/visits/appointments/{}/end", APPOINTMENT, "moved"),
        ):
            for who in ("W1", "commander"):
                there, nowhere = (asker.post(who, path.format(one), {"why": why}) for one in (code, unknown))
                assert (there.status_code, nowhere.status_code) == (404, 404)
                assert there.text.replace(code, unknown) == nowhere.text


def test_a_search_for_it_finds_as_much_as_one_for_nothing(asker: Asker) -> None:
    with strict():
        for path, name in (
            ("/api/visits/due", "grid"),
            ("/api/incidents", "category"),
            ("/api/visits", "grid"),
        ):
            there, nowhere = (
                asker.get("commander", path, **{name: word}) for word in ("PLANTED-0", "NOTHING-0")
            )
            assert there.status_code == nowhere.status_code
            assert there.text.replace("PLANTED-0", "NOTHING-0") == nowhere.text
        found = asker.get("commander", "/api/visits/due", **{"class": "in_care", "all": True}).json()
        assert (found["due"], found["numberMatched"]) == ([], 0)


def test_it_is_not_in_the_ledger_nor_in_what_an_operator_takes_along(town: Connection) -> None:
    ledger = "\n".join(str(tuple(row)) for row in town.execute(text("SELECT * FROM ledger")))
    assert told(ledger, "") == set()
    with strict():
        hidden = frozenset({"follow_up", "in_care"})
        file = io.BytesIO()
        data_export.export_data(
            town, "W1", file, tz=SHANGHAI, now=clock.now(), actor="t", actor_worker_id=None, hidden=hidden
        )
        assert told(read(file.getvalue()), "") == set()


def test_loading_it_again_is_refused(town: Connection) -> None:
    with strict():
        hidden = {"in_care"}
        rows = TargetRows(["ONE-MORE"], ["in_care"], [PLACE[0]], [PLACE[1]])
        with pytest.raises(Exception, match="cannot be used"):
            service.load_targets(town, rows, also_sensitive=hidden)


def test_the_rules_name_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert bench.hidden_classes((rulebook_load("xiangyang"),)) == {"follow_up"}
    assert bench.hidden_classes((marked("xiangyang"),)) == {"follow_up", "in_care"}
