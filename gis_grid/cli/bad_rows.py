"""The rows that an import leaves out or is refused for: told on standard error, and listed in a CSV file."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from gis_grid.kit.errors import BadInput, GisGridError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gis_grid.kit.errors import RowError

_LISTED = 20


def tell_left_out(errors: Sequence[RowError], count: int, bad_rows: Path | None) -> None:
    """Tell of the rows that were left out, and write them to the asked CSV."""
    if count == 0:
        return
    typer.echo(f"left out: {count:,} rows", err=True)
    for error in errors[:_LISTED]:
        typer.echo(f"  {error}", err=True)
    if count > _LISTED:
        where = "--bad-rows CSV lists them" if bad_rows is None else f"see {bad_rows}"
        typer.echo(f"  ... and {count - _LISTED:,} more ({where})", err=True)
    if bad_rows is not None:
        _write(bad_rows, errors)


@contextmanager
def listing(bad_rows: Path | None, file: Path) -> Iterator[None]:
    """Write the rows for which a file is refused to the asked CSV, too.

    The list is begun empty, so that a place that cannot be written is found before the import.
    """
    if bad_rows is not None:
        _begin(bad_rows, file)
    try:
        yield
    except GisGridError as error:
        if bad_rows is not None:
            _write(bad_rows, error.errors)
        raise


def _begin(path: Path, file: Path) -> None:
    if path.exists() and file.exists() and path.samefile(file):
        raise BadInput("The list of bad rows would overwrite the file", f"--bad-rows {path}; name another")
    try:
        _write(path, ())
    except OSError as error:
        raise BadInput(
            "The list of bad rows cannot be written", f"--bad-rows {path}: {error.strerror}"
        ) from error


def _write(path: Path, errors: Sequence[RowError]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "field", "value", "message"])
        writer.writerows((error.row, error.field, error.value, error.message) for error in errors)
