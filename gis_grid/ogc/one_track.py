"""One worker's tracks of some days as a service of its own: programs that send no parameters begin there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import Path

from gis_grid.kit.features import Interval, Told
from gis_grid.ogc import documents
from gis_grid.ogc.collections import COLLECTIONS
from gis_grid.ogc.intervals import local_day
from gis_grid.ogc.links import with_query
from gis_grid.ogc.negotiating import told
from gis_grid.ogc.schemas import Temporal
from gis_grid.patrols.looking import require_few

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from gis_grid.kit.features import Collection, Reading
    from gis_grid.ogc.schemas import CollectionShape
    from gis_grid.reports.sentences import Lang

PATH: Final = "/tracks/{worker}/{first}/{last}"

OF_TRACKS: Final = tuple(one for one in COLLECTIONS.values() if one.looks)
"""The collections that are read of one worker."""


@dataclass(frozen=True, slots=True)
class OneTrack:
    """Whose track, and of which local days, both included."""

    worker: str
    first: date
    last: date

    def title(self, lang: Lang) -> str:
        """Return what the service is called."""
        days = f"{self.first} – {self.last}"
        return told(Told(f"{self.worker} 的轨迹，{days}", f"Tracks of {self.worker}, {days}"), lang)

    def span(self, tz: ZoneInfo) -> Interval:
        """Return from when to when the days are."""
        return Interval(local_day(self.first, tz)[0], local_day(self.last, tz)[1])

    def reading(self, reading: Reading) -> Reading:
        """Return what is read of this track: its days, as far as the interval asked for has them."""
        whole, asked = self.span(reading.settings.tz), reading.interval or Interval(None, None)
        assert whole.start is not None
        assert whole.end is not None
        part = Interval(max(whole.start, asked.start or whole.start), min(whole.end, asked.end or whole.end))
        return replace(reading, interval=part, asked={**reading.asked, "worker": self.worker})

    def described(
        self, collection: Collection, root: str, lang: Lang, *, box: documents.Box | None, tz: ZoneInfo
    ) -> CollectionShape:
        """Return what is told of a collection of this track; its files are those of all tracks."""
        shape = documents.collection_document(collection, root, lang, box)
        span = self.span(tz)
        ends = [None if one is None else one.astimezone(UTC).isoformat() for one in (span.start, span.end)]
        shape.extent.temporal = Temporal(interval=[(ends[0], ends[1])], trs=documents.GREGORIAN)
        here, question = f"{root}/collections/{collection.id}/export", self._question()
        there = f"{root.partition('/tracks/')[0]}/collections/{collection.id}/export"
        for one in shape.links:
            if one.href.startswith(here):
                one.href = f"{there}{one.href.removeprefix(here)}&{question}"
        return shape

    def _question(self) -> str:
        return with_query("", {"worker": self.worker, "datetime": f"{self.first}/{self.last}"})[1:]


def one_track(
    worker: Annotated[str, Path(description="Code of a grid worker.")],
    first: Annotated[date, Path(description="First local day.")],
    last: Annotated[date, Path(description="Last local day, at most 31 in all.")],
) -> OneTrack:
    """Read from an address whose track it is.

    Raises
    ------
    BadInput
        When the days are not in order, or too many.
    """
    require_few(first, last)
    return OneTrack(worker, first, last)
