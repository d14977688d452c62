"""Who took which layer along: an entry of the ledger a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis_grid.ledger import service as ledger

if TYPE_CHECKING:
    from gis_grid.ogc.asked import Asked
    from gis_grid.ogc.export.formats import Format
    from gis_grid.ogc.export.source import Source


def note(source: Source, form: Format) -> None:
    """Write into the ledger what is given out; of a filter only that there was one: it may name anything."""
    reading = source.reading
    detail = {"format": form.name.value, **_told(source.asked)}
    ledger.record(
        reading.conn, reading.now, reading.caller, "export", f"collection:{source.collection.id}", detail
    )


def _told(asked: Asked) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if asked.bbox is not None:
        told["bbox"] = list(asked.bbox)
    if asked.interval is not None:
        ends = (asked.interval.start, asked.interval.end)
        told["datetime"] = "/".join(".." if end is None else end.isoformat() for end in ends)
    if asked.where is not None:
        told["filtered"] = True
    if asked.names is not None:
        told["properties"] = list(asked.names)
    return told
