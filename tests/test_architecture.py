"""Rules of the house that the import contracts cannot say."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "gis_grid"
PURE_LIBRARIES = {"numpy", "numba", "llvmlite", "shapely", "h3", "pyproj"}


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


def test_the_core_uses_only_array_libraries() -> None:
    for path in modules(PACKAGE / "core"):
        for name in imports(path):
            top = name.split(".")[0]
            pure = top in PURE_LIBRARIES | set(sys.stdlib_module_names) or name.startswith("gis_grid.core")
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
    allowed = ("http://127.0.0.1", "http://www.topografix.com", "http://www.w3.org", "http://{", "https://{")
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
