"""HTTP of the reports: the index, each report, the files they load."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.kit.clock import now
from gis_grid.kit.http import AppSettings
from gis_grid.kit.revision import is_current
from gis_grid.ledger import service as ledger
from gis_grid.reports import service
from gis_grid.reports.asked import DEFAULT_RESOLUTION, Asked
from gis_grid.reports.assets import get_asset
from gis_grid.reports.content import Name
from gis_grid.reports.pages import Page
from gis_grid.reports.schemas import ReportQuery
from gis_grid.reports.words import Lang

router = APIRouter(prefix="/reports", tags=["reports"])

PERIOD = "A day (2026-11-05), ISO week (2026-W45) or month (2026-11); none is the last whole week."

_Language = Annotated[Lang, Query(description="Language of the page.")]


_NO_COMMUNITY: Final[dict[int | str, dict[str, Any]]] = {
    404: {"description": "No such community, or it may not be seen"}
}


@router.get("", include_in_schema=False)
def reports_without_slash(request: Request) -> RedirectResponse:
    """Lead to the list: its links are relative, so the slash matters."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{request.url.path}/{query}", 307)


@router.get("/", response_class=HTMLResponse)
def reports(
    caller: Annotated[Caller, may(Permission.SEE_REPORTS)], settings: AppSettings, lang: _Language = Lang.ZH
) -> HTMLResponse:
    """List the reports."""
    asked = Asked(lang, None, None, DEFAULT_RESOLUTION, settings.tz, caller.scope.areas)
    return _html(service.index(caller.conn, settings, asked, now()))


@router.get("/assets/{name:path}", response_class=Response)
def report_asset(name: str, if_none_match: Annotated[str, Header()] = "") -> Response:
    """Serve a script, style or image that reports load."""
    asset = get_asset(name)
    # Public files: a report in a sandboxed frame has no origin of its own and may load them all the same.
    headers = {
        "ETag": asset.etag,
        "Cache-Control": "no-cache",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if is_current(asset.etag, if_none_match):
        return Response(status_code=304, headers=headers)
    return Response(asset.content, media_type=asset.media_type, headers=headers)


@router.get("/rates", response_class=HTMLResponse)
def report_of_rates(
    caller: Annotated[Caller, may(Permission.SEE_VERDICTS)],
    settings: AppSettings,
    query: Annotated[ReportQuery, Query()],
) -> HTMLResponse:
    """Show what was found per hour of patrol; hours are what workers were judged on."""
    return _answer(caller, settings, Name.RATES, query)


@router.get("/analysis", response_class=HTMLResponse, responses=_NO_COMMUNITY)
def report_of_analysis(
    caller: Annotated[Caller, may(Permission.SEE_REPORTS)],
    settings: AppSettings,
    *,
    lang: _Language = Lang.ZH,
    period: Annotated[str, Query(max_length=20, description=PERIOD)] = "",
    community: Annotated[str, Query(max_length=100, description="Code of a community; none is all.")] = "",
    download: Annotated[bool, Query(description="As one file that needs no server.")] = False,
) -> HTMLResponse:
    """Show the bulletin of a day, week or month: counts, trends, rises beyond chance, difficulties."""
    asked = Asked(lang, None, None, DEFAULT_RESOLUTION, settings.tz, caller.scope.areas)
    page, file_name = service.bulletin_report(
        caller.conn, asked, period, community, now(), on_its_own=download
    )
    response = _html(page)
    if download:
        _note_export(caller, Name.ANALYSIS, {"period": period, "community": community})
        response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


@router.get("/{name}", response_class=HTMLResponse)
def report(
    caller: Annotated[Caller, may(Permission.SEE_REPORTS)],
    settings: AppSettings,
    name: str,
    query: Annotated[ReportQuery, Query()],
) -> HTMLResponse:
    """Show one report: a map or tables with their legend and provenance."""
    return _answer(caller, settings, service.get_name(name), query)


def _answer(caller: Caller, settings: AppSettings, name: Name, query: ReportQuery) -> HTMLResponse:
    asked = query.asked(settings.tz, caller.scope.areas, query.lang)
    page, file_name = service.report(caller.conn, settings, name, asked, now(), on_its_own=query.download)
    response = _html(page)
    if query.download:
        what = query.model_dump(
            mode="json", by_alias=True, exclude_defaults=True, exclude={"download", "lang"}
        )
        period = {"from": what.pop("from", None), "to": what.pop("to", None)}
        _note_export(caller, name, {**period, **what})
        response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def _note_export(caller: Caller, name: Name, what: dict[str, object]) -> None:
    ledger.record(caller.conn, now(), caller.name, "export", f"report:{name}", what)


def _html(page: Page) -> HTMLResponse:
    return HTMLResponse(
        page.text, headers={"Content-Security-Policy": page.policy, "Cache-Control": "private, no-cache"}
    )
