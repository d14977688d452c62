import numpy as np
import shapely
from walks import GRID, SQUARE, standing

from gis_grid.core import Boundary, digest

FIXES = standing("2026-11-02T08:00", 600, accuracy_m=5)
SETTINGS = {"profiles": [["base", "1"]], "timezone": "Asia/Shanghai"}


def test_the_digest_is_the_same_for_ever() -> None:
    expected = "cb2510585deee34cdf6a488d0b651fbb1ca2359d2a27ac4add1fd0661df0993d"
    assert digest(FIXES, [GRID], SETTINGS) == expected


def test_the_order_of_arrival_does_not_change_the_digest() -> None:
    shuffled = FIXES.take(np.random.default_rng(1).permutation(len(FIXES)))
    assert digest(shuffled, [GRID], dict(reversed(SETTINGS.items()))) == digest(FIXES, [GRID], SETTINGS)


def test_any_change_of_an_input_changes_the_digest() -> None:
    moved = Boundary.of(shapely.transform(SQUARE, lambda xy: xy + 1e-9))
    later = Boundary.of(SQUARE, 1)
    digests = {
        digest(FIXES, [GRID], SETTINGS),
        digest(FIXES.take(slice(1, None)), [GRID], SETTINGS),
        digest(FIXES, [moved], SETTINGS),
        digest(FIXES, [later], SETTINGS),
        digest(FIXES, [GRID, GRID], SETTINGS),
        digest(FIXES, [GRID], SETTINGS | {"timezone": "UTC"}),
    }
    assert len(digests) == 6
