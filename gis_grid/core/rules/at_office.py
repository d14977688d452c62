"""Whether a signature was given at the office: surely, by its position, or possibly."""

from __future__ import annotations

import enum
import math
from typing import TYPE_CHECKING, NamedTuple

from gis_grid.core.geometry.geodesy import distance_m

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis_grid.core.rules.case import Case
    from gis_grid.core.rules.work import Place, SignIn


class Sureness(enum.IntEnum):
    """How sure it is; higher is surer."""

    NO = 0
    POSSIBLE = 1
    BEST = 2
    CERTAIN = 3


class Signed(NamedTuple):
    """A signature, how surely it was given at an office, and how far from it (None: not known)."""

    signature: SignIn
    sureness: Sureness
    distance_m: float | None


def signed(case: Case, signature: SignIn) -> Signed:
    """Check the place of a signature.

    One without a position, with an accuracy worse than the distance that is asked, or where no office is
    recorded is possible: the place cannot be checked, which is not the worker's fault.
    """
    within_m = case.rule.within_m
    if not within_m:
        return Signed(signature, Sureness.CERTAIN, None)
    far_m = _distance_m(signature, case.work.offices or ())
    if far_m is None:
        return Signed(signature, Sureness.POSSIBLE, None)
    radius_m = (signature.accuracy_m or 0.0) * case.accuracy_factor
    if far_m + radius_m <= within_m:
        sureness = Sureness.CERTAIN
    elif far_m <= within_m and radius_m <= within_m:
        sureness = Sureness.BEST
    elif far_m - radius_m <= within_m:
        sureness = Sureness.POSSIBLE
    else:
        sureness = Sureness.NO
    return Signed(signature, sureness, far_m)


def _distance_m(signature: SignIn, offices: Sequence[Place]) -> float | None:
    """Metres to the nearest office of that time; None where that is not known."""
    lon, lat = signature.lon, signature.lat
    if lon is None or lat is None or not (math.isfinite(lon) and math.isfinite(lat)):
        return None
    return min(
        (
            float(distance_m(lon, lat, office.lon, office.lat))
            for office in offices
            if (office.since_ms is None or office.since_ms <= signature.t_ms)
            and (office.until_ms is None or signature.t_ms < office.until_ms)
        ),
        default=None,
    )
