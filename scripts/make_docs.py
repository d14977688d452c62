"""Writes the parts of `docs/` that the code knows better: settings, commands, routes, profiles, picture.

`python scripts/make_docs.py` writes them; with `--check` it only says which are out of date (exit code 1).
"""

from __future__ import annotations

import ast
import html
import sys
import textwrap
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import grimp
import typer
import typer.main
from permissions_page import permissions_page
from profiles_page import NOTE, profiles_page
from sqlalchemy import create_engine
from typer.cli import get_docs_for_click

from gis_grid.app import create_app
from gis_grid.cli import app as command_line
from gis_grid.kit.database import Engines
from gis_grid.kit.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def settings_page() -> str:
    """One row a setting."""
    rows = [
        f"| `GIS_GRID_{name.upper()}` | {_default(name)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(
        [
            "# Settings",
            NOTE,
            "Every setting is an environment variable, read once at start-up.",
            "",
            "| variable | default | meaning |",
            "| --- | --- | --- |",
            *rows,
            "",
        ]
    )


def _default(name: str) -> str:
    if name == "data_dir":
        return "`/var/lib/gis-grid` for root, else the user's data folder"
    value = Settings.model_fields[name].default
    return "unset" if value is None else f"`{value}`"


def commands_page() -> str:
    """Describe every command in its own words."""
    command = typer.main.get_command(command_line)
    text = get_docs_for_click(obj=command, ctx=typer.Context(command), name="gis-grid", title="Commands")
    return text.replace("# Commands\n", f"# Commands\n{NOTE}", 1).rstrip() + "\n"


def described() -> FastAPI:
    """Return the service without a database: enough to read what it declares."""
    engine = create_engine("postgresql+psycopg://")
    return create_app(Settings(), Engines(*[engine] * 3))


def routes_page() -> str:
    """One row a route of the service."""
    app = described()
    rows = [
        f"| `{method.upper()} {path}` | {operation.get('description', '').partition(chr(10))[0]} |"
        for path, methods in sorted(app.openapi()["paths"].items())
        for method, operation in methods.items()
    ]
    return "\n".join(
        [
            "# Routes",
            NOTE,
            "Errors are problem documents (RFC 9457). The full description of each route is `/openapi.json`.",
            "",
            "| route | answers |",
            "| --- | --- |",
            *rows,
            "",
        ]
    )


def layers() -> list[list[str]]:
    """Return the package order from the import contract, top to bottom, only packages that exist."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contract = next(
        item
        for item in project["tool"]["importlinter"]["contracts"]
        if "gis_grid" in item.get("containers", [])
    )
    return [[name.strip() for name in layer.split("|")] for layer in contract["layers"]]


def imports_between_packages() -> set[tuple[str, str]]:
    """Return which package imports which, as the code does today."""
    graph = grimp.build_graph("gis_grid", include_external_packages=False)
    names = {name for layer in layers() for name in layer}
    edges = set()
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            source, target = (module.split(".")[1:2] for module in (importer, imported))
            if source and target and source != target and {source[0], target[0]} <= names:
                edges.add((source[0], target[0]))
    return edges


def _purpose(name: str) -> str:
    package = ROOT / "gis_grid" / name
    file = package / "__init__.py" if package.is_dir() else package.with_suffix(".py")
    docstring = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    return docstring.splitlines()[0]


BOX_WIDTH, ROW_HEIGHT, GAP, WIDTH = 300, 92, 14, 980


def architecture_picture() -> str:
    """Draw the packages in import order, each with its purpose and what it imports."""
    edges = imports_between_packages()
    shapes, top = [], 16
    for layer in layers():
        left = (WIDTH - len(layer) * BOX_WIDTH - (len(layer) - 1) * GAP) / 2
        for name in layer:
            below = sorted(target for source, target in edges if source == name)
            shapes.append(_box(left, top, name, below))
            left += BOX_WIDTH + GAP
        top += ROW_HEIGHT + GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" font-family="sans-serif">\n'
        "<title>Packages of gis_grid: each may import only those below it</title>\n"
        f'<rect width="{WIDTH}" height="{top}" fill="#fbfaf7"/>\n' + "\n".join(shapes) + "\n</svg>\n"
    )


def _box(left: float, top: float, name: str, below: list[str]) -> str:
    size = f'width="{BOX_WIDTH}" height="{ROW_HEIGHT}" rx="8"'
    lines = [
        f'<rect x="{left:g}" y="{top:g}" {size} fill="#fff" stroke="#0b5cad"/>',
        _text(left, top + 24, 17, "#0b3d73", name),
    ]
    purpose = textwrap.wrap(_purpose(name), 50)[:2]
    lines += [_text(left, top + 42 + 14 * number, 11.5, "#333", line) for number, line in enumerate(purpose)]
    if below:
        lines.append(_text(left, top + ROW_HEIGHT - 12, 10.5, "#6b5a1e", f"uses {', '.join(below)}"))
    return "\n".join(lines)


def _text(left: float, top: float, size: float, fill: str, content: str) -> str:
    place = f'x="{left + 12:g}" y="{top:g}"'
    return f'<text {place} font-size="{size:g}" fill="{fill}">{html.escape(content)}</text>'


PAGES = {
    DOCS / "reference" / "settings.md": settings_page,
    DOCS / "reference" / "commands.md": commands_page,
    DOCS / "reference" / "routes.md": routes_page,
    DOCS / "reference" / "permissions.md": lambda: permissions_page(described()),
    DOCS / "reference" / "profiles.md": profiles_page,
    DOCS / "images" / "architecture.svg": architecture_picture,
}


def main() -> int:
    """Write the pages, or check them."""
    check = "--check" in sys.argv[1:]
    stale = []
    for file, make in PAGES.items():
        wanted = make()
        if file.is_file() and file.read_text("utf-8") == wanted:
            continue
        stale.append(file.relative_to(ROOT))
        if not check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(wanted, "utf-8")
    for file in stale:
        sys.stdout.write(f"{'out of date' if check else 'wrote'}: {file}\n")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
