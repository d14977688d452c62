"""Builds the web service: the engines, the routers, the error table, the pages."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import time  # noqa: TC003 - pydantic reads the annotation
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final

from anyio import CapacityLimiter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, WithJsonSchema
from sqlalchemy import text
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from gis_grid import __version__
from gis_grid.accounts import provider
from gis_grid.accounts.routes import router as accounts
from gis_grid.attendance.routes import MOST_SIGN_BYTES
from gis_grid.attendance.routes import phones_router as duty_by_phone
from gis_grid.attendance.routes import router as duty
from gis_grid.grids.routes import router as grids
from gis_grid.incidents.routes import MOST_AT_ONCE, most_bytes
from gis_grid.incidents.routes import router as incidents
from gis_grid.incidents.routes import uploads as attachments
from gis_grid.kit.assets import folder
from gis_grid.kit.bounded_parser import END_STREAMS
from gis_grid.kit.compression import Compression
from gis_grid.kit.database import MOST_CONNECTIONS, MOST_DOOR_CONNECTIONS, MOST_SIGNING_CONNECTIONS
from gis_grid.kit.described import DescribedApp
from gis_grid.kit.http import AppSettings, UnscopedConn, install_error_handlers
from gis_grid.kit.middleware import HeadAsGet, NotFor, ProblemsOnly, SecurityHeaders, SoundRequests
from gis_grid.kit.migrate import require_current
from gis_grid.kit.problem_page import ProblemPages
from gis_grid.live.hub import Hub
from gis_grid.live.routes import router as live
from gis_grid.live.stream import MOST_LOOKS
from gis_grid.ogc.lane import Lane
from gis_grid.ogc.routes import router as ogc
from gis_grid.ogc.routes.basemap import router as basemap
from gis_grid.ogc.routes.bulk import MOST_SENT
from gis_grid.ogc.routes.bulk import uploads as sent_buildings
from gis_grid.ogc.routes.exports import MOST_EXPORTS
from gis_grid.patrols.contests.routes import router as contests
from gis_grid.patrols.evidence.routes import router as evidence
from gis_grid.patrols.routes import router as patrols
from gis_grid.patrols.visiting.routes import router as visits
from gis_grid.planning.routes import MOST_LONG
from gis_grid.planning.routes import router as planning
from gis_grid.reports.heat_routes import router as heat
from gis_grid.reports.print_answer import MOST_AT_ONCE as MOST_PRINTED
from gis_grid.reports.printing import find_chromium
from gis_grid.reports.routes import router as reports
from gis_grid.reports.tile_routes import router as heat_tiles
from gis_grid.start.routes import router as start
from gis_grid.tracks.intake.files import Uploads
from gis_grid.tracks.intake.files import router as files
from gis_grid.tracks.intake.group import DutyBy, Policy
from gis_grid.tracks.intake.intake import Intake
from gis_grid.tracks.intake.lane import PhoneLane
from gis_grid.tracks.intake.routes import PATH as PHONES
from gis_grid.tracks.intake.routes import router as ingest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from fastapi import FastAPI

    from gis_grid.kit.database import Engines
    from gis_grid.kit.settings import Settings

MOST_BODY_BYTES: Final = 1024 * 1024
"""What a request may bring; a route that takes more says so itself."""

_TIME_OF_DAY: Final = r"^[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?$"

_OWN_HOSTS: Final = ("127.0.0.1", "localhost", "[::1]", "testserver")


def create_app(settings: Settings, engines: Engines) -> FastAPI:
    """Return the service on engines whose tables are already migrated.

    The documents of the API are data (`/openapi.json`): FastAPI's own viewer pages load scripts from
    another host, so they are off.
    """
    app = DescribedApp(
        title="GIS Grid",
        version=__version__,
        summary="Grid management of communities on a map",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
        lifespan=_taking_in,
        # Nothing is told to anybody else, and nothing looks at each request whether it should be.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.settings = settings
    app.state.engines = engines
    app.state.connections = CapacityLimiter(MOST_CONNECTIONS)
    app.state.door_connections = CapacityLimiter(MOST_DOOR_CONNECTIONS)
    app.state.signing_connections = CapacityLimiter(MOST_SIGNING_CONNECTIONS)
    policy = Policy(settings.tz, DutyBy(settings.duty_by))
    app.state.long_planning = CapacityLimiter(MOST_LONG)
    app.state.export_places = CapacityLimiter(MOST_EXPORTS)
    app.state.bulk_places = CapacityLimiter(MOST_SENT)
    app.state.print_places = CapacityLimiter(MOST_PRINTED)
    app.state.media_places = CapacityLimiter(MOST_AT_ONCE)
    app.state.live_looks = CapacityLimiter(MOST_LOOKS)
    app.state.live_hub = Hub(engines.direct)
    app.state.intake = Intake(engines.intake, policy)
    app.state.uploads = Uploads(engines.intake, policy, settings.data_dir / "uploads")
    app.state.provider = provider.configured(settings)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=MOST_BODY_BYTES)
    _guard_people(app, settings)
    install_error_handlers(app)
    app.include_router(files, max_body_size=settings.largest_file_mib << 20)
    app.include_router(attachments, max_body_size=most_bytes(settings.largest_attachment_mib))
    app.include_router(sent_buildings, max_body_size=settings.largest_file_mib << 20)
    app.include_router(duty_by_phone, max_body_size=MOST_SIGN_BYTES)
    # Phones first, then maps: most requests are theirs.
    data = (
        ingest,
        ogc,
        basemap,
        duty,
        accounts,
        grids,
        planning,
        patrols,
        evidence,
        contests,
        incidents,
        visits,
    )
    for router in (*data, heat_tiles, heat, reports, live, start):
        app.include_router(router)
    app.get("/api/about", tags=["service"])(about)
    app.get("/healthz", tags=["service"])(healthz)
    app.get("/readyz", tags=["service"])(readyz)
    app.mount("/", StaticFiles(directory=folder("web"), html=True), name="pages")
    return app


def _guard_people(app: FastAPI, settings: Settings) -> None:
    """Put what browsers need around all but the paths of phones, which would pay for it with each fix.

    A phone shows its token each time and nothing of a browser's acts for it; its replies are a few bytes; and
    what it sends is answered whatever it holds, so that one message does not block it for ever.
    """
    # A page on another site must not reach this loopback service by a name of its own (DNS rebinding).
    hosts = [*_OWN_HOSTS, *settings.public_hosts]
    paths = f"{PHONES}/"
    app.add_middleware(NotFor, paths, ProblemPages)
    app.add_middleware(NotFor, paths, Compression)
    if (direct := app.state.engines.direct) is not None:
        app.add_middleware(Lane, direct=direct, settings=settings)
    app.add_middleware(NotFor, paths, partial(TrustedHostMiddleware, allowed_hosts=hosts))
    app.add_middleware(NotFor, paths, SoundRequests)
    app.add_middleware(ProblemsOnly)
    app.add_middleware(NotFor, paths, partial(SecurityHeaders, https=settings.public_url is not None))
    app.add_middleware(NotFor, paths, HeadAsGet)
    app.add_middleware(PhoneLane, most_bytes=MOST_BODY_BYTES)


@asynccontextmanager
async def _taking_in(app: FastAPI) -> AsyncIterator[dict[str, Callable[[], None]]]:
    """Take in what phones send for as long as the service runs; what waits at its end is committed."""
    direct = app.state.engines.direct
    if direct is not None:
        await direct.start()
    await app.state.live_hub.start()
    app.state.intake.start()
    try:
        yield {END_STREAMS: app.state.live_hub.end}
    finally:
        await app.state.live_hub.stop()
        await app.state.intake.stop()
        if direct is not None:
            await direct.stop()


class About(BaseModel):
    """What the pages have to know before they show anything."""

    version: str
    timezone: str = Field(description="IANA zone of local days and shown times.")
    largest_attachment_mib: int = Field(description="How many MiB a photo, sound or video may have.")
    basemap: bool = Field(description="Whether a base map has been built: /basemap/town.pmtiles.")
    pdf: bool = Field(description="Whether reports are printed as PDF here: a Chromium is installed.")
    # A time of day without a zone is no "time" of JSON Schema.
    live_start_by: Annotated[time, WithJsonSchema({"type": "string", "pattern": _TIME_OF_DAY})] = Field(
        description="Local time of a working day by which whoever is expected has begun."
    )


def about(settings: AppSettings) -> About:
    """Name the program's version and time zone, how large an attachment may be, if there is a base map."""
    return About(
        version=__version__,
        timezone=settings.timezone,
        largest_attachment_mib=settings.largest_attachment_mib,
        basemap=settings.basemap.is_file(),
        pdf=find_chromium(settings) is not None,
        live_start_by=settings.live_start_by,
    )


def healthz() -> dict[str, str]:
    """Say that the program runs, whatever the database does."""
    return {"status": "ok", "version": __version__}


def readyz(conn: UnscopedConn) -> JSONResponse:
    """Say whether requests can be answered: the database is there and of this program's version."""
    require_current(conn)
    postgis: Any = conn.execute(text("SELECT postgis_lib_version()")).scalar_one()
    return JSONResponse({"status": "ready", "postgis": postgis})
