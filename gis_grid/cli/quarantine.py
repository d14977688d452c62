"""`gis-grid quarantine`: messages of phones that could not be used."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Annotated, Final

import typer

from gis_grid.cli.connect import database
from gis_grid.cli.dates import day
from gis_grid.cli.operator import operator
from gis_grid.cli.plain_table import print_rows, say, tell
from gis_grid.kit.clock import now
from gis_grid.kit.database import transaction
from gis_grid.kit.errors import BadInput
from gis_grid.kit.settings import read_settings
from gis_grid.tracks import quarantine
from gis_grid.tracks.intake.group import DutyBy, Policy
from gis_grid.tracks.intake.store import MOST_A_DAY, MOST_BYTES_A_DAY

if TYPE_CHECKING:
    from datetime import tzinfo

app = typer.Typer(
    name="quarantine",
    no_args_is_help=True,
    help="Look at, replay or drop messages of phones that could not be used.",
)

_SHOWN_BYTES: Final = 2_000
_SHOWN_OF_ERROR: Final = 80

Ids = Annotated[list[int], typer.Argument(help="Numbers of messages, as listed.", metavar="ID...", min=1)]


@app.command("list")
def list_(
    *,
    device: Annotated[str | None, typer.Option(help="Code of a device; left out: all.")] = None,
    since: Annotated[
        date | None, typer.Option(parser=day, metavar="DAY", help="First local day.", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
) -> None:
    """List messages without what they say, newest first."""
    settings = read_settings()
    first = None if since is None else datetime.combine(since, time.min, settings.tz)
    with database(settings) as engine, transaction(engine) as conn:
        found = quarantine.listed(conn, device=device, since=first, limit=limit)
        lost = quarantine.not_kept(conn, device=device, since=first)
    rows = [
        (
            str(one.id),
            _time(one.received_at, settings.tz),
            _plain(one.device),
            one.worker or "nobody",
            one.client,
            str(one.body_bytes),
            "replayed" if one.replayed_at else "waits",
            _plain(one.error)[:_SHOWN_OF_ERROR],
        )
        for one in found
    ]
    print_rows(("id", "received", "device", "worker", "app", "bytes", "state", "error"), rows)
    for one in lost:
        tell(
            f"{_plain(one.device)}: {one.messages} more were not kept, the last one at "
            f"{_time(one.last_at, settings.tz)}; of a device {MOST_A_DAY} are kept within 24 hours, and "
            f"{MOST_BYTES_A_DAY >> 20} MiB"
        )


@app.command()
def show(message: Annotated[int, typer.Argument(help="Its number, as listed.", metavar="ID", min=1)]) -> None:
    """Show one message as it came, less the token. Positions may be in it: the worker sees who looked."""
    settings = read_settings()
    with database(settings) as engine, transaction(engine) as conn:
        found = quarantine.show(conn, message, tz=settings.tz, actor=operator(), now=now())
    for name, value in (
        ("received", _time(found.received_at, settings.tz)),
        ("device", f"{found.device}, held by {found.worker or 'nobody'}"),
        ("app", found.client),
        ("error", found.error),
        ("method", found.method),
        ("query", found.query),
        ("content type", found.content_type),
        ("user agent", found.user_agent),
        ("body", f"{found.body_bytes} bytes"),
    ):
        say(f"{name:<13} {_plain(value)}")
    if found.body:
        say(_plain(found.body[:_SHOWN_BYTES].decode("utf-8", "backslashreplace")))
    if found.body_bytes > _SHOWN_BYTES:
        tell(f"the first {_SHOWN_BYTES} of {found.body_bytes} bytes are shown")


@app.command()
def replay(
    messages: Annotated[
        list[int] | None, typer.Argument(help="Numbers of messages, as listed.", metavar="[ID...]", min=1)
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All that have not been replayed.")] = False,
) -> None:
    """Take messages in once more, after the program has learnt to read them. What fails again stays."""
    if bool(messages) == everything:
        raise BadInput("Which messages?", "expected numbers of messages, or --all")
    settings = read_settings()
    policy = Policy(settings.tz, DutyBy(settings.duty_by))
    taken = failed = 0
    with database(settings) as engine:
        for one in quarantine.replay(engine, messages or None, policy, actor=operator(), now=now()):
            if one.faults:
                failed += 1
                say(f"{one.id}: {_plain('; '.join(one.faults))}")
            else:
                taken += 1
    tell(f"{taken} messages are in, {failed} failed again")


@app.command()
def drop(
    messages: Ids,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Delete them for good; there is no way back.")] = False,
) -> None:
    """Delete messages for good."""
    if not yes:
        raise BadInput("Nothing is deleted", "--yes deletes the messages for good")
    with database(read_settings()) as engine, transaction(engine) as conn:
        count = quarantine.drop(conn, messages, actor=operator(), now=now())
    tell(f"{count} messages are deleted")


def _time(at: datetime, tz: tzinfo) -> str:
    return f"{at.astimezone(tz):%Y-%m-%d %H:%M:%S}"


def _plain(text: str) -> str:
    """Escape what a terminal would obey, or show in another order than it stands there."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
