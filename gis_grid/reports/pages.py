"""Writes pages: a report or the index, loading our files or carrying them inside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gis_grid.kit.errors import GisGridError
from gis_grid.reports.asked import DEFAULT_RESOLUTION, By
from gis_grid.reports.assets import Asset, get_asset, style_on_its_own
from gis_grid.reports.drawing import draw
from gis_grid.reports.policy import content_security_policy, require_own_addresses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis_grid.reports.asked import Asked
    from gis_grid.reports.bulletin_shapes import Bulletin
    from gis_grid.reports.content import Content
    from gis_grid.reports.words import Lang

_COMMONEST = 5

_TEMPLATES = Environment(
    loader=PackageLoader("gis_grid.reports"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Page:
    """A finished page and the policy that it is served under."""

    text: str
    policy: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A script or style: ours by name, or written into the page; `inline` is its exact text there."""

    name: str
    inline: Markup


@dataclass(frozen=True, slots=True)
class _Card:
    """A report that the list names without making it."""

    name: str
    title: str
    lead: str
    note: str = ""


def index_page(contents: Sequence[Content], asked: Asked) -> Page:
    """Return the list of reports."""
    words, styles = asked.words, [get_asset("report/report.css")]
    kind = asked.kind_name
    cards = [
        _Card(
            "hotspots",
            words.titled.format(kind=kind, what=words.hot_spots),
            words.hot_spots_lead.format(kind=kind),
        ),
        _Card("film", words.titled.format(kind=kind, what=words.film), words.film_lead.format(kind=kind)),
        _Card(
            "rates",
            words.titled.format(kind=kind, what=words.rates),
            words.rates_lead.format(kind=kind),
            words.needs_verdicts,
        ),
        _Card("analysis", words.analysis, words.analysis_lead),
    ]
    return _write("index.html", asked, [], styles, on_its_own=False, contents=contents, cards=cards)


def bulletin_page(
    told: Bulletin, asked: Asked, communities: Sequence[tuple[str, str]], *, on_its_own: bool
) -> Page:
    """Return a bulletin: tables of figures, each explained."""
    more = {} if told.community is None else {"community": told.community}
    query = {"period": told.period, **more}
    links = {
        "download": f"analysis?{urlencode({'lang': asked.lang, **query, 'download': 1})}",
        "other_lang": f"analysis?{urlencode({'lang': asked.words.other_lang, **query})}",
    }
    commonest = [line for line in told.categories if line.reported][:_COMMONEST]
    lines = [told.all, *told.kinds, *told.categories, *told.communities, *told.grids]
    return _write(
        "bulletin.html", asked, [], [get_asset("report/report.css")], on_its_own=on_its_own,
        told=told, links=links, communities=communities, commonest=commonest,
        rises=[line for line in lines if line.rise],
    )  # fmt: skip


def report_page(content: Content, asked: Asked, *, on_its_own: bool) -> Page:
    """Return a report, as a page that loads our files or as one file that needs nothing.

    Raises
    ------
    UnknownAddress
        When anything in it would be loaded from an address that is not ours.
    """
    drawn = draw(content.layers)
    scripts = [
        *map(_script, drawn.scripts),
        _Part("", _as_script(drawn.script)),
        _script(get_asset("report/report.js")),
    ]
    styles = [*drawn.styles, get_asset("report/report.css")]
    links = {
        "download": _address(content, asked, download=1),
        "other_lang": _address(content, asked, asked.words.other_lang),
    }
    if content.by is not None:
        links |= {by.value: _address(content, _by(asked, by)) for by in By}
    return _write(
        "report.html", asked, scripts, styles, on_its_own=on_its_own,
        content=content, links=links, map=Markup(drawn.body),  # noqa: S704  # our own empty element
    )  # fmt: skip


def _write(
    template: str,
    asked: Asked,
    scripts: Sequence[_Part],
    styles: Sequence[Asset],
    *,
    on_its_own: bool,
    **context: Any,
) -> Page:
    parts = [_Part(style.name, _as_style(style)) for style in styles]
    policy = content_security_policy(
        scripts=[str(part.inline) for part in scripts if on_its_own or not part.name],
        styles=[str(part.inline) for part in parts if on_its_own],
        on_its_own=on_its_own,
    )
    page = {"on_its_own": on_its_own, "policy": policy, "scripts": scripts, "styles": parts}
    text = _TEMPLATES.get_template(template).render(page=page, asked=asked, words=asked.words, **context)
    require_own_addresses(text)
    return Page(text, policy)


def _script(asset: Asset) -> _Part:
    return _Part(asset.name, _as_script(asset.text))


def _as_script(text: str) -> Markup:
    if "</script" in text.lower() or "<!--" in text:
        raise GisGridError("A script would end its own tag", text[:80])
    return Markup(text)  # noqa: S704  # our own files, or Folium's script over inert texts


def _as_style(asset: Asset) -> Markup:
    return Markup(style_on_its_own(asset))  # noqa: S704  # our own files


def _by(asked: Asked, by: By) -> Asked:
    """Return the same of other ground: cells know no hours or weekdays, and have another least effort."""
    if by is asked.filters.by:
        return asked
    filters = replace(asked.filters, by=by, hour_from=0, hour_to=24, weekdays=(), least_hours=by.least_hours)
    return replace(asked, filters=filters, resolution=DEFAULT_RESOLUTION)


def _address(content: Content, asked: Asked, lang: Lang | None = None, **more: int) -> str:
    query = {
        "lang": lang or asked.lang,
        "from": asked.first,
        "to": asked.last,
        **more,
        **asked.filters.query(),
    }
    query["resolution"] = asked.resolution
    given = {name: value for name, value in query.items() if value is not None}
    return f"{content.name}?{urlencode(given, doseq=True)}"
