"""In which format and language a document is wanted: `f` and `lang` say it, else the headers do.

Programs that say nothing, or that take anything, get JSON; only a browser, which asks for HTML first,
gets a page. What is asked for by a header and not had is answered all the same: there is no 406.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from gis_grid.reports.sentences import Lang

if TYPE_CHECKING:
    from fastapi import Request

    from gis_grid.kit.features import Told

VARY: Final = {"Vary": "Accept, Accept-Language"}
"""Goes with every answer that depends on these headers."""

_JSON: Final = ("application/geo+json", "application/json")
_HTML: Final = ("text/html",)


class DocumentFormat(StrEnum):
    """Formats of documents and features."""

    JSON = "json"
    HTML = "html"


class Shown(BaseModel):
    """What every document can be asked; a route with more parameters takes a model made of this one."""

    model_config = ConfigDict(extra="forbid")

    f: DocumentFormat | None = Field(
        None, description="Format; without it, what `Accept` prefers, else json."
    )
    lang: Lang | None = Field(None, description="Language; without it, what `Accept-Language` prefers.")
    theme: Literal["light", "dark"] | None = Field(
        None, description="Colours of a page; without it, those of the system."
    )

    def format(self, request: Request) -> DocumentFormat:
        """Return in which format the answer is wanted."""
        if self.f is not None:
            return self.f
        weights = _weights(request.headers.get("accept", ""))
        html = max(_weight(weights, one) for one in _HTML)
        return (
            DocumentFormat.HTML if html > max(_weight(weights, one) for one in _JSON) else DocumentFormat.JSON
        )

    def wants_page(self, request: Request) -> bool:
        """Say whether a page is wanted."""
        return self.format(request) is DocumentFormat.HTML

    def language(self, request: Request) -> Lang:
        """Return in which language it is wanted; Chinese unless another one is preferred."""
        return language_of(request, self.lang)


def language_of(request: Request, asked: Lang | None) -> Lang:
    """Return the language asked for, else what the headers prefer; Chinese unless that is another one."""
    if asked is not None:
        return asked
    weights = _weights(request.headers.get("accept-language", ""))
    best = {one: max([0.0, *(q for tag, q in weights.items() if _is_of(tag, one))]) for one in Lang}
    return Lang.EN if best[Lang.EN] > best[Lang.ZH] else Lang.ZH


def told(sentence: Told, lang: Lang) -> str:
    """Return a sentence in one language."""
    return sentence.en if lang is Lang.EN else sentence.zh


def _is_of(tag: str, lang: Lang) -> bool:
    return tag == lang.value or tag.startswith(f"{lang.value}-")


def _weight(weights: dict[str, float], media_type: str) -> float:
    """Return how much a media type is wanted: the most exact range counts (RFC 9110, 12.5.1)."""
    ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    return next((weights[one] for one in ranges if one in weights), 0.0)


def _weights(header: str) -> dict[str, float]:
    """Read a header of preferences; what cannot be read counts as not wanted."""
    found: dict[str, float] = {}
    for part in header.lower().split(","):
        name, *parameters = (one.strip() for one in part.split(";"))
        quality = next((one[2:] for one in parameters if one.startswith("q=")), "1")
        try:
            found[name] = float(quality)
        except ValueError:
            found[name] = 0.0
    return found
