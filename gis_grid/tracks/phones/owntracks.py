"""OwnTracks in HTTP mode: one JSON object a request.

Sources: owntracks.org/booklet/tech/json/ and /tech/http/. All kinds of messages come to one address;
only ``location`` says where the phone is: a ``transition`` or ``waypoint`` names a place and a time of its
own. Bodies may be empty. The reply has to be a list, or Android keeps the message in its queue.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gis_grid.tracks.phones import values
from gis_grid.tracks.phones.bodies import json_of
from gis_grid.tracks.phones.fields import Fields
from gis_grid.tracks.phones.layout import KMH_MPS, Layout, read
from gis_grid.tracks.phones.message import Reported, Undecodable

if TYPE_CHECKING:
    from gis_grid.tracks.phones.message import Message

_LAYOUT: Final = Layout(
    time=("tst",),
    clock=values.SECONDS,
    lon=("lon",),
    lat=("lat",),
    accuracy=("acc",),
    speed=("vel",),
    speed_unit=KMH_MPS,
    heading=("cog",),
    altitude=("alt",),
    battery=("batt",),
    charging=("charging",),
)
_CHARGING: Final = {1: False, 2: True, 3: True}
"""What ``bs`` says: 0 unknown, 1 unplugged, 2 charging, 3 full."""


def decode(message: Message) -> Reported:
    """Read one position; other kinds of messages say nothing that is kept."""
    if not message.body.strip():
        return Reported()
    body = json_of(message)
    kind = body.get("_type") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(kind, str):
        raise Undecodable('the body is no object with a "_type"')
    if kind == "encrypted":
        raise Undecodable("the message is encrypted: take the encryption key out of the app's settings")
    if kind != "location":
        return Reported()
    state = values.read_number(body.get("bs"))
    charging = None if state is None else _CHARGING.get(int(state))
    report = read(Fields(body | {"charging": charging}), _LAYOUT)
    return replace(report, sent_ms=values.read_seconds(body.get("created_at")))
