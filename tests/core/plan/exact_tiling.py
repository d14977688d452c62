"""What must be true of atoms, whatever the ground."""

from __future__ import annotations

import numpy as np
import shapely

from gis_grid.core.plan.ground import Buildings, Ground

WALL_M = 0.025
"""What a border may stray into a footprint: 2 cm, and the millimetres of two roundings."""


def ground_of(outline, footprints=(), households=10, lines=(), classes=2):
    """Return a ground of shapes, WKT or geometries; one class, one number of households may stand for all."""

    def shapes(given):
        with np.errstate(invalid="ignore"):  # some hold coordinates that are no numbers
            each = [shapely.from_wkt(shape) if isinstance(shape, str) else shape for shape in given]
        return np.array([*each, None], dtype=object)[:-1]

    lived = np.broadcast_to(np.asarray(households, dtype=np.int64), len(footprints)).copy()
    kinds = np.broadcast_to(np.asarray(classes, dtype=np.int8), len(lines)).copy()
    buildings = Buildings(shapes(footprints), lived, lived * 3)
    return Ground(shapes([outline])[0], shapes(lines), kinds, buildings)


def check_atoms(atoms, outline):
    """Atoms are an exact coverage of an outline."""
    assert shapely.coverage_is_valid(atoms.polygon)
    assert (shapely.get_type_id(atoms.polygon) == shapely.GeometryType.POLYGON).all()
    assert shapely.is_valid(atoms.polygon).all()
    assert shapely.area(atoms.polygon).min() > 0
    assert abs(shapely.area(atoms.polygon).sum() - outline.area) <= 0.001 * (outline.length + 1)
    beyond = shapely.difference(
        shapely.coverage_union_all(atoms.polygon), outline.buffer(0.0015, join_style="mitre")
    )
    assert beyond.is_empty
    coordinates = shapely.get_coordinates(atoms.polygon)
    assert (coordinates == coordinates.round(3)).all()
    assert (np.diff(atoms.key) > 0).all()


def check_buildings(ground, made):
    """Each building inside is on exactly one atom, whole, and counted there once."""
    buildings, atoms = ground.buildings, made.atoms
    there = made.atom_of >= 0
    for counted, each in (
        (atoms.households, buildings.households),
        (atoms.people, buildings.people),
        (atoms.buildings, np.ones(len(buildings), dtype=np.int64)),
    ):
        expected = np.zeros(len(atoms), dtype=np.int64)
        np.add.at(expected, made.atom_of[there], each[there])
        assert (counted == expected).all()
    assert atoms.households.sum() + made.lost_households == buildings.households.sum()
    assert set(made.outside) == set(np.flatnonzero(~there))
    assert not shapely.contains_properly(ground.outline, made.body.inside[~there]).any()
    cut = np.setdiff1d(parted(ground, made), made.scattered)
    assert not len(cut), f"buildings {cut} are cut"


def parted(ground, made):
    """Return rows of buildings that do not stand on one atom, walls and what is outside aside."""
    rows = np.flatnonzero(made.atom_of >= 0)
    shape = shapely.make_valid(
        shapely.force_2d(ground.buildings.footprint[rows]), method="structure", keep_collapsed=False
    )
    shape = shapely.buffer(shapely.intersection(shape, ground.outline), -WALL_M)
    whole = shapely.covered_by(shape, made.atoms.polygon[made.atom_of[rows]]) | shapely.is_empty(shape)
    return rows[~whole]


def check(ground, made):
    """All of it."""
    check_atoms(made.atoms, ground.outline)
    check_buildings(ground, made)
