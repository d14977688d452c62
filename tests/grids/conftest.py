"""What the tests of map files share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from towns import MONDAY

from gis_grid.grids import service
from gis_grid.grids.mapping.columns import ColumnNames
from gis_grid.grids.service import ImportOptions, Layer
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection


@pytest.fixture
def refuse(conn: Connection) -> Callable[..., BadInput]:
    """Return a function that imports a file, expects a refusal, and checks that nothing was written."""

    def refuse(path: Path, layer: Layer = Layer.BUILDINGS, **options: Any) -> BadInput:
        names = {
            name: options.pop(name)
            for name in list(options)
            if name in ("households", "people", "floors", "id", "code")
        }
        wanted = ImportOptions(layer, columns=ColumnNames(**names), **options)
        before = _rows(conn)
        with pytest.raises(BadInput) as refused, conn.begin_nested():
            service.import_file(conn, path, wanted, at=MONDAY, actor="test")
        assert _rows(conn) == before
        return refused.value

    return refuse


def _rows(conn: Connection) -> int:
    tables = ("area", "building", "road", "water", "grid", "boundary", "import_run", "ledger")
    return sum(conn.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one() for name in tables)
