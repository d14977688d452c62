"""What a capability says of the features that it gives to other programs: their rows, properties and times.

A capability declares its collections (`collections.py`) and keeps their SQL in its store; `ogc` reads,
filters, draws and exports them all alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.kit.settings import Settings


class Kind(StrEnum):
    """What the values of a property are; as JSON Schema has them, dates and times as its formats."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "date-time"
    OBJECT = "object"


class Shape(StrEnum):
    """What geometries a collection has; as formats of OGC API Features Part 5 schemas."""

    POINT = "geometry-point"
    LINE = "geometry-linestring"
    LINES = "geometry-multilinestring"
    POLYGON = "geometry-polygon"
    POLYGONS = "geometry-multipolygon"
    ANY = "geometry-any"
    NONE = "none"


class Told(NamedTuple):
    """One sentence in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Property:
    """One attribute of a feature: a column of its rows.

    Attributes
    ----------
    name : str
        Of the column and in JSON; the only names that filters know.
    unit : str
        UCUM symbol, e.g. ``s``; empty without one.
    values : tuple of str
        All there are, where they are few.
    filters : bool
        Whether filters may name it.
    """

    name: str
    kind: Kind
    about: Told
    unit: str = ""
    values: tuple[str, ...] = ()
    filters: bool = True


@dataclass(frozen=True, slots=True)
class Time:
    """When a feature is or was: the columns that its times are in, which are properties too.

    Attributes
    ----------
    start : str
        Column of the time, or of the beginning; ``NULL`` is no beginning.
    end : str or None
        Column of the end, which is not part of it; ``None`` when a feature is of one moment.
    of_rows : bool
        The rows are already chosen by the interval asked for: nothing is left to compare.
    always : bool
        Every feature has these times: none fits an interval for want of one.
    """

    start: str
    end: str | None = None
    of_rows: bool = False
    always: bool = False


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval of time, both ends included; ``None`` is open. One instant has both alike."""

    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads what: all that the rows of a collection may depend on.

    Attributes
    ----------
    conn : Connection
        Within the caller's scope.
    areas, people : tuple of int or None
        Ids of the areas whose ground and whose workers may be seen; ``None`` for everywhere.
        Each query names them, so that indexes work; row level security stands behind.
    now : datetime
    settings : Settings
    interval : Interval or None
        What `datetime` asks for.
    asked : mapping
        Values of the collection's own parameters (`Collection.parameters`).
    caller : str
        Who reads, for the ledger; the operator at the machine has a name too.
    worker_id : int or None
        The worker that the caller is.
    """

    conn: Connection
    areas: Sequence[int] | None
    people: Sequence[int] | None
    now: datetime
    settings: Settings
    caller: str
    worker_id: int | None = None
    interval: Interval | None = None
    asked: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rows:
    """A SELECT with the columns `id`, `geom` (EPSG:4326 or NULL) and one a property, and what it binds."""

    sql: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def where(self, condition: str, **values: Any) -> Rows:
        """Return fewer rows, of a SELECT that ends with its conditions: what is not asked is not in it."""
        return Rows(f"{self.sql} AND {condition}", {**self.values, **values})

    def within(self, column: str, areas: Sequence[int] | None) -> Rows:
        """Return the rows whose area, in a column, is one of some; all of them for ``None``."""
        if areas is None:
            return self
        return self.where(f"{column} = ANY (CAST(:areas AS bigint[]))", areas=list(areas))


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a reader may or must say beside the parameters that all collections have."""

    name: str
    about: Told
    required: bool = False
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """Features of one kind.

    Attributes
    ----------
    id : str
        As in addresses and file names.
    permission : StrEnum
        That reads it.
    rows : callable
        Returns the SELECT for a reading. Its `id` is unique in it.
    title_of : str
        The property that names a feature to people.
    integer_ids : bool
        Whether `id` is an integer, as vector tiles want it; else a text without slashes.
    unplaced : bool
        Some features have no geometry: they are in every box.
    told : bool
        Its rows have a column `geojson` too: the geometry as pages tell it in EPSG:4326, kept ready.
    time : Time or None
    layers : tuple of str
        Tables whose changes make another version of it; empty: only its content tells.
    parameters : tuple of Parameter
    links : callable or None
        Of a reading and a feature's id: (rel, address) of others, below that of all collections.
    looks : bool
        Reading it is a look at a worker's movements: its `rows` writes it into the ledger.
    made : bool
        The program makes its rows of what it reads; those of others are a SELECT of tables, which is told
        without asking the database anything.
    """

    id: str
    title: Told
    about: Told
    permission: StrEnum
    shape: Shape
    properties: tuple[Property, ...]
    rows: Callable[[Reading], Rows]
    title_of: str
    integer_ids: bool = True
    unplaced: bool = False
    told: bool = False
    time: Time | None = None
    layers: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    links: Callable[[Reading, str], Sequence[tuple[str, str]]] | None = None
    looks: bool = False
    made: bool = False

    @property
    def listed(self) -> bool:
        """Whether lists for programs name it: those that send no parameters would fail to open it."""
        return not any(one.required for one in self.parameters)
