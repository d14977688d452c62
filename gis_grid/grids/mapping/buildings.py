"""Rows of buildings, with households from a column or estimated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gis_grid.grids.households import UNKNOWN, estimate, footprint_m2
from gis_grid.grids.mapping import shapes
from gis_grid.grids.mapping.columns import (
    ColumnNames,
    code_errors,
    empty,
    errors_at,
    find,
    numbers,
    references,
    texts,
)
from gis_grid.grids.rows import BuildingRows
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gis_grid.grids.readers.features import Features
    from gis_grid.grids.rows import ObjectColumn
    from gis_grid.kit.errors import RowError

USES = ("amenity", "shop", "office", "leisure", "tourism", "healthcare", "public_transport")
"""OpenStreetMap columns that say what a building is for where its kind is only ``yes``."""

MOST_HOUSEHOLDS = 100_000

PARCEL = "parcel"
"""Kind of what is a piece of ground with homes on it and not itself a building."""
MOST_PEOPLE = 1_000_000


class BuildingMapping:
    """Buildings and parcels.

    Without a column of ids the feature number is the id: a file read again updates the same buildings.

    Raises
    ------
    BadInput
        When a named column is not there, or parcels come without households: ground says nothing about homes.
    """

    def __init__(self, available: Sequence[str], names: ColumnNames, file_name: str) -> None:
        self._id = find(available, "id", names.id)
        self._name = find(available, "name", names.name)
        self._kind = find(available, "kind", names.kind)
        self._households = find(available, "households", names.households)
        self._people = find(available, "people", names.people)
        self._strict_people = names.people is not None
        self._floors = find(available, "floors", names.floors)
        self._strict_floors = names.floors is not None
        self._height = find(available, "height")
        # `estimated` is what our own exports call it.
        said = (f"{self._households}_estimated", "estimated")
        self._guessed = next((name for name in available if name in said), None)
        self._uses = tuple(name for name in USES if name in available)
        self._estimated = self._nowhere = self._no_floors = self._no_people = 0
        self._parcels = self._kind is None and "parcel" in file_name.lower()
        if self._parcels and self._households is None:
            listed = ", ".join(available)
            raise BadInput(
                "Parcels need households",
                f"name their column with --households; the file has: {listed}",
            )
        columns = (
            self._id,
            self._name,
            self._kind,
            self._households,
            self._people,
            self._floors,
            self._height,
            self._guessed,
        )
        self.columns = tuple(dict.fromkeys([name for name in columns if name is not None] + list(self._uses)))

    def rows(self, features: Features) -> tuple[BuildingRows, list[RowError]]:
        """Return the sound rows and what is wrong with the others."""
        features = self._with_something_to_say(shapes.without_crumbs(features))
        good, errors = shapes.check(features, (*shapes.POLYGONS, *shapes.POINTS))
        kind = self._kinds(features)
        floors, bad_floors = self._read_floors(features)
        counted, bad_households = self._read_households(features)
        people, bad_people = self._read_people(features)
        refs = references(features, self._id)
        bad_ids, faults = code_errors(features, refs, self._id)
        good &= ~bad_floors & ~bad_households & ~bad_people & ~bad_ids
        errors += faults
        errors += errors_at(features, bad_floors, self._floors, "expected a number of floors above 0")
        errors += errors_at(
            features,
            bad_households,
            self._households,
            f"expected a whole number from 0 to {MOST_HOUSEHOLDS:,}",
        )
        errors += errors_at(
            features, bad_people, self._people, f"expected a whole number from 0 to {MOST_PEOPLE:,}"
        )
        height, _ = numbers(features, self._height)
        guessed = estimate(kind[good], floors[good], height[good], footprint_m2(features.geometry[good]))
        counted = counted[good]
        missing = np.isnan(counted)
        rows = BuildingRows(
            refs[good],
            kind[good],
            texts(features, self._name)[good],
            floors[good],
            np.where(missing, guessed, counted).astype(np.int64),
            people[good],
            missing | self._guessed_before(features)[good],
            features.geometry[good],
        )
        self._estimated += int(rows.estimated.sum())
        return rows, errors

    def notes(self) -> list[str]:
        """Say what was taken for granted in the rows so far."""
        notes = []
        if self._nowhere:
            notes.append(f"{self._nowhere:,} rows without a place and without households were left aside")
        if self._no_floors:
            notes.append(
                f"{self._no_floors:,} values of {self._floors} are no number of floors above 0 "
                "and were taken as not known"
            )
        if self._no_people:
            notes.append(
                f"{self._no_people:,} values of {self._people} are no number of people "
                "and were taken as not known"
            )
        if self._estimated:
            notes.append(
                f"households of {self._estimated:,} buildings are estimated (footprint, floors, kind), "
                "not counted"
            )
        return notes

    def _with_something_to_say(self, features: Features) -> Features:
        nowhere = shapely.is_empty(features.geometry)
        if not nowhere.any():
            return features
        nowhere &= numbers(features, self._households)[0] == 0
        self._nowhere += int(nowhere.sum())
        return features.take(~nowhere)

    def _kinds(self, features: Features) -> ObjectColumn:
        kinds = texts(features, self._kind)
        if self._parcels:
            kinds[:] = PARCEL
        unclear = np.array([kind in UNKNOWN for kind in kinds], dtype=bool)
        for use in self._uses:
            values = texts(features, use)
            clear = unclear & ~empty(values)
            kinds[clear] = values[clear]
            unclear &= ~clear
        return kinds

    def _read_floors(self, features: Features) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        floors, words = numbers(features, self._floors)
        bad = words | (floors <= 0)
        floors[bad] = np.nan
        if self._strict_floors:
            return floors, bad
        # Nobody vouches for a column that was only found by its name: what it does not say is not known.
        self._no_floors += int(bad.sum())
        return floors, np.zeros(len(features), dtype=bool)

    def _read_households(self, features: Features) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        counted, words = numbers(features, self._households)
        with np.errstate(invalid="ignore"):
            bad = words | (counted < 0) | (counted > MOST_HOUSEHOLDS) | (counted != np.round(counted))
        return counted, bad & (words | ~np.isnan(counted))

    def _read_people(self, features: Features) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        people, words = numbers(features, self._people)
        with np.errstate(invalid="ignore"):
            bad = words | (people < 0) | (people > MOST_PEOPLE) | (people != np.round(people))
        bad &= words | ~np.isnan(people)
        people[bad] = np.nan
        if self._strict_people:
            return people, bad
        self._no_people += int(bad.sum())
        return people, np.zeros(len(features), dtype=bool)

    def _guessed_before(self, features: Features) -> NDArray[np.bool_]:
        words = texts(features, self._guessed)
        return np.array(
            [word is not None and word.lower() in {"true", "1", "yes"} for word in words], dtype=bool
        )
