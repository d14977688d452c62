"""What is said of a draft, in both languages: checks, choices, refusals, its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson
import shapely

from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.words import said
from gis_grid.planning.errors import RefusedEdit
from gis_grid.planning.store import scenarios

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy import Connection, Row

    from gis_grid.core.plan.checks import Check
    from gis_grid.core.plan.division import Change
    from gis_grid.core.plan.errors import Choice, Refused
    from gis_grid.core.plan.frame import Frame
    from gis_grid.core.plan.state import Plan
    from gis_grid.planning.service.states import Draft

    Name = Callable[[int], str]

_PARTED: Final = frozenset({"split", "split_by_line", "border"})
"""Operations told by all grids that they touched, and not by those that took ground over."""


def names(conn: Connection, draft: Draft) -> Name:
    """Return what a draft grid is called: the end of its code, or ``+`` and its label when it is new."""
    return called(draft, scenarios.grids(conn, draft.row.id))


def called(draft: Draft, known: Iterable[Row[Any]]) -> Name:
    """Return the same of grids that were read already."""
    community = draft.row.community_code
    ends = {row.label: row.code.removeprefix(community) or row.code for row in known}
    return lambda label: ends.get(label, f"+{label}")


def told_checks(found: Iterable[Check], name: Name, frame: Frame) -> list[dict[str, Any]]:
    """Return checks as JSON values, with what they say."""
    return [
        {
            "code": check.code,
            "severity": check.severity.value,
            "grids": list(check.grids),
            "numbers": check.numbers,
            **_said(check.code, check.numbers, name),
            "choices": told_choices(check.choices, name, frame),
        }
        for check in found
    ]


def told_choices(choices: Iterable[Choice], name: Name, frame: Frame) -> list[dict[str, Any]]:
    """Return choices as JSON values: what each says, and the edit that it is."""
    return [
        {
            **_said(choice.code, choice.numbers, name),
            "edit": {
                "op": choice.operation,
                **{key: _in_degrees(frame, value) for key, value in choice.parameters.items()},
            },
        }
        for choice in choices
    ]


def told_refusal(refused: Refused, name: Name, frame: Frame) -> RefusedEdit:
    """Return a refusal of the core as an error that says why, with choices ready to be made."""
    return RefusedEdit(
        refused.code,
        _placed(refused.numbers, frame),
        **_said(refused.code, refused.numbers, name),
        choices=told_choices(refused.choices, name, frame),
    )


def told_history(rows: Iterable[Row[Any]], name: Name, position: int) -> list[dict[str, Any]]:
    """Return the edits of a draft as JSON values, those taken back too."""
    return [
        {
            "n": row.n,
            "op": row.op,
            **_said(f"op_{row.op}", row.numbers, name),
            "by": row.by,
            "at": row.at,
            "undone": row.n > position,
        }
        for row in rows
    ]


def numbers_of(op: str, change: Change, after: Plan) -> dict[str, Any]:
    """Return what a line of the history says of a change."""
    label = change.grids() if op in _PARTED else np.unique(change.after_label[change.after_label != GAP])
    marked = change.locked_before ^ change.locked_after
    marked |= dict(change.exceptions_before.items() ^ change.exceptions_after.items()).keys()
    return {
        "grids": label.tolist() or sorted(marked),
        "atoms": len(change.after),
        "households": int(change.after.households.sum()),
        "count": len(after.division.labels()),
    }


def _said(code: str, numbers: Mapping[str, Any], name: Name) -> dict[str, str]:
    sentence = said(code, numbers, name)
    return {"zh": sentence.zh, "en": sentence.en}


def _placed(numbers: Mapping[str, Any], frame: Frame) -> dict[str, Any]:
    """Return numbers with the place that is among them, if any, in lon, lat as ``at``."""
    if "x" not in numbers:
        return dict(numbers)
    told = {name: value for name, value in numbers.items() if name not in {"x", "y"}}
    return {**told, "at": _in_degrees(frame, shapely.Point(numbers["x"], numbers["y"]))}


def _in_degrees(frame: Frame, value: Any) -> Any:
    if not isinstance(value, shapely.Geometry):
        return value
    (moved,) = frame.to_degrees(np.array([value], dtype=object))
    shape = orjson.loads(shapely.to_geojson(moved))
    return shape["coordinates"] if shape["type"] == "Point" else shape
