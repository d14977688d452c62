"""GerryChain: recursive cuts of random spanning trees, and ReCom from there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import networkx
from gerrychain import Graph, Partition, constraints, updaters
from gerrychain.optimization import SingleMetricOptimizer
from gerrychain.partition.initial_partition_generators import recursive_tree_part
from gerrychain.proposals import recom
from gerrychain.tree import bipartition_tree

from planning.region import SEED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planning.region import Region

_RECOM_BURST: Final = 10


def divide(region: Region, *, steps: int = 0) -> Sequence[int]:
    """Recursive cuts of random spanning trees; then, if asked for, the best of so many ReCom steps a grid."""
    drawn = networkx.Graph()
    for node, households in enumerate(region.households.tolist()):
        drawn.add_node(node, households=households)
    for first, second, cost in zip(
        region.first.tolist(), region.second.tolist(), region.cost.tolist(), strict=True
    ):
        drawn.add_edge(first, second, cost=cost)
    target = int(region.households.sum()) / region.parts
    slack = min((target - region.limits.least) / target, (region.limits.most - target) / target)
    cut = partial(bipartition_tree, max_attempts=20_000)
    graph = Graph.from_networkx(drawn)
    found = recursive_tree_part(
        graph,
        parts=range(region.parts),
        pop_target=target,
        pop_col="households",
        epsilon=slack,
        bipartition_tree_fn=cut,
        rng=SEED,
    )
    if steps:
        found = _recombined(graph, drawn, found, target=target, slack=slack, steps=steps, cut=cut)
    return [found[node] for node in range(len(region.households))]


def _recombined(
    graph: Any, drawn: Any, first: Any, *, target: float, slack: float, steps: int, cut: Any
) -> Any:
    """Go on from a division by short bursts of ReCom towards cheaper borders."""
    cost = {frozenset((a, b)): told["cost"] for a, b, told in drawn.edges(data=True)}
    tally = {
        "households": updaters.Tally("households", alias="households"),
        "cut_edges": updaters.cut_edges,
    }
    begun = Partition(graph, assignment=first, updaters=tally)
    step = partial(
        recom, pop_col="households", pop_target=target, epsilon=slack, node_repeats=0, bipartition_tree_fn=cut
    )
    optimizer = SingleMetricOptimizer(
        step,
        constraints.within_percent_of_ideal_population(begun, slack, pop_key="households"),
        begun,
        lambda found: sum(cost[frozenset(edge)] for edge in found["cut_edges"]),
        maximize=False,
        rng=SEED,
    )
    bursts = max(1, steps * len(begun.parts) // _RECOM_BURST)
    for _ in optimizer.short_bursts(_RECOM_BURST, bursts):
        pass
    return dict(optimizer.best_part.assignment.items())
