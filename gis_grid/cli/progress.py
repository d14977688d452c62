"""Progress of commands that go through workers' days or weeks, and of those that make tiles."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console
    from rich.progress import TaskID


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


@dataclass(frozen=True, slots=True)
class TilesBar:
    """Progress of a command that makes tiles: first rows that are read, then tiles that are done."""

    progress: Progress
    task: TaskID

    def read(self, more: int) -> None:
        """Tell of more rows read."""
        self.progress.update(self.task, description="Reading", advance=more)

    def done(self, done: int, total: int) -> None:
        """Tell of tiles done, and of all."""
        self.progress.update(self.task, description="Tiles", completed=done, total=total)


@contextmanager
def tiles_bar(console: Console) -> Iterator[TilesBar]:
    """Yield what is told of rows read and of tiles done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield TilesBar(progress, progress.add_task("Preparing", total=None))
