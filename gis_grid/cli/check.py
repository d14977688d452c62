"""`gis-grid check`: judge a track against a polygon, without a database."""

from __future__ import annotations

import datetime as dt
import io
import json
import math
import sys
from pathlib import Path  # noqa: TC003 - typer reads the annotations at run time
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.console import Console

from gis_grid.cli.checking.document import Checked, document
from gis_grid.cli.checking.page import html_page
from gis_grid.cli.checking.polygon_file import read_polygon
from gis_grid.cli.checking.terminal import terminal_report
from gis_grid.cli.checking.track_file import Track, read_track
from gis_grid.cli.checking.words import Lang, Words
from gis_grid.cli.compiling import telling_of_compiling
from gis_grid.core.errors import BadProfile
from gis_grid.core.geometry.datum import Datum
from gis_grid.core.rules.calendar import instant_ms, local_date
from gis_grid.core.rules.judge import judge
from gis_grid.core.track.cleaning import CleaningLimits
from gis_grid.core.track.signs import signs
from gis_grid.kit.clock import now
from gis_grid.kit.errors import BadInput
from gis_grid.kit.settings import read_settings
from gis_grid.patrols import profiles

if TYPE_CHECKING:
    from gis_grid.core.geometry.boundary import Boundary

# A phone's clock may be off by a time zone; a fix further ahead is a mistake.
_AHEAD = dt.timedelta(hours=24)


def check(
    track: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV, GPX or GeoJSON track.")],
    polygon: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="GeoJSON with one polygon.")],
    *,
    max_gap: Annotated[
        float, typer.Option(min=0.001, help="Seconds between fixes above which time is unknown.")
    ] = 300.0,
    tz: Annotated[str, typer.Option(help="Zone of days, weeks and times without one.")] = "Asia/Shanghai",
    profile: Annotated[
        list[str] | None, typer.Option(help="Rule profile; may be given more than once.", show_default="base")
    ] = None,
    worker: Annotated[
        str | None, typer.Option(help="Whose fixes to judge, in a file with several workers.")
    ] = None,
    datum: Annotated[
        Datum, typer.Option(help="What the track's positions mean; the polygon is WGS 84.")
    ] = Datum.WGS84,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    html: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Also write the check to one HTML file.")
    ] = None,
    lang: Annotated[Lang, typer.Option(help="Language of tables and pages.")] = Lang.ZH,
) -> None:
    """Judge a track against a polygon: time inside per patrol, day and week, and what the rules say."""
    if not math.isfinite(max_gap):
        raise BadInput("The gap limit cannot be used", f"{max_gap} is not a number of seconds")
    zone = _zone(tz)
    boundary = read_polygon(polygon)
    words = Words(lang)
    with telling_of_compiling(lambda: typer.echo(words("compiling"), err=True)):
        read = read_track(track, zone, worker, datum)
        checked = _judge(read, boundary, tuple(profile or ["base"]), zone, max_gap)
    _tell(read, boundary, tz)
    if html is not None:
        _write(html, html_page(checked, boundary, words, track.name))
    if as_json:
        text = json.dumps(document(checked), ensure_ascii=False, indent=2, allow_nan=False)
        typer.echo(text.encode())  # JSON is UTF-8, whatever the terminal speaks
    else:
        if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal may lack the map's dots, or all Chinese
            sys.stdout.reconfigure(errors="replace")
        console = Console()
        console.print(terminal_report(checked, boundary, words, console.width))


def _zone(name: str) -> ZoneInfo:
    """Find a time zone by name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput("The time zone is not known", f"{name!r}; expected one like Asia/Shanghai") from error


def _judge(
    track: Track, boundary: Boundary, names: tuple[str, ...], zone: ZoneInfo, max_gap_s: float
) -> Checked:
    """Judge the track under the named profiles."""
    try:
        chosen = tuple(profiles.load(name) for name in dict.fromkeys(names))
        first, last = (local_date(int(t), zone) for t in (track.fixes.t_ms.min(), track.fixes.t_ms.max()))
        path = read_settings().work_days_file
        own = None if path is None else profiles.read_work_days(path)
        work_days = profiles.work_days(chosen, first, last, own)
    except BadProfile as error:
        raise BadInput("The rule profile cannot be used", error.message) from error
    judgement = judge(
        track.fixes,
        [boundary],
        chosen,
        tz=zone,
        work_days=work_days,
        limits=CleaningLimits(latest_ms=instant_ms(now() + _AHEAD)),
        max_gap_s=max_gap_s,
    )
    return Checked(judgement, signs(judgement.cleaned, max_gap_s=max_gap_s), chosen, zone, max_gap_s)


def _tell(track: Track, boundary: Boundary, tz: str) -> None:
    """Say on standard error what the reader had to assume, and what looks odd."""
    if track.without_zone:
        sys.stderr.write(f"note: {track.without_zone} times name no zone and were read as {tz}\n")
    if track.untimed:
        sys.stderr.write(f"note: {track.untimed} points carry no time and were left out\n")
    if track.overlapping:
        sys.stderr.write(
            f"note: {track.overlapping} recordings overlap in time; where they take turns nothing is known. "
            "Check each for itself\n"
        )
    west, south, east, north = boundary.area.bounds
    lon, lat = track.fixes.lon, track.fixes.lat
    meets = lon.max() >= west and lon.min() <= east and lat.max() >= south and lat.min() <= north
    swapped = lat.max() >= west and lat.min() <= east and lon.max() >= south and lon.min() <= north
    if not meets and swapped:
        sys.stderr.write(
            "note: the track is nowhere near the polygon, but would be with lon and lat swapped\n"
        )
    elif not meets:
        sys.stderr.write("note: the track is nowhere near the polygon\n")


def _write(path: Path, text: str) -> None:
    """Write the page; a folder that is not there is the caller's mistake."""
    try:
        # A file name on Linux may hold bytes that are no text.
        path.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise BadInput("The page cannot be written", f"{path}: {error.strerror}") from error
