"""Writes the pages: the same document that programs get, in a template, for whoever is signed in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote

from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from gis_grid.accounts.roles import MAY, Permission, Role
from gis_grid.kit.features import Told
from gis_grid.kit.middleware import CSP
from gis_grid.ogc.html.built import built
from gis_grid.ogc.html.values import coded, shown_value
from gis_grid.ogc.links import JSON, asked_again, base, root_path, with_query
from gis_grid.ogc.negotiating import VARY, DocumentFormat, told
from gis_grid.reports.sentences import Lang

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request

    from gis_grid.accounts.http import Caller
    from gis_grid.ogc.negotiating import Shown

_TEMPLATES: Final = Environment(
    loader=PackageLoader("gis_grid.ogc.html"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters.update(value=shown_value, coded=coded)

_CACHED: Final = {**VARY, "Cache-Control": "private, no-cache"}
_POLICY: Final = CSP.replace("form-action 'none'", "form-action 'self'")
"""Filters are forms."""

_WORKSPACES: Final = (
    ("/my/", Told("我的", "My work"), Permission.SIGN_DUTY),
    ("/live/", Told("实时", "Live"), Permission.SEE_LIVE),
    ("/", Told("核查", "Audit"), None),
    ("/plan/", Told("区划", "Plan"), Permission.PLAN),
    ("/incidents/", Told("事件", "Incidents"), Permission.SEE_INCIDENTS),
    ("/visits/", Told("走访", "Visits"), Permission.SEE_VISITS),
    ("/reports/", Told("报表", "Reports"), Permission.SEE_REPORTS),
)
"""As the header of the other pages has them."""


@dataclass(frozen=True, slots=True)
class View:
    """For whom a page is written, and in which look."""

    request: Request
    shown: Shown
    caller: Caller
    lang: Lang

    def t(self, zh: str, en: str) -> str:
        """Return a sentence in the language of the page."""
        return en if self.lang is Lang.EN else zh

    def told(self, sentence: Told) -> str:
        """Return a sentence in the language of the page."""
        return told(sentence, self.lang)

    def path(self, href: str) -> str:
        """Return the path of an address of ours: one that has no page."""
        return href.removeprefix(base(self.request))

    def here(self, href: str) -> str:
        """Return the path of an address of ours, in this look."""
        path, _, query = href.removeprefix(base(self.request)).partition("?")
        return with_query(path, {**dict(parse_qsl(query)), **self.look})

    @property
    def look(self) -> dict[str, str]:
        """Language and colours, as addresses have them."""
        look = {"lang": self.lang.value, "theme": self.shown.theme}
        return {name: value for name, value in look.items() if value is not None}

    def changed(self, **changes: str | int | None) -> str:
        """Return this page's own address with other parameters."""
        return asked_again(self.request, **changes).removeprefix(base(self.request))

    @property
    def root(self) -> str:
        """The path of the service that is asked: of all collections, or of one worker's tracks."""
        return quote(root_path(self.request))

    @property
    def workspaces(self) -> list[tuple[str, str]]:
        """The pages that the caller may open: address and name."""
        held = {one for role in self.caller.scope.roles for one in MAY[Role(role)]}
        return [
            (self.here(to), self.told(name)) for to, name, need in _WORKSPACES if not need or need in held
        ]


def answer(
    request: Request,
    shown: Shown,
    caller: Caller,
    document: Mapping[str, Any],
    template: str,
    *,
    media_type: str = JSON,
    **more: Any,
) -> Response:
    """Return a document as JSON, or as the page that a template makes of it.

    Parameters
    ----------
    template
        Name in `templates/`, without its ending.
    more
        What the template knows beside `document` and `page`.
    """
    if shown.format(request) is DocumentFormat.HTML:
        return page(request, shown, caller, template, document=document, **more)
    text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    return Response(text, media_type=media_type, headers=_CACHED)


def page(request: Request, shown: Shown, caller: Caller, template: str, **context: Any) -> HTMLResponse:
    """Return a page."""
    view = View(request, shown, caller, shown.language(request))
    text = _TEMPLATES.get_template(f"{template}.html").render(page=view, built=built(), **context)
    return HTMLResponse(text, headers={**_CACHED, "Content-Security-Policy": _POLICY})
