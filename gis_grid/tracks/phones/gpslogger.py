"""GPSLogger for Android, logging to a custom URL: parameters in a query or form, or JSON with quoted numbers.

Sources: gpslogger.app and its ``CustomUrlManager``. A person writes the URL or the body, so names are
those of our own set-up and of the manual's examples. What Android does not know comes as 0.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gis_grid.tracks.phones import values
from gis_grid.tracks.phones.bodies import is_json, json_of, parameters, refuse_unknown
from gis_grid.tracks.phones.fields import Fields, shown
from gis_grid.tracks.phones.layout import Layout, read
from gis_grid.tracks.phones.message import Undecodable

if TYPE_CHECKING:
    from gis_grid.tracks.phones.message import Message, Reported

_LAYOUT: Final = Layout(
    time=("t", "timestamp", "time", "timeoffset"),
    clock=values.SECONDS_OR_ISO,
    accuracy=("acc", "accuracy"),
    speed=("spd", "speed", "s"),
    heading=("dir", "direction", "bearing"),
    altitude=("alt", "altitude"),
    battery=("batt", "battery"),
    charging=("ischarging",),
)
_NAMES: Final = _LAYOUT.names("aid", "sat", "prov")


def decode(message: Message) -> Reported:
    """Read one point, or a heartbeat."""
    given = parameters(message)
    if is_json(message):
        body = json_of(message)
        if not isinstance(body, dict):
            raise Undecodable(f"the body is {shown(body)}, expected an object with lat, lon and t")
        given = body | given
    refuse_unknown(given, _NAMES)
    return read(Fields(given), _LAYOUT)
