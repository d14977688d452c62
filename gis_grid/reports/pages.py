"""Writes the pages of reports, loading our files or carrying them inside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gis_grid import __version__
from gis_grid.kit.errors import GisGridError
from gis_grid.reports.asked import DEFAULT_RESOLUTION, By
from gis_grid.reports.assets import Asset, get_asset, style_on_its_own
from gis_grid.reports.policy import content_security_policy, require_own_addresses

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gis_grid.reports.asked import Asked
    from gis_grid.reports.bulletin import Community
    from gis_grid.reports.bulletin_shapes import Bulletin
    from gis_grid.reports.content import Content
    from gis_grid.reports.look import Look
    from gis_grid.reports.scorecards import Scorecards
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
    media: str = ""


def bulletin_page(told: Bulletin, asked: Asked, places: Sequence[Community], look: Look) -> Page:
    """Return a bulletin: tables of figures, each explained."""
    commonest = [line for line in told.categories if line.reported][:_COMMONEST]
    lines = [told.all, *told.kinds, *told.categories, *told.communities, *told.grids]
    return _write(
        "bulletin.html", asked, [], look, made=_made(asked, told.until or told.last),
        told=told, links=_links_of_period("analysis", told.period, asked), communities=places,
        commonest=commonest, rises=[line for line in lines if line.rise],
    )  # fmt: skip


def scorecards_page(cards: Scorecards, asked: Asked, places: Sequence[Community], look: Look) -> Page:
    """Return the scorecards of a period: how the verdicts on each rule and each worker came out."""
    return _write(
        "scorecards.html", asked, [], look, made=_made(asked, cards.until, cards.profiles),
        told=cards, links=_links_of_period("scorecards", cards.period.name, asked), communities=places,
    )  # fmt: skip


def report_page(content: Content, asked: Asked, places: Sequence[Community], look: Look) -> Page:
    """Return a report with a map, as a page that loads our files or as one file that needs nothing.

    Raises
    ------
    UnknownAddress
        When anything in it would be loaded from an address that is not ours.
    """
    from gis_grid.reports.drawing import draw  # noqa: PLC0415 - Folium takes a while, and brings pandas

    drawn = draw(content.layers)
    scripts = [
        *map(_script, drawn.scripts),
        _Part("", _as_script(drawn.script)),
        _script(get_asset("report/report.js")),
    ]
    links = {
        "download": _address(content, asked, download=1),
        "other_lang": _address(content, asked, asked.words.other_lang),
    }
    if content.by is not None:
        links |= {by.value: _address(content, _by(asked, by)) for by in By}
    return _write(
        "report.html", asked, scripts, look, styles=drawn.styles,
        made=_made(asked, content.until, content.profiles), content=content, links=links,
        communities=places, map=Markup(drawn.body),  # noqa: S704  # our own empty element
    )  # fmt: skip


def _write(
    template: str,
    asked: Asked,
    scripts: Sequence[_Part],
    look: Look,
    *,
    styles: Sequence[Asset] = (),
    **context: Any,
) -> Page:
    parts = [_Part(one.name, _as_style(one)) for one in (*styles, get_asset("report/report.css"))]
    if look.dark_when is not None:
        dark = get_asset("report/dark.css")
        parts.append(_Part(dark.name, _as_style(dark), look.dark_when))
    policy = content_security_policy(
        scripts=[str(part.inline) for part in scripts if look.on_its_own or not part.name],
        styles=[str(part.inline) for part in parts if look.on_its_own],
        look=look,
    )
    page = {"look": look, "policy": policy, "scripts": scripts, "styles": parts}
    text = _TEMPLATES.get_template(template).render(page=page, asked=asked, words=asked.words, **context)
    require_own_addresses(text)
    return Page(text, policy)


def _made(asked: Asked, until: datetime | str | None, profiles: str = "") -> str:
    """Return the line of provenance: until when there is data, by which rules, made by which program."""
    words = asked.words
    told = until if isinstance(until, str) else asked.time(until)
    parts = [f"{words.until} {told}", *([f"{words.profiles} {profiles}"] if profiles else [])]
    return " · ".join([*parts, f"GIS Grid {__version__}"])


def _links_of_period(name: str, period: str, asked: Asked) -> dict[str, str]:
    more = {} if asked.community is None else {"community": asked.community}
    query = {"period": period, **more}
    return {
        "download": f"{name}?{urlencode({'lang': asked.lang, **query, 'download': 1})}",
        "other_lang": f"{name}?{urlencode({'lang': asked.words.other_lang, **query})}",
    }


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
        "community": asked.community,
        **asked.filters.query(),
    }
    query["resolution"] = asked.resolution
    given = {name: value for name, value in query.items() if value is not None}
    return f"{content.name}?{urlencode(given, doseq=True)}"
