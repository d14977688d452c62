"""OsmAnd, online tracking: parameters in a query.

Sources: osmand.net/docs/user/plugins/trip-recording and OsmAnd's ``LiveMonitoringHelper``. The time
is in milliseconds, by the phone's clock. What it calls ``hdop`` is Android's accuracy in metres, 0 when there
is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gis_grid.tracks.phones import values
from gis_grid.tracks.phones.bodies import parameters, refuse_unknown
from gis_grid.tracks.phones.fields import Fields
from gis_grid.tracks.phones.layout import Layout, read

if TYPE_CHECKING:
    from gis_grid.tracks.phones.message import Message, Reported

_LAYOUT: Final = Layout(
    time=("timestamp",),
    clock=values.ANY,
    accuracy=("accuracy", "hdop"),
    speed=("speed",),
    heading=("bearing",),
    altitude=("altitude",),
    battery=("batt",),
)
_NAMES: Final = _LAYOUT.names()


def decode(message: Message) -> Reported:
    """Read one position, or a heartbeat."""
    given = parameters(message)
    refuse_unknown(given, _NAMES)
    return read(Fields(given), _LAYOUT)
