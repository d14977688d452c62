"""Grids out of a map file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.grids.mapping import shapes
from gis_grid.grids.mapping.columns import find, texts
from gis_grid.grids.readers import open_vector
from gis_grid.planning.files.town import require_sound, together

if TYPE_CHECKING:
    from pathlib import Path

    from gis_grid.grids.rows import ObjectColumn
    from gis_grid.planning.files.town import Reading


def read_grids(path: Path, how: Reading, code: str | None = None) -> tuple[list[str | None], ObjectColumn]:
    """Return the codes of a file's grids, ``None`` where they have none, and their outlines in lon, lat.

    Raises
    ------
    BadInput
        When the file cannot be read, lacks the column, or has a row that is no sound polygon.
    """
    with open_vector(path, encoding=how.encoding) as file:
        column = find(file.columns, "code", code)
        features = shapes.without_crumbs(together(file, how, [] if column is None else [column]))
    require_sound(path, shapes.check(features, shapes.POLYGONS)[1])
    return texts(features, column).tolist(), features.geometry
