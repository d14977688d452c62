"""The maps of the pages draw the town's file of tiles where one is built, and live tiles otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from gis_grid.cli.replaced_file import replaced_file
from gis_grid.kit.database import make_engine, transaction
from gis_grid.ogc.basemap.building import build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Program
    from watched_page import WatchedPage

    Visit = Callable[..., WatchedPage]

FILE: Final = "/basemap/town.pmtiles"
LIVE: Final = ("/ogc/tiles/", "/buildings/tiles/")
AREAS: Final = "/areas/tiles/"


@pytest.fixture
def base_map(program: Program) -> Iterator[Path]:
    """Build the base map of the running program."""
    path = program.data_dir / "basemap.pmtiles"
    engine = make_engine(program.database_url)
    with replaced_file(path) as file, transaction(engine) as conn:
        build(conn, file)
    engine.dispose()
    yield path
    path.unlink()


def drawn_from(visit: Visit, path: str, name: str) -> set[str]:
    """Return which addresses a map was drawn from."""
    asked: list[str] = []
    seen = visit(path, before=lambda page: page.page.on("request", lambda request: asked.append(request.url)))
    seen.wait_for_map()
    seen.picture(name)
    return {part for part in (FILE, *LIVE, AREAS) if any(part in address for address in asked)}


def test_the_file_takes_the_place_of_the_live_ground(visit: Visit, base_map: Path) -> None:
    # Whose outlines one sees depends on the account: areas are never from the file.
    assert drawn_from(visit, "/?theme=dark&view=112.2,31.95,15", "base-map-file") == {FILE, AREAS}


def test_without_a_file_the_ground_is_live(visit: Visit) -> None:
    assert drawn_from(visit, "/?view=112.2,31.95,15", "base-map-live") == {*LIVE, AREAS}
