"""Rules of the house that the import contracts cannot say."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import create_engine

from gis_grid.accounts import http
from gis_grid.app import create_app
from gis_grid.kit.database import Engines
from gis_grid.kit.http import service_connection
from gis_grid.kit.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastapi.dependencies.models import Dependant

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "gis_grid"
PURE_LIBRARIES = {"numpy", "numba", "llvmlite", "shapely", "h3", "pyproj", "holidays", "rapidfuzz"}
PLANNING_LIBRARIES = {"scipy", "pymetis", "ortools"}
ANALYSIS_LIBRARIES = {"scipy", "esda", "libpysal"}


def modules(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "_bundled" not in path.parts)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_a_store_is_called_only_by_its_own_capability() -> None:
    for path in modules(PACKAGE):
        own = path.relative_to(PACKAGE).parts[0]
        for name in imports(path):
            parts = name.split(".")
            if parts[0] == "gis_grid" and parts[2:3] in (["store"], ["tables"]):
                assert parts[1] == own, f"{path.relative_to(ROOT)} imports {name}"


def test_the_core_uses_only_libraries_that_compute() -> None:
    for path in modules(PACKAGE / "core"):
        for name in imports(path):
            top = name.split(".")[0]
            pure = top in PURE_LIBRARIES | set(sys.stdlib_module_names) or name.startswith("gis_grid.core")
            pure |= top in PLANNING_LIBRARIES and "plan" in path.parts
            pure |= top in ANALYSIS_LIBRARIES and "analysis" in path.parts
            assert pure, f"{path.relative_to(ROOT)} imports {name}"


def test_no_file_is_longer_than_400_lines() -> None:
    for path in modules(PACKAGE):
        assert len(path.read_text("utf-8").splitlines()) <= 400, path.relative_to(ROOT)


def test_only_the_clock_reads_the_clock() -> None:
    for path in modules(PACKAGE):
        if path == PACKAGE / "kit" / "clock.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}:
                owner = ast.unparse(node.value)
                assert owner not in {"datetime", "date", "datetime.datetime"}, f"{path}: {owner}.{node.attr}"


@pytest.mark.parametrize("folder", ["gis_grid", "migrations", "tiles", "web/src"])
def test_no_source_names_a_remote_host(folder: str) -> None:
    allowed = (
        "http://127.0.0.1",
        "https://grid.example.gov.cn",
        "http://www.topografix.com",
        "http://www.w3.org",
        "https://json-schema.org/draft/",
        "http://www.opengis.net",
        "http://www.google.com/kml/ext/",
        "http://{",
        "https://{",
    )
    suffixes = {".py", ".sql", ".ts", ".tsx", ".css"}
    for path in sorted((ROOT / folder).rglob("*")):
        if path.suffix not in suffixes or "_bundled" in path.parts or "assets" in path.parts:
            continue
        text = path.read_text("utf-8")
        for scheme in ("http://", "https://"):
            start = text.find(scheme)
            while start >= 0:
                found = text[start : start + 60].splitlines()[0]
                assert found.startswith(allowed), f"{path.relative_to(ROOT)}: {found}"
                start = text.find(scheme, start + 1)


WITHOUT_A_CALLER = {
    "UnscopedConn": {"kit/http.py", "accounts/http.py", "app.py"},
    "service_connection": {"kit/http.py", "kit/described.py"},
    "service_transactions": {"accounts/http.py"},
    "DoorConn": {"kit/http.py", "accounts/routes"},
    "Door": {"kit/http.py", "accounts/door.py", "accounts/service", "accounts/routes"},
    "door_connection": {"kit/http.py", "kit/described.py", "accounts/routes"},
    "make_engine": {"kit/database.py", "cli/connect.py", "patrols/pool.py", "planning/service/town.py"},
    "create_engine": {"kit/database.py", "kit/logins.py", "kit/extensions.py", "cli/openapi.py"},
}
"""Ways to a connection that has no scope of a caller, and who may use them."""

SCOPE_SQL = re.compile(
    r"gis_grid_(enter|seal|reached)|gis_grid\.scope|\b(set|reset) (local |session )?role\b|-c role\b"
    r"|session authorization|row_security|disable row level",
    re.IGNORECASE,
)
ENTERS_A_SCOPE = {"accounts/scope.py", "kit/database.py"}


def names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias):
            yield node.name


def written_texts(path: Path) -> Iterator[str]:
    """Yield the texts of a module that are no documentation."""
    tree = ast.parse(path.read_text("utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def test_a_connection_without_a_scope_is_used_only_where_nobody_is_signed_in_yet() -> None:
    for path in modules(PACKAGE):
        place = path.relative_to(PACKAGE)
        own = {place.as_posix(), place.parent.as_posix()}
        for name in set(names(path)) & set(WITHOUT_A_CALLER):
            assert own & WITHOUT_A_CALLER[name], f"{place} uses {name}"


def test_only_one_file_enters_a_scope_or_takes_a_role() -> None:
    for path in modules(PACKAGE):
        place = path.relative_to(PACKAGE).as_posix()
        if place in ENTERS_A_SCOPE:
            continue
        for text in written_texts(path):
            assert not SCOPE_SQL.search(text), f"{place}: {text[:80]}"


def test_a_route_on_the_services_login_has_a_caller() -> None:
    app = create_app(Settings(), Engines(*[create_engine("postgresql+psycopg://")] * 3))
    scoped = set()
    for route in api_routes(app.routes):
        calls = set(called(route.dependant))
        if http._caller in calls:
            scoped.add(route.path)
        else:
            assert service_connection not in calls or route.path == "/readyz", f"{route.path} has no caller"
    assert len(scoped) > 10


def api_routes(routes: Iterable[object]) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        yield from api_routes(getattr(getattr(route, "original_router", None), "routes", ()))


def called(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for inner in dependant.dependencies:
        yield from called(inner)
