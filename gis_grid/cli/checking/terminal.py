"""A check in the terminal: verdicts, signs, and a small map in Braille dots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from rich.console import Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from gis_grid.cli.checking.table import rows
from gis_grid.cli.checking.view import View
from gis_grid.cli.checking.words import BOUNDARY_COLOUR, CLASS_COLOURS, CLASS_WORDS, OUTCOME_COLOURS, Words
from gis_grid.core.presence.segments import SegmentClass

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from rich.console import RenderableType

    from gis_grid.cli.checking.document import Checked
    from gis_grid.core.geometry.boundary import Boundary

# Dots of a Braille character by row and column, as Unicode numbers them from U+2800 on.
_DOTS: Final = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
_MAX_ROWS: Final = 24
_SEGMENT_ORDER: Final = (
    SegmentClass.UNKNOWN,
    SegmentClass.OUTSIDE,
    SegmentClass.INSIDE,
    SegmentClass.UNCERTAIN,
)


def terminal_report(checked: Checked, boundary: Boundary, words: Words, columns: int) -> RenderableType:
    """Lay out a check for a terminal of so many columns."""
    parts: list[RenderableType] = [_headline(checked, words), _verdicts(checked, words)]
    if checked.signs:
        parts.append(Text(words("signs"), style="bold"))
        parts += [Text(f"  ! {words.said(sign)}") for sign in checked.signs]
    parts += [_map(checked, boundary, min(columns, 76)), _legend(words)]
    return Group(*parts)


def _headline(checked: Checked, words: Words) -> Text:
    """Say the sums in two lines."""
    judgement = checked.judgement
    presence = judgement.presence
    flags = ", ".join(f"{name} {count}" for name, count in judgement.flags.items() if count)
    profiles = ", ".join(f"{profile.name} {profile.version}" for profile in checked.profiles)
    sums = (("inside", presence.best_s), ("known", presence.known_s), ("unknown", presence.unknown_s))
    times = " · ".join(f"{words(key)} {words.duration(seconds)}" for key, seconds in sums)
    counts = f"{words('fixes')} {len(judgement.cleaned.fixes)}" + (
        f" ({words('flagged')}: {flags})" if flags else ""
    )
    return Text(f"{times}\n{counts} · {words('profile')} {profiles} · {checked.tz.key}\n")


def _verdicts(checked: Checked, words: Words) -> Table:
    """Lay out every verdict with its reasons."""
    table = Table(show_lines=True, expand=False)
    for key in ("span", "rule", "outcome", "why"):
        table.add_column(words(key), no_wrap=key == "outcome", overflow="fold")
    for row in rows(checked, words):
        if row.verdict is None:
            table.add_row(row.span, "", "-", f"{row.note} · {words('inside')} {row.best}")
            continue
        colour = OUTCOME_COLOURS[row.verdict.outcome]
        outcome = f"[bold {colour}]{words.outcome(row.verdict.outcome)}[/]"
        table.add_row(row.span, escape(words.rule(row.verdict)), outcome, escape(words.reasons(row.verdict)))
    return table


def _legend(words: Words) -> Text:
    """Name the colours of the map."""
    legend = Text()
    legend.append("⣿ ", BOUNDARY_COLOUR).append(f"{words('boundary')}  ")
    for kind in (SegmentClass.INSIDE, SegmentClass.UNCERTAIN, SegmentClass.OUTSIDE, SegmentClass.UNKNOWN):
        legend.append("⣿ ", CLASS_COLOURS[kind]).append(f"{words(CLASS_WORDS[kind])}  ")
    return legend


def _map(checked: Checked, boundary: Boundary, columns: int) -> Text:
    """Draw the boundary and the track by class."""
    view = View.around(boundary)
    canvas = _Canvas(view, columns)
    for ring in view.rings(boundary):
        canvas.draw(ring, BOUNDARY_COLOUR)
    runs = list(view.runs(checked.judgement.presence))
    for kind in _SEGMENT_ORDER:
        for run in runs:
            if run.kind is kind:
                canvas.draw(run.line, CLASS_COLOURS[kind], sparse=kind is SegmentClass.UNKNOWN)
    return canvas.text()


class _Canvas:
    """Braille characters; each cell takes the colour that was drawn last."""

    def __init__(self, view: View, columns: int) -> None:
        self._view = view
        dots_per_m = min(columns * 2 / (2 * view.half_width_m), _MAX_ROWS * 4 / (2 * view.half_height_m))
        self._dots_per_m = dots_per_m
        self._width = max(1, round(view.half_width_m * dots_per_m))
        self._height = max(1, round(view.half_height_m * dots_per_m / 2))
        self._bits = np.zeros((self._height, self._width), np.int64)
        self._colours: dict[tuple[int, int], str] = {}

    def draw(self, line: NDArray[np.float64], colour: str, *, sparse: bool = False) -> None:
        """Set the dots along a line; `sparse` leaves out three of four."""
        column, row = self._dots(line)
        if sparse:
            column, row = column[::4], row[::4]
        inside = (column >= 0) & (column < 2 * self._width) & (row >= 0) & (row < 4 * self._height)
        column, row = column[inside], row[inside]
        np.bitwise_or.at(self._bits, (row // 4, column // 2), _DOTS[row % 4, column % 2])
        self._colours.update(
            dict.fromkeys(zip((row // 4).tolist(), (column // 2).tolist(), strict=True), colour)
        )

    def _dots(self, line: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Sample a line at every dot of the part near the view."""
        reach = np.array((self._view.half_width_m, self._view.half_height_m))
        low, high = np.minimum(line[:-1], line[1:]), np.maximum(line[:-1], line[1:])
        near = ((high >= -reach) & (low <= reach)).all(axis=1)
        start, way = line[:-1][near], (line[1:] - line[:-1])[near]
        count = np.ceil(np.abs(way).max(axis=1, initial=0) * self._dots_per_m).astype(np.int64) + 1
        count = np.minimum(count, 16 * (self._width + self._height))
        piece = np.repeat(np.arange(len(start)), count)
        step = np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count)
        xy = start[piece] + way[piece] * (step / np.maximum(count[piece] - 1, 1))[:, None]
        dots = np.floor((xy + reach) * self._dots_per_m).astype(np.int64)
        return dots[:, 0], 4 * self._height - 1 - dots[:, 1]

    def text(self) -> Text:
        """Turn the dots into characters."""
        text = Text("\n")
        for y, bits in enumerate(self._bits.tolist()):
            for x, value in enumerate(bits):
                text.append(chr(0x2800 + value) if value else " ", self._colours.get((y, x)))
            text.append("\n")
        return text
