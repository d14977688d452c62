"""Maps of the pages draw the ground from the town's file of tiles where one is built; all else is live."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from gis_grid.cli.replaced_file import replaced_file
from gis_grid.kit.database import make_engine, transaction
from gis_grid.ogc.basemap.building import build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Program
    from playwright.sync_api import ViewportSize
    from watched_page import WatchedPage

    Visit = Callable[..., WatchedPage]

FILE: Final = "/basemap/town.pmtiles"
GROUND: Final = "/ogc/tiles/"
SCOPED: Final = {"/areas/tiles/", "/buildings/tiles/"}
PLACE: Final = "view=112.2,31.95,15"
TINY: Final[ViewportSize] = {"width": 480, "height": 320}


@contextmanager
def base_map(program: Program) -> Iterator[None]:
    """Build the base map of the running program; without it again afterwards."""
    path = program.data_dir / "basemap.pmtiles"
    engine = make_engine(program.database_url)
    with replaced_file(path) as file, transaction(engine) as conn:
        build(conn, file)
    engine.dispose()
    yield
    path.unlink()


def test_only_the_ground_is_from_the_file(visit: Visit, program: Program) -> None:
    asked: list[str] = []

    def watch(seen: WatchedPage) -> None:
        seen.page.set_viewport_size(TINY)
        seen.page.on("request", lambda request: asked.append(request.url))

    def drawn_from() -> set[str]:
        seen.wait_for_map()
        found = {part for part in (FILE, GROUND, *SCOPED) if any(part in address for address in asked)}
        asked.clear()
        return found

    seen = visit(f"/?{PLACE}", before=watch)
    assert drawn_from() == {GROUND, *SCOPED}
    with base_map(program):
        seen.open(f"/?theme=dark&{PLACE}")
        assert drawn_from() == {FILE, *SCOPED}
        seen.picture("base-map-file")
