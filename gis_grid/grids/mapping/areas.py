"""Rows of areas and of grids: a code, a name, an outline, and what lies above."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gis_grid.grids.mapping import shapes
from gis_grid.grids.mapping.columns import ColumnNames, code_errors, empty, errors_at, find, need, texts
from gis_grid.grids.rows import AreaRows, GridRows
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis_grid.grids.readers.features import Features
    from gis_grid.grids.rows import ObjectColumn
    from gis_grid.kit.errors import RowError

AREA_KINDS = ("county", "subdistrict", "community")


class AreaMapping:
    """Areas: columns code and name; kind and parent where there are any, else communities without one."""

    def __init__(self, available: Sequence[str], names: ColumnNames) -> None:
        self._code = need(available, "code", names.code)
        self._name = find(available, "name", names.name)
        self._kind = find(available, "kind", names.kind)
        self._parent = find(available, "parent", names.parent)
        self.columns = _distinct(self._code, self._name, self._kind, self._parent)

    def rows(self, features: Features) -> tuple[AreaRows, list[RowError]]:
        """Return the sound rows and what is wrong with the others."""
        features = shapes.without_crumbs(features)
        good, errors = shapes.check(features, shapes.POLYGONS)
        codes = texts(features, self._code)
        kinds = texts(features, self._kind)
        kinds[empty(kinds)] = "community"
        unnamed, code_faults = code_errors(features, codes, self._code)
        strange = ~np.isin(kinds, AREA_KINDS)
        errors += code_faults
        errors += errors_at(features, strange, self._kind, f"expected {', '.join(AREA_KINDS)}")
        good &= ~unnamed & ~strange
        names = _or(texts(features, self._name), codes)
        parents = texts(features, self._parent)
        return AreaRows(codes[good], names[good], kinds[good], parents[good], features.geometry[good]), errors


class GridMapping:
    """Grids: columns code, name and community, or one community for all of them.

    Raises
    ------
    BadInput
        When nothing says which community a grid belongs to, or what its code is. A file of a single grid may
        do without a code: it takes the community's, with ``-1`` behind.
    """

    def __init__(
        self, available: Sequence[str], names: ColumnNames, community: str | None, total: int
    ) -> None:
        self._fixed_community = community
        self._community = None if community else find(available, "community-column", names.community)
        if community is None and self._community is None:
            listed = ", ".join(available) or "no column at all"
            raise BadInput(
                "The community is missing",
                "name its code with --community, or a column of codes with --community-column; "
                f"the file has: {listed}",
            )
        alone = community is not None and total == 1
        self._code = find(available, "code", names.code) if alone else need(available, "code", names.code)
        self._name = find(available, "name", names.name)
        self.columns = _distinct(self._code, self._name, self._community)

    def rows(self, features: Features) -> tuple[GridRows, list[RowError]]:
        """Return the sound rows and what is wrong with the others."""
        features = shapes.without_crumbs(features)
        good, errors = shapes.check(features, shapes.POLYGONS)
        communities = texts(features, self._community)
        if self._fixed_community is not None:
            communities[:] = self._fixed_community
        codes = texts(features, self._code)
        if self._code is None:
            codes[:] = f"{self._fixed_community}-1"
        for values, column in ((codes, self._code), (communities, self._community)):
            unnamed, faults = code_errors(features, values, column)
            errors += faults
            good &= ~unnamed
        names = _or(texts(features, self._name), codes)
        return GridRows(codes[good], names[good], communities[good], features.geometry[good]), errors


def _distinct(*columns: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(column for column in columns if column is not None))


def _or(values: ObjectColumn, others: ObjectColumn) -> ObjectColumn:
    return np.where(empty(values), others, values)
