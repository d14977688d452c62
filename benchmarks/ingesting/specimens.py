"""Messages, files and signatures as phones send them, with the fields that documents name: to be broken."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ingesting.town import SIGN_IN

if TYPE_CHECKING:
    from collections.abc import Mapping

_FORM: Final = {b"content-type": b"application/x-www-form-urlencoded"}
_JSON: Final = {b"content-type": b"application/json"}
_BEARER: Final = {b"authorization": b"Bearer {token}"}


@dataclass(frozen=True, slots=True)
class Request:
    """One request; ``{token}`` and ``{t}`` (seconds) stand where a phone's own go."""

    method: str
    path: str
    query: bytes = b""
    headers: Mapping[bytes, bytes] = field(default_factory=dict)
    body: bytes = b""

    def of(self, token: str, seconds_after_sign_in: int) -> Request:
        """Return the request of one phone at one time."""
        at = int(SIGN_IN.timestamp()) + seconds_after_sign_in
        hour, minute, second = seconds_after_sign_in // 3600, seconds_after_sign_in // 60 % 60, at % 60
        own = {
            b"{token}": token.encode(),
            b"{t}": str(at).encode(),
            b"{iso}": f"2026-11-11T{hour:02d}:{minute:02d}:{second:02d}Z".encode(),
        }

        def filled(text: bytes) -> bytes:
            for mark, value in own.items():
                text = text.replace(mark, value)
            return text

        return Request(
            self.method,
            self.path.replace("{token}", token),
            filled(self.query),
            {name: filled(value) for name, value in self.headers.items()},
            filled(self.body),
        )


_TRACCAR: Final = (
    b"id={token}&timestamp={t}&lat=30.2741&lon=120.1551&speed=2.1&bearing=90&altitude=12&accuracy=8&batt=87"
    b"&charge=true&mock=false"
)
_OSMAND: Final = (
    b"id={token}&lat=30.2741&lon=120.1551&timestamp={t}000&hdop=8&altitude=12&speed=1.1&bearing=90&batproc=70"
)
_GPSLOGGER: Final = (
    b"lat=30.2741&lon=120.1551&t={t}&time={iso}&acc=8&spd=1.1&dir=90&alt=12&sat=9&batt=70&prov=gps&id=a1"
)
_OVERLAND: Final = (
    b'{"type":"Feature","geometry":{"type":"Point","coordinates":[120.1551,30.2741]},"properties":{"timestamp"'
    b':"{iso}","altitude":12,"speed":1.1,"course":90,"horizontal_accuracy":8,"vertical_accuracy":4,"motion":'
    b'["walking"],"battery_state":"charging","battery_level":0.87,"device_id":"","wifi":""}}'
)
_OVERLAND_LATE: Final = b",".join(
    _OVERLAND.replace(b"{iso}", b"2026-11-11T0%d:10:00Z" % hour) for hour in range(10)
)
_OWNTRACKS: Final = (
    b'{"_type":"location","lat":30.2741,"lon":120.1551,"tst":{t},"acc":12,"vel":4,"cog":90,"alt":5,"batt":87,'
    b'"t":"u","tid":"JJ","created_at":{t}}'
)
_BACKGROUND: Final = (
    b'{"location":{"timestamp":"{iso}","coords":{"latitude":30.2741,"longitude":120.1551,"accuracy":5,'
    b'"speed":0.5,"heading":-1,"altitude":5},"is_moving":false,"event":"motionchange","battery":{"level":1,'
    b'"is_charging":false},"activity":{"type":"still"}},"device_id":"{token}"}'
)

_POINT: Final = (
    b'{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":'
    b'[120.1551,30.2741]},"properties":{"time":"{iso}","accuracy":8}}]}'
)
_GPX: Final = (
    b'<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>'
    b'<trkpt lat="30.2741" lon="120.1551"><ele>12</ele><time>{iso}</time></trkpt></trkseg></trk></gpx>'
)
_CSV: Final = (
    b"time,lon,lat,accuracy\r\n{iso},120.1551,30.2741,8\r\n2026-11-11T05:00:00Z,120.1552,30.2742,9\r\n"
)
_FORM_FILE: Final = (
    b'--gg\r\ncontent-disposition: form-data; name="file"; filename="day.csv"\r\n\r\n'
    + _CSV
    + b"\r\n--gg--\r\n"
)


def _of_type(kind: bytes) -> Mapping[bytes, bytes]:
    return _BEARER | {b"content-type": kind}


SPECIMENS: Final = (
    Request("GET", "/ingest/traccar", _TRACCAR),
    Request("POST", "/ingest/traccar", _TRACCAR),
    Request("POST", "/ingest/traccar", b"", _FORM, _TRACCAR),
    Request("POST", "/ingest/traccar", b"id={token}&timestamp={t}&batt=50"),
    Request("POST", "/ingest/traccar", b"", _JSON, _BACKGROUND),
    Request("POST", "/ingest/traccar", b"", _JSON, b"[" + _BACKGROUND + b"," + _BACKGROUND + b"]"),
    Request("GET", "/ingest/osmand", _OSMAND),
    Request("POST", "/ingest/osmand", _OSMAND),
    Request("GET", "/ingest/gpslogger/{token}", _GPSLOGGER),
    Request("POST", "/ingest/gpslogger/{token}", b"", _FORM, _GPSLOGGER),
    Request(
        "POST",
        "/ingest/gpslogger/{token}",
        b"",
        _JSON,
        b'{"lat":"30.2741","lon":"120.1551","t":"{t}","acc":"8.0","spd":"1.1","dir":"90","alt":"12","batt":"70"}',
    ),
    Request("POST", "/ingest/owntracks", b"", _BEARER | _JSON, _OWNTRACKS),
    Request("POST", "/ingest/owntracks", b"", _BEARER | _JSON, b'{"_type":"status","iOS":{"version":"1"}}'),
    Request("POST", "/ingest/owntracks", b"", _BEARER | _JSON, b""),
    Request("POST", "/ingest/overland", b"", _BEARER | _JSON, b'{"locations":[' + _OVERLAND + b"]}"),
    Request(
        "POST",
        "/ingest/overland",
        b"",
        _BEARER | _JSON,
        b'{"locations":[' + _OVERLAND_LATE + b"," + _OVERLAND + b'],"current":{}}',
    ),
)

RARE_SPECIMENS: Final = (
    Request("POST", "/ingest/tracks", b"", _of_type(b"application/geo+json"), _POINT),
    Request("POST", "/ingest/tracks", b"name=day.gpx", _of_type(b"application/gpx+xml"), _GPX),
    Request("POST", "/ingest/tracks", b"time=time&token={token}", _of_type(b"text/csv"), _CSV),
    Request("POST", "/ingest/tracks", b"", _of_type(b"multipart/form-data; boundary=gg"), _FORM_FILE),
    Request("POST", "/ingest/duty", b"", _BEARER | _JSON, b'{"action":"in","at":"{iso}","kind":"regular"}'),
    Request("POST", "/ingest/duty", b"id={token}", _JSON, b'{"action":"out","at":"{iso}"}'),
    Request(
        "POST",
        "/ingest/duty",
        b"",
        _BEARER | _JSON,
        b'{"action":"in","at":"{iso}","lon":120.1551,"lat":30.2741,"accuracy_m":8}',
    ),
)
"""Files, which cost much and come seldom, and signatures."""
