"""What people call the columns of a track."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gis_grid.core.errors import BadTrack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

# In order of trust: of two columns that could be the time, the earlier name wins.
_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "t": (
        *(
            "t",
            "time",
            "timestamp",
            "t_ms",
            "datetime",
            "date_time",
            "tracked_at",
            "started_at",
            "recorded_at",
        ),
        *("gps_time", "utc", "ts", "时间", "定位时间", "时间戳"),
    ),
    "lon": ("lon", "longitude", "lng", "long", "x", "经度"),
    "lat": ("lat", "latitude", "y", "纬度"),
    "accuracy_m": ("accuracy_m", "accuracy", "acc", "horizontal_accuracy", "精度", "定位精度"),
    "speed_mps": ("speed_mps", "speed", "速度"),
    "heading_deg": ("heading_deg", "heading", "bearing", "course", "方向"),
    "altitude_m": ("altitude_m", "altitude", "elevation", "ele", "alt", "海拔", "高程"),
    "mock": ("mock", "is_mock", "模拟"),
    "worker": (
        *("worker", "worker_code", "worker_id", "user_id", "user", "device_id", "device", "deviceid"),
        *("网格员", "网格员编号", "人员编号", "设备号"),
    ),
}

REQUIRED: Final = ("t", "lon", "lat")
NUMBERS: Final = ("lon", "lat", "accuracy_m", "speed_mps", "heading_deg", "altitude_m")


FIELDS: Final = tuple(_NAMES)


def find_fields(names: Iterable[str], declared: Mapping[str, str] | None = None) -> dict[str, str]:
    """Map each field that is there (``t``, ``lon``, ``accuracy_m``, ...) to the name that it has.

    Parameters
    ----------
    declared
        Names of fields that somebody said; one that is not there is left out.
    """
    given = {_plain(name): name for name in reversed(list(names))}
    found = {}
    for field, known in _NAMES.items():
        said = (declared or {}).get(field)
        words = known if said is None else (_plain(said),)
        name = next((given[word] for word in words if word in given), None)
        if name is not None:
            found[field] = name
    return found


def require_fields(
    found: Mapping[str, str],
    declared: Mapping[str, str] | None,
    needed: Iterable[str],
    message: Callable[[str], str],
) -> None:
    """Refuse a table that lacks a column that is needed, or one that somebody said it has.

    Parameters
    ----------
    message
        What to say of the columns that were looked for.

    Raises
    ------
    BadTrack
        Names every missing column.
    """
    said = declared or {}
    missing = [field for field in dict.fromkeys((*needed, *said)) if field not in found]
    if missing:
        wanted = (f"{field} ({_how_called(field, said.get(field))})" for field in missing)
        raise BadTrack(message("; ".join(wanted)), where=1, field=missing[0])


def _how_called(field: str, said: str | None) -> str:
    return f"may be called {known_names(field)}" if said is None else f"said to be {said[:80]!r}"


def _plain(name: str) -> str:
    return name.strip().strip('"').lower()


def known_names(field: str) -> str:
    """Names that a field may have, for messages."""
    return ", ".join(_NAMES[field])
