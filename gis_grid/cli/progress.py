"""Progress of commands that go through workers' days or weeks."""

from __future__ import annotations

from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console


@contextmanager
def bar(console: Console, what: str) -> Iterator[Callable[[int, int, int], None]]:
    """Yield what is told of more days or weeks of workers done, all of them, and more fixes."""
    columns = (
        TextColumn("[progress.description]{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeRemainingColumn(),
    )
    began, fixes = monotonic(), 0
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=None, speed="")

        def tell(done: int, total: int, more: int) -> None:
            nonlocal fixes
            fixes += more
            speed = f"{fixes / (monotonic() - began):,.0f} fixes/s"
            progress.update(task, advance=done, total=total, speed=speed)

        yield tell
