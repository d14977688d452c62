"""An edit as people ask for it, in degrees, becomes an operation of the core, in the draft's metres."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from gis_grid.core.plan.errors import BadPlan
from gis_grid.core.plan.operations import OPERATIONS
from gis_grid.kit.errors import BadInput, RowError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gis_grid.core.plan.division import Change
    from gis_grid.core.plan.frame import Frame
    from gis_grid.planning.service.states import Draft

PLACES: Final = ("polygon", "line")
"""Parameters that are GeoJSON geometries in lon, lat."""


def operate(draft: Draft, op: str, params: Mapping[str, Any]) -> Change:
    """Return the change that an operation makes.

    Raises
    ------
    BadInput
        When there is no such operation, or a place cannot be read.
    Refused
        Of the core: with the reason in numbers, and choices.
    """
    if op not in OPERATIONS:
        raise BadInput("No such operation", f"{op!r}; expected one of {', '.join(sorted(OPERATIONS))}")
    given = {name: _in_metres(draft.frame, name, value) for name, value in params.items()}
    signature = inspect.signature(OPERATIONS[op])
    if "seed" in signature.parameters:
        given.setdefault("seed", draft.row.seed)
    try:
        signature.bind(draft.plan, **given)
    except TypeError as error:
        raise BadInput("The edit cannot be read", f"{op}: {error}") from error
    try:
        return OPERATIONS[op](draft.plan, **given)
    except BadPlan as error:
        wrong = RowError(op, error.field, str(error.value), error.message)
        raise BadInput(
            "The edit cannot be made", f"{error.field}: {error.message}", errors=[wrong]
        ) from error


def _in_metres(frame: Frame, name: str, value: Any) -> Any:
    if name in PLACES:
        return frame.to_metres(np.array([_shape(name, value)], dtype=object))[0]
    if name == "at":
        return frame.to_metres(np.array([shapely.Point(value)], dtype=object))[0]
    return value


def _shape(name: str, value: Any) -> shapely.Geometry:
    try:
        return shapely.geometry.shape(value)
    except (shapely.errors.ShapelyError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadInput("A place cannot be read", f"{name}: expected a GeoJSON geometry") from error
