"""`gis-grid plan split`, `merge`, `draw` and others: edits of a draft, taken back and done again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from pydantic import TypeAdapter, ValidationError

from gis_grid.cli.plain_table import say, tell
from gis_grid.cli.plan.places import PLACE_HELP, read_json, read_line, read_point, read_polygon, unreadable
from gis_grid.cli.plan.work import GRID_HELP, DraftId, Grid, Work, at_work, called, labels
from gis_grid.kit.errors import BadInput
from gis_grid.planning import service
from gis_grid.planning.schemas.edits import Edit
from gis_grid.planning.service import RefusedEdit

if TYPE_CHECKING:
    from gis_grid.planning.service import Edited

Grids = Annotated[list[str], typer.Argument(metavar="GRID...", help=GRID_HELP)]
LineGiven = Annotated[str, typer.Option("--line", metavar="LINE", help=PLACE_HELP)]
Exact = Annotated[
    bool, typer.Option("--exact", help="Cut atoms along what was drawn; otherwise atoms go whole.")
]
Across = Annotated[bool, typer.Option("--across", help="Also where only a river lies between.")]
SeedGiven = Annotated[int | None, typer.Option("--seed", min=0, help="Left out: the draft's.")]
Choice = Annotated[
    int | None,
    typer.Option("--choice", min=1, metavar="N", help="When refused, do the Nth of the choices instead."),
]
_EDIT: Final[TypeAdapter[Edit]] = TypeAdapter(Edit)


def split(
    draft: DraftId,
    grid: Grid,
    *,
    line: Annotated[str | None, typer.Option("--line", metavar="LINE", help=PLACE_HELP)] = None,
    exact: Exact = False,
    parts: Annotated[int, typer.Option(min=2, help="Without a line: how many.")] = 2,
    seed: SeedGiven = None,
    choice: Choice = None,
) -> None:
    """Split a grid along a line, or let the machine do it."""
    with at_work() as work:
        (label,) = labels(work, draft, [grid])
        if line is None:
            _make(work, draft, {"op": "split", "grid": label, "parts": parts, "seed": seed}, choice)
        else:
            drawn = read_line(line)
            _make(work, draft, {"op": "split_by_line", "grid": label, "line": drawn, "exact": exact}, choice)


def merge(draft: DraftId, grids: Grids, *, across: Across = False, choice: Choice = None) -> None:
    """Merge grids; the larger keeps its code."""
    with at_work() as work:
        _make(work, draft, {"op": "merge", "grids": labels(work, draft, grids), "across": across}, choice)


def draw(
    draft: DraftId,
    polygon: Annotated[str, typer.Argument(metavar="POLYGON", help=PLACE_HELP)],
    *,
    into: Annotated[
        str | None, typer.Option(metavar="GRID", help="A grid there is; left out: a new one.")
    ] = None,
    exact: Exact = False,
    choice: Choice = None,
) -> None:
    """Give what lies in a polygon to a new grid, or to one there is."""
    with at_work() as work:
        label = None if into is None else labels(work, draft, [into])[0]
        drawn = read_polygon(polygon)
        _make(work, draft, {"op": "draw", "polygon": drawn, "exact": exact, "into": label}, choice)


def move(
    draft: DraftId,
    *,
    to: Annotated[str, typer.Option(metavar="GRID", help="Where to; 'none' for out of all grids.")],
    at: Annotated[str | None, typer.Option(metavar="LON,LAT", help="A building.")] = None,
    atom: Annotated[
        list[int] | None, typer.Option(help="Key of an atom; may be given more than once.")
    ] = None,
    across: Across = False,
    choice: Choice = None,
) -> None:
    """Move a building, or atoms, to another grid."""
    with at_work() as work:
        label = -1 if to == "none" else labels(work, draft, [to])[0]
        place = None if at is None else read_point(at)
        _make(
            work,
            draft,
            {"op": "move", "to": label, "at": place, "atoms": atom or None, "across": across},
            choice,
        )


def border(
    draft: DraftId, one: Grid, other: Grid, *, line: LineGiven, exact: Exact = False, choice: Choice = None
) -> None:
    """Draw the border between two grids anew."""
    with at_work() as work:
        both = labels(work, draft, [one, other])
        _make(work, draft, {"op": "border", "grids": both, "line": read_line(line), "exact": exact}, choice)


def lock(
    draft: DraftId, grid: Grid, *, off: Annotated[bool, typer.Option("--open", help="Open it again.")] = False
) -> None:
    """Lock a grid, so that nothing may change it."""
    with at_work() as work:
        (label,) = labels(work, draft, [grid])
        _make(work, draft, {"op": "lock", "grid": label, "locked": not off})


def accept(
    draft: DraftId,
    grid: Grid,
    *,
    reason: Annotated[str, typer.Option(help="Why; empty: it is no exception any more.")],
) -> None:
    """Accept that a grid lies outside the limits."""
    with at_work() as work:
        (label,) = labels(work, draft, [grid])
        _make(work, draft, {"op": "accept", "grid": label, "reason": reason or None})


def divide(
    draft: DraftId,
    *,
    grid: Annotated[
        list[str] | None,
        typer.Option(help="Only this grid's ground; may be given more than once; left out: all not locked."),
    ] = None,
    seed: SeedGiven = None,
    rank: Annotated[int | None, typer.Option(min=1, help="Of `plan propose`; left out: the first.")] = None,
) -> None:
    """Let the machine divide a community, or some grids, anew."""
    with at_work() as work:
        chosen = labels(work, draft, grid) if grid else None
        place = None if rank is None else rank - 1
        _make(work, draft, {"op": "partition", "grids": chosen, "seed": seed, "rank": place})


def fill_gaps(draft: DraftId) -> None:
    """Give ground that no grid holds to its neighbours."""
    with at_work() as work:
        _make(work, draft, {"op": "fill_gaps"})


def join_detached(
    draft: DraftId, *, grid: Annotated[str | None, typer.Option(help="Left out: all not locked.")] = None
) -> None:
    """Give parts that lie apart from their grid to their neighbours."""
    with at_work() as work:
        label = None if grid is None else labels(work, draft, [grid])[0]
        _make(work, draft, {"op": "detached", "grid": label})


def refresh(draft: DraftId) -> None:
    """Look at the buildings and roads of the map again."""
    with at_work() as work:
        revised = work.revised(draft)
        _tell(service.refresh(work.conn, draft, **revised, rules=work.rules), work)


def edit(
    draft: DraftId,
    wanted: Annotated[
        str, typer.Argument(metavar="EDIT", help="As of the API: JSON, a file, or - for standard input.")
    ],
    *,
    choice: Choice = None,
) -> None:
    """Make any edit, as the API takes it."""
    with at_work() as work:
        _make(work, draft, read_json(wanted), choice)


def choose(
    draft: DraftId,
    number: Annotated[int, typer.Argument(metavar="N", help="Of what `plan show` says can be done.", min=1)],
) -> None:
    """Do one of the things that `plan show` says can be done."""
    with at_work() as work:
        checks = service.read(work.conn, draft)["checks"]
        ways = [way for check in checks for way in check["choices"]]
        if number > len(ways):
            raise BadInput("No such choice", f"{number}; there are {len(ways)}: see `plan show`")
        tell(f"{ways[number - 1]['zh']} / {ways[number - 1]['en']}")
        _make(work, draft, ways[number - 1]["edit"])


def undo(draft: DraftId) -> None:
    """Take the last edit back."""
    with at_work() as work:
        _tell(service.undo(work.conn, draft, **work.revised(draft)), work)


def redo(draft: DraftId) -> None:
    """Do an edit again that was taken back."""
    with at_work() as work:
        _tell(service.redo(work.conn, draft, **work.revised(draft)), work)


def _make(work: Work, draft: int, wanted: Any, choice: int | None = None) -> None:
    """Make an edit, or one of the choices that a refusal gives, and say what came of it."""
    try:
        edited = _edited(work, draft, wanted)
    except RefusedEdit as refused:
        if choice is None:
            for number, one in enumerate(refused.choices, 1):
                tell(f"--choice {number}: {one['zh']} / {one['en']}")
            raise
        if choice > len(refused.choices):
            raise BadInput(
                "No such choice", f"--choice {choice}; there are {len(refused.choices)}"
            ) from refused
        chosen = refused.choices[choice - 1]
        tell(f"{refused.en}; instead: {chosen['en']}")
        edited = _edited(work, draft, chosen["edit"])
    _tell(edited, work)


def _edited(work: Work, draft: int, wanted: Any) -> Edited:
    try:
        found = _EDIT.validate_python(wanted)
    except ValidationError as error:
        raise unreadable(error, "edit") from error
    if found.op == "refresh":
        return service.refresh(work.conn, draft, **work.revised(draft), rules=work.rules)
    return service.edit(work.conn, draft, found.op, found.parameters(), **work.revised(draft))


def _tell(edited: Edited, work: Work) -> None:
    """Print what the edit changed: a grid a line, and those that are no more."""
    answer = service.answer(work.conn, edited)
    shown = answer["scenario"]
    sign = {"under": " ▼", "in": "", "over": " ▲"}
    for feature in answer["changed"]["features"]:
        grid = feature["properties"]
        say(f"{called(grid, shown)}\t{grid['households']}{sign[grid['band']]}")
    totals = shown["totals"]
    gone = f", {len(answer['removed'])} no more" if answer["removed"] else ""
    tell(f"revision {shown['revision']}: {totals['grids']} grids, {totals['in_range']} in range{gone}")
