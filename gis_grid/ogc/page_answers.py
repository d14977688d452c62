"""What goes with a page of features, whichever way it was read: its ETag, its headers, and who reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.kit.features import Reading
from gis_grid.ogc import cursors
from gis_grid.ogc.negotiating import VARY
from gis_grid.ogc.parameters import crs_asked
from gis_grid.ogc.versions import page_tag, tag

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection
    from starlette.requests import Request

    from gis_grid.accounts.scope import Scope
    from gis_grid.kit.features import Collection
    from gis_grid.kit.settings import Settings
    from gis_grid.ogc.pages import Page
    from gis_grid.ogc.parameters import OneQuery


def reading_within(scope: Scope, conn: Connection, settings: Settings, now: datetime) -> Reading:
    """Return what is read with within a scope."""
    return Reading(
        conn=conn,
        areas=scope.areas,
        people=scope.people,
        now=now,
        settings=settings,
        caller=scope.name,
        worker_id=scope.worker_id,
    )


def version_tag(version: str, request: Request, query: OneQuery, *reader: str) -> str:
    """Return the ETag of a page of a version before any of it is read; for people it has its reader."""
    return page_tag(version, query.format(request).value, query.language(request).value, *reader)


def content_tag(request: Request, query: OneQuery, page: Page) -> str:
    """Return the ETag of a page of which no version, but only its content, tells."""
    return f"W/{tag(query.format(request).value, page)}"


def counted_as(version: str, collection: Collection, request: Request) -> str:
    """Return under which name it is remembered how many features are asked for in all."""
    return f"{version} {cursors.mark(collection, request.query_params)}"


def headers_of(query: OneQuery, collection: Collection, version: str | None) -> dict[str, str]:
    """Return the headers of a page, or of one feature."""
    headers = {**VARY, "Cache-Control": "private, no-cache", "Content-Crs": f"<{crs_asked(query).uri}>"}
    if collection.looks:
        # A copy in a cache would be a look that nobody wrote down.
        return {**headers, "Cache-Control": "no-store"}
    return headers if version is None else {**headers, "ETag": version}
