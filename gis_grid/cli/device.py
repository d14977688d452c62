"""`gis-grid device`: phones, who holds them, and setting their apps up."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from gis_grid.accounts.service import devices as tokens
from gis_grid.cli.account_keeping import keeper
from gis_grid.cli.connect import one_transaction
from gis_grid.cli.dates import day, moment, shown
from gis_grid.cli.new_file import new_file
from gis_grid.cli.phone_address import phone_address
from gis_grid.cli.plain_table import print_rows, say, tell
from gis_grid.core.geometry.datum import Datum
from gis_grid.kit.clock import now
from gis_grid.kit.errors import BadInput
from gis_grid.kit.settings import read_settings
from gis_grid.tracks import devices
from gis_grid.tracks.phones import setup as setups

app = typer.Typer(
    name="device",
    no_args_is_help=True,
    help="Issue phones, hand them over, set their apps up, report them lost.",
)

Code = Annotated[str, typer.Argument(help="Code of the device.", metavar="DEVICE")]
Worker = Annotated[str, typer.Option(help="Code of the grid worker.")]


@app.command()
def add(
    code: Code,
    *,
    worker: Worker,
    datum: Annotated[Datum, typer.Option(help="What the phone's degrees mean.")] = Datum.WGS84,
    issued: Annotated[
        date | None,
        typer.Option(
            parser=day,
            metavar="DAY",
            help="First local day of its fixes; left out: today.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Issue a phone to a worker and print its first token, this once."""
    with one_transaction() as (conn, tz):
        at = now()
        since = datetime.combine(issued or at.astimezone(tz).date(), time.min, tz)
        made = devices.add(conn, code, worker, datum, since, actor=keeper().name, now=at)
    tell(f"device {code} of {worker} from {since:%Y-%m-%d} on; token {made.token.id}:")
    say(made.secret)


@app.command()
def hold(
    code: Code,
    *,
    worker: Worker,
    start: Annotated[
        datetime | None,
        typer.Option(
            "--from",
            parser=moment,
            metavar="TIME",
            help="Local time, such as 2026-11-02T08:00; left out: now.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Hand a phone over to another worker. What it sent before stays where it is."""
    hot_days = read_settings().hot_days
    with one_transaction() as (conn, tz):
        at = now()
        since = at if start is None else start if start.tzinfo else start.replace(tzinfo=tz)
        before = devices.hand_over(conn, code, worker, since, hot_days=hot_days, actor=keeper().name, now=at)
    tell(f"device {code}: {worker} from {shown(since, tz)} on, before {before or 'nobody'}")


@app.command("list")
def list_() -> None:
    """List all devices: who holds each, when it was last heard of, its battery, how many tokens are good."""
    with one_transaction() as (conn, tz):
        found = devices.listed(conn, now())
    rows = [
        (
            one.code,
            one.worker or "nobody",
            shown(one.heard_at, tz),
            one.client or "",
            _battery(one),
            str(one.good_tokens),
            one.datum.value,
        )
        for one in found
    ]
    print_rows(("device", "worker", "last heard", "app", "battery", "good tokens", "datum"), rows)


@app.command()
def lost(code: Code) -> None:
    """Revoke all tokens of a phone now: whoever has it sends nothing any more."""
    with one_transaction() as (conn, _):
        count = devices.lost(conn, code, actor=keeper().name, now=now())
    tell(f"device {code}: {count} tokens revoked")


@app.command()
def setup(
    code: Code,
    *,
    client: Annotated[str, typer.Option(help="The app: traccar (Traccar Client) or owntracks.")],
    url: Annotated[
        str | None,
        typer.Option(
            help="Address of this program as the phone reaches it; left out: GIS_GRID_PUBLIC_URL.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Write the code into this new file, .svg or .png, and do not show it.", dir_okay=False
        ),
    ] = None,
) -> None:
    """Show a QR code that sets a phone's app up. It carries a new token; older ones stay good."""
    link_of = setups.LINKS.get(client)
    if link_of is None:
        raise BadInput("No such app", f"{client!r}: expected {' or '.join(setups.LINKS)}")
    if out is not None and out.suffix not in {".svg", ".png"}:
        raise BadInput("No picture's name", f"{out}: expected one that ends in .svg or .png")
    origin = phone_address(url or read_settings().public_url)
    with one_transaction() as (conn, _):
        made = tokens.make(conn, code, actor=keeper().name, now=now())
        _draw(link_of(origin, made.secret, code), out)
    tell(f"token {made.token.id} of {code} is in this code; older tokens stay good until they are revoked")


def _draw(link: str, out: Path | None) -> None:
    import segno  # noqa: PLC0415 - only here

    code = segno.make(link, error="l" if out is None else "m", micro=False)
    if out is None:
        code.terminal(compact=True)
        say(link)
        return
    with new_file(out) as file:
        code.save(file, kind=out.suffix.removeprefix("."), scale=6)


def _battery(one: devices.Listed) -> str:
    share = "" if one.battery_share is None else f"{one.battery_share:.0%}"
    return f"{share} charging".strip() if one.charging else share
