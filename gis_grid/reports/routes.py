"""HTTP of the reports: each report, the files they load. The page that lists them is one of `web/`."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import HTMLResponse

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
from gis_grid.reports.print_answer import Print
from gis_grid.reports.printing import get_chromium
from gis_grid.reports.schemas import FileKind, LookQuery, PeriodReportQuery, ReportQuery

router = APIRouter(prefix="/reports", tags=["reports"])

_NO_COMMUNITY: Final[dict[int | str, dict[str, Any]]] = {
    404: {"description": "No such community, or it may not be seen"},
    503: {"description": "There is no Chromium to print a PDF, or it is busy"},
}


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


@router.get("/rates", response_class=HTMLResponse, responses=_NO_COMMUNITY)
def report_of_rates(
    caller: Annotated[Caller, may(Permission.SEE_VERDICTS)],
    settings: AppSettings,
    query: Annotated[ReportQuery, Query()],
) -> Response:
    """Show what was found per hour of patrol; hours are what workers were judged on."""
    return _on_a_map(caller, settings, Name.RATES, query)


@router.get("/scorecards", response_class=HTMLResponse, responses=_NO_COMMUNITY)
def report_of_scorecards(
    caller: Annotated[Caller, may(Permission.SEE_VERDICTS)],
    settings: AppSettings,
    query: Annotated[PeriodReportQuery, Query()],
) -> Response:
    """Show how the verdicts of whole weeks came out, rule by rule and worker by worker."""
    return _of_period(caller, settings, Name.SCORECARDS, query)


@router.get("/analysis", response_class=HTMLResponse, responses=_NO_COMMUNITY)
def report_of_analysis(
    caller: Annotated[Caller, may(Permission.SEE_REPORTS)],
    settings: AppSettings,
    query: Annotated[PeriodReportQuery, Query()],
) -> Response:
    """Show the bulletin of a day, week or month: counts, trends, rises beyond chance, difficulties."""
    return _of_period(caller, settings, Name.ANALYSIS, query)


@router.get("/{name}", response_class=HTMLResponse, responses=_NO_COMMUNITY)
def report(
    caller: Annotated[Caller, may(Permission.SEE_REPORTS)],
    settings: AppSettings,
    name: str,
    query: Annotated[ReportQuery, Query()],
) -> Response:
    """Show one report: a map or tables with their legend and provenance."""
    # Hours of patrol are not for everybody who sees reports: that route stands above and asks for more.
    return _on_a_map(caller, settings, service.get_name(name), query)


def _on_a_map(caller: Caller, settings: AppSettings, name: Name, query: ReportQuery) -> Response:
    asked = query.asked(settings.tz, caller.scope.areas, query.lang)
    made = service.report(caller.conn, settings, name, asked, now=now(), look=query.look())
    return _answer(caller, settings, name, query, made)


def _of_period(caller: Caller, settings: AppSettings, name: Name, query: PeriodReportQuery) -> Response:
    asked = Asked(
        query.lang, None, None, DEFAULT_RESOLUTION, settings.tz, caller.scope.areas, community=query.community
    )
    made = service.report_of_period(caller.conn, name, asked, query.period, now=now(), look=query.look())
    return _answer(caller, settings, name, query, made)


def _answer(
    caller: Caller, settings: AppSettings, name: Name, query: LookQuery, made: tuple[Page, str]
) -> Response:
    page, file_name = made
    if not query.download:
        return HTMLResponse(
            page.text,
            headers={"Content-Security-Policy": page.policy, "Cache-Control": "private, no-cache"},
        )
    what = query.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"download", "lang"})
    ledger.record(caller.conn, now(), caller.name, "export", f"report:{name}", what)
    headers = {
        "Content-Disposition": f'attachment; filename="{file_name}.{query.f}"',
        "Cache-Control": "private, no-cache",
    }
    if query.f is FileKind.PDF:
        return Print(get_chromium(settings), page.text, headers)
    return HTMLResponse(page.text, headers={"Content-Security-Policy": page.policy, **headers})
