"""From the members of a bundle back to the case that was judged."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import shapely
from shapely.errors import ShapelyError

from gis_grid.core import Boundary, CoreError, Profile
from gis_grid.core.geometry.boundary import index_together
from gis_grid.core.rules.calendar import instant_ms
from gis_grid.core.rules.work import Work
from gis_grid.core.track.fixes import END_OF_TIMES_MS
from gis_grid.kit.errors import BadInput
from gis_grid.patrols.evidence import fixes_csv
from gis_grid.patrols.evidence.contents import (
    BOUNDARIES,
    FIXES,
    LEDGER,
    PARTS,
    PROFILES,
    RECORDS,
    SETTINGS,
    VERDICTS,
    Contents,
)
from gis_grid.patrols.evidence.reading import read_json
from gis_grid.patrols.judging import Case, reach
from gis_grid.patrols.kept_inputs import LeftOut, Settings, bench_of
from gis_grid.patrols.named_json import read_moment, read_named
from gis_grid.patrols.revisions import refuse_unless_week
from gis_grid.patrols.weeks import week_named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gis_grid.patrols.evidence.fixes_csv import FlaggedFixes
    from gis_grid.patrols.weeks import Week

_BEYOND: Final = timedelta(days=2)
"""How far a session of duty may go over the borders of its week."""

_MOST: Final = 1 << 63


def contents_of(members: Mapping[str, bytes]) -> tuple[Contents, FlaggedFixes]:
    """Return what the members say, and the fixes with their flags as they stand there.

    Raises
    ------
    BadInput
        When a member cannot be read, or says what no week can be judged on; names it.
    """
    told = _object(SETTINGS, read_json(SETTINGS, members[SETTINGS]), "worker", "week", "core", "settings")
    settings = read_named(Settings, told["settings"], SETTINGS)
    tz = _zone(settings.tz)
    refuse_unless_week(str(told["week"]))
    week = week_named(str(told["week"]), tz)
    if not 0 <= settings.now_ms < END_OF_TIMES_MS:
        raise BadInput(f"{SETTINGS} cannot be read", "the time of judging is of no year that was judged in")
    if not week.first <= settings.period[0] <= settings.period[1] <= week.last:
        raise BadInput(f"{SETTINGS} cannot be read", "the days that were judged are not of the week")
    records = _object(RECORDS, read_json(RECORDS, members[RECORDS]), "records", "left_out")
    work = read_named(Work, records["records"], RECORDS)
    left_out = read_named(LeftOut, records["left_out"], RECORDS)
    flagged = fixes_csv.read(members[FIXES])
    _refuse_far_off(week, work, flagged)
    case = Case(
        worker_id=0,
        week=week,
        fixes=flagged.fixes,
        work=work,
        boundaries=_boundaries(members[BOUNDARIES]),
        period=settings.period,
        bench=bench_of(settings, _profiles(members[PROFILES]), str(told["core"])),
        stand_ins_sha256=left_out.stand_ins_sha256,
    )
    found = Contents(
        worker=str(told["worker"]),
        case=case,
        left_out=left_out,
        verdicts=_verdicts(members[VERDICTS]),
        ledger=_ledger(members[LEDGER]),
    )
    return found, flagged


def _profiles(content: bytes) -> tuple[Profile, ...]:
    listed = read_json(PROFILES, content)
    if not isinstance(listed, list):
        raise BadInput(f"{PROFILES} cannot be read", "expected a list")
    return tuple(read_named(Profile, one, f"{PROFILES}[{n}]") for n, one in enumerate(listed))


def _boundaries(content: bytes) -> tuple[Boundary, ...]:
    collection = _object(BOUNDARIES, read_json(BOUNDARIES, content), "features")
    try:
        found = tuple(_boundary(feature) for feature in collection["features"])
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ShapelyError, CoreError) as error:
        raise BadInput(f"{BOUNDARIES} cannot be read", str(error)) from error
    index_together(found)
    return found


def _boundary(feature: Any) -> Boundary:
    times = feature["properties"]
    since, until = (
        None if times[name] is None else read_moment(times[name], f"{BOUNDARIES}: {name}")
        for name in ("valid_from", "valid_to")
    )
    if not isinstance(feature["id"], int) or not 0 <= feature["id"] < _MOST:
        raise ValueError(f"id {feature['id']!r:.50} of a feature is no number of a boundary")
    return Boundary.of(shapely.geometry.shape(feature["geometry"]), since, until, feature["id"])


def _ledger(content: bytes) -> dict[str, Any]:
    return _with_lists(
        LEDGER, _object(LEDGER, read_json(LEDGER, content), "links", "sealed"), "links", "sealed"
    )


def _verdicts(content: bytes) -> dict[str, Any]:
    found = _object(VERDICTS, read_json(VERDICTS, content), "judgement", "week", "signs", *PARTS)
    for name in ("judgement", "week"):
        _object(f"{VERDICTS}: {name}", found[name])
    return _with_lists(VERDICTS, found, "signs", *PARTS)


def _with_lists(member: str, values: dict[str, Any], *names: str) -> dict[str, Any]:
    """Refuse lists that are none, or hold anything but objects."""
    for name in names:
        if not isinstance(values[name], list):
            raise BadInput(f"{member} cannot be read", f"{name}: expected a list")
        for one in values[name]:
            _object(f"{member}: {name}", one)
    return values


def _refuse_far_off(week: Week, work: Work, flagged: FlaggedFixes) -> None:
    """Refuse what lies far outside of the week: nobody judges centuries because a file says so."""
    first, last = instant_ms(week.start - _BEYOND), instant_ms(week.end + _BEYOND)
    start, end = reach(week, work)
    times = flagged.fixes.t_ms
    if start < first or end > last:
        raise BadInput(f"{RECORDS} cannot be read", "a session of duty lies outside of the week")
    if len(times) and (times.min() < start or times.max() >= end):
        raise BadInput(f"{FIXES} cannot be read", "a position lies outside of the week")


def _object(name: str, value: Any, *keys: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadInput(f"{name} cannot be read", "expected an object")
    for key in keys:
        if key not in value:
            raise BadInput(f"{name} cannot be read", f"{key} is missing")
    return value


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput(f"{SETTINGS} cannot be read", f"{name!r} is no time zone") from error
