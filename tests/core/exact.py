"""The part of a straight way inside an area in exact fractions, by the rule of the half-open border."""

from __future__ import annotations

import itertools
from fractions import Fraction

import shapely

Point = tuple[Fraction, Fraction]


def share_inside(a: Point, b: Point, area: shapely.Polygon | shapely.MultiPolygon) -> Fraction:
    """Cut the way at every edge and ask for the middle of each piece."""
    edges = edges_of(area)
    shares = {Fraction(0), Fraction(1)}
    for p, q in edges:
        at_a, at_b = turn(p, q, a), turn(p, q, b)
        if at_a != at_b:
            shares.add(min(max(at_a / (at_a - at_b), Fraction(0)), Fraction(1)))
    return sum(
        (
            until - since
            for since, until in itertools.pairwise(sorted(shares))
            if is_inside(along(a, b, (since + until) / 2), edges)
        ),
        Fraction(0),
    )


def edges_of(area: shapely.Polygon | shapely.MultiPolygon) -> list[tuple[Point, Point]]:
    """Edges of all rings, each from its lower to its higher end."""
    rings = [
        [(Fraction(x), Fraction(y)) for x, y in ring.coords]
        for part in shapely.get_parts(area)
        for ring in (part.exterior, *part.interiors)
    ]
    return [
        (min(p, q, key=lambda c: (c[1], c[0])), max(p, q, key=lambda c: (c[1], c[0])))
        for ring in rings
        for p, q in itertools.pairwise(ring)
        if p != q
    ]


def is_inside(c: Point, edges: list[tuple[Point, Point]]) -> bool:
    """Whether a point is inside: on the line through an edge it is west of it."""
    return sum(p[1] <= c[1] < q[1] and turn(p, q, c) >= 0 for p, q in edges) % 2 == 1


def turn(a: Point, b: Point, c: Point) -> Fraction:
    """Twice the area of the triangle a, b, c: positive when c is left of a to b."""
    return (a[0] - c[0]) * (b[1] - c[1]) - (a[1] - c[1]) * (b[0] - c[0])


def along(a: Point, b: Point, share: Fraction) -> Point:
    return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])
