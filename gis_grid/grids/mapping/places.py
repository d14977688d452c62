"""Rows of key places and of offices: a code, a name and a point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gis_grid.grids.mapping import shapes
from gis_grid.grids.mapping.columns import ColumnNames, code_errors, empty, errors_at, find, need, texts
from gis_grid.grids.rows import KeyPlaceRows, OfficeRows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis_grid.grids.readers.features import Features
    from gis_grid.grids.rows import ObjectColumn
    from gis_grid.kit.errors import RowError

PLACE_CLASSES = ("area", "position", "place")
"""What XY-3 names: key areas, key positions and key places."""


class KeyPlaceMapping:
    """Key places: columns code and name; the class where there is one, else ``place``."""

    def __init__(self, available: Sequence[str], names: ColumnNames) -> None:
        self._code = need(available, "code", names.code)
        self._name = find(available, "name", names.name)
        self._class = find(available, "class", names.kind)
        self.columns = _distinct(self._code, self._name, self._class)

    def rows(self, features: Features) -> tuple[KeyPlaceRows, list[RowError]]:
        """Return the sound rows and what is wrong with the others."""
        good, errors = shapes.check(features, shapes.POINTS)
        codes, classes = texts(features, self._code), texts(features, self._class)
        classes[empty(classes)] = "place"
        strange = ~np.isin(classes, PLACE_CLASSES)
        bad_codes, faults = code_errors(features, codes, self._code)
        errors += faults
        errors += errors_at(features, strange, self._class, f"expected {', '.join(PLACE_CLASSES)}")
        good &= ~bad_codes & ~strange
        names = _or(texts(features, self._name), codes)
        return KeyPlaceRows(codes[good], names[good], classes[good], features.geometry[good]), errors


class OfficeMapping:
    """Offices: columns code and name; the community by its code, else the one that the point lies in."""

    def __init__(self, available: Sequence[str], names: ColumnNames, community: str | None) -> None:
        self._fixed_community = community
        self._code = need(available, "code", names.code)
        self._name = find(available, "name", names.name)
        self._community = None if community else find(available, "community-column", names.community)
        self.columns = _distinct(self._code, self._name, self._community)

    def rows(self, features: Features) -> tuple[OfficeRows, list[RowError]]:
        """Return the sound rows and what is wrong with the others."""
        good, errors = shapes.check(features, shapes.POINTS)
        codes, communities = texts(features, self._code), texts(features, self._community)
        if self._fixed_community is not None:
            communities[:] = self._fixed_community
        bad_codes, faults = code_errors(features, codes, self._code)
        errors += faults
        good &= ~bad_codes
        names = _or(texts(features, self._name), codes)
        return OfficeRows(codes[good], names[good], communities[good], features.geometry[good]), errors


def _distinct(*columns: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(column for column in columns if column is not None))


def _or(values: ObjectColumn, others: ObjectColumn) -> ObjectColumn:
    return np.where(empty(values), others, values)
