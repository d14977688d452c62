"""Whether ground can be divided at all, by CP-SAT: a division, a proof that there is none, or neither."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from gis_grid.core.plan.costs import LOAD
from gis_grid.core.plan.graph import pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from ortools.sat.python import cp_model

    from gis_grid.core.plan.graph import Graph
    from gis_grid.core.plan.limits import Limits

    Whole = NDArray[np.int64]

SECONDS: Final = 10.0
"""Of the solver's own time, which counts its steps: the same on every machine, about a second each."""
_SLICE: Final = 2.0
"""Seconds for one solution; connections that it lacks are then asked for, and it is sought again."""
_COST_SCALE: Final = 10


class Outcome(StrEnum):
    """What came of looking for a division."""

    FOUND = "found"
    ARITHMETIC = "arithmetic"
    """The total forbids it."""
    IMPOSSIBLE = "impossible"
    """Proved: no borders give parts within limits and in one piece."""
    NOT_FOUND = "not_found"
    """Neither found nor proved impossible in the time given."""


class Exact(NamedTuple):
    """What CP-SAT says.

    Attributes
    ----------
    label : (n,) or None
        Each node's part where the outcome is `FOUND`.
    seconds
        What it took of the solver's time.
    """

    outcome: Outcome
    label: Whole | None
    seconds: float


def exact_split(graph: Graph, parts: int, limits: Limits, *, seed: int, seconds: float = SECONDS) -> Exact:
    """Divide a graph into parts within limits in one piece each, with a cheap border; or prove it impossible.

    Parameters
    ----------
    seconds
        Of the solver's time, see `SECONDS`.
    """
    from ortools.sat.python import cp_model  # noqa: PLC0415 - seldom needed, and it brings pandas

    model, within = _model(graph, parts, limits)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % 2**31
    left = seconds
    while left > 0:
        solver.parameters.max_deterministic_time = min(left, _SLICE)
        status = solver.solve(model)
        left -= max(solver.response_proto.deterministic_time, 1e-3)
        if status == cp_model.INFEASIBLE:
            return Exact(Outcome.IMPOSSIBLE, None, seconds - left)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            continue
        label = np.array([[solver.value(literal) for literal in of] for of in within]).argmax(axis=1)
        if not _connect(model, within, graph, label):
            return Exact(Outcome.FOUND, label, seconds - left)
    return Exact(Outcome.NOT_FOUND, None, seconds - left)


def _model(graph: Graph, parts: int, limits: Limits) -> tuple[cp_model.CpModel, list[list[cp_model.IntVar]]]:
    """Return the model without connections, and for each node whether it is within each part."""
    from ortools.sat.python import cp_model  # noqa: PLC0415

    model = cp_model.CpModel()
    load = graph.own[:, LOAD].astype(np.int64).tolist()
    within = [[model.new_bool_var("") for _ in range(parts)] for _ in load]
    for of in within:
        model.add_exactly_one(of)
    for part in range(parts):
        total = sum(amount * of[part] for amount, of in zip(load, within, strict=True))
        model.add_linear_constraint(total, limits.least, limits.most)
    model.add(within[int(np.argmax(load))][0] == 1)  # parts have no names: the heaviest is in the first
    price = []
    for edge in np.flatnonzero(graph.tail < graph.head).tolist():
        one, other = within[graph.tail[edge]], within[graph.head[edge]]
        cut = model.new_bool_var("")
        for mine, theirs in zip(one, other, strict=True):
            model.add(mine - theirs <= cut)
        price.append(max(1, round(float(graph.cost[edge]) * _COST_SCALE)) * cut)
    model.minimize(sum(price))
    return model, within


def _connect(
    model: cp_model.CpModel, within: list[list[cp_model.IntVar]], graph: Graph, label: Whole
) -> bool:
    """Ask for what a division lacks to be in one piece a part; tell whether it lacked anything.

    Where a part is in pieces, nodes of two of them may be in one part only together with some node around the
    smaller one.
    """
    same = graph.walkable & (label[graph.tail] == label[graph.head])
    piece = pieces(len(label), graph.tail[same], graph.head[same])
    lacking = False
    for part in range(len(within[0])):
        found, sizes = np.unique(piece[label == part], return_counts=True)
        largest = found[np.argmax(sizes)] if len(found) else -1
        for apart in found[found != largest].tolist():
            lacking = True
            mine = piece == apart
            around = np.unique(graph.head[graph.walkable & mine[graph.tail] & ~mine[graph.head]]).tolist()
            here, there = int(np.argmax(mine)), int(np.argmax(piece == largest))
            for each in range(len(within[0])):
                ring = [within[node][each] for node in around]
                model.add_bool_or([~within[here][each], ~within[there][each], *ring])
    return lacking
