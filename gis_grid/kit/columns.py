"""Tables as columns: checks before they become rows."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from _typeshed import DataclassInstance
    from numpy.typing import NDArray

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def require_equal_lengths(columns: DataclassInstance) -> None:
    """Refuse a dataclass of columns whose columns differ in length.

    Raises
    ------
    BadInput
        Naming every column with its length.
    """
    lengths = {field.name: len(getattr(columns, field.name)) for field in fields(columns)}
    if len(set(lengths.values())) > 1:
        raise BadInput("Columns differ in length", ", ".join(f"{name} {n}" for name, n in lengths.items()))


def numbered(*columns: Sequence[object]) -> Iterator[tuple[object, ...]]:
    """Yield the rows of columns of equal length, each with its number in front, from 1."""
    return ((row, *values) for row, values in enumerate(zip(*columns, strict=True), start=1))


def instants_of(times_ms: Sequence[int | None]) -> list[datetime | None]:
    """Return milliseconds since 1970 as aware instants in UTC."""
    return [None if time is None else _EPOCH + timedelta(milliseconds=int(time)) for time in times_ms]


def array_text(values: NDArray[Any]) -> str:
    """Return numbers or truths as PostgreSQL writes an array: on long ones the driver is slow."""
    return "{" + ",".join(map(str, values.tolist())) + "}"
