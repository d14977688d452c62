"""What a report may do in a browser, and a last look over the page before it leaves."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from gis_grid.reports.assets import UnknownAddress
from gis_grid.reports.look import PAGE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gis_grid.reports.look import Look

_LOADING = {
    "action", "archive", "background", "codebase", "data", "formaction", "href", "longdesc", "manifest",
    "ping", "poster", "profile", "src", "srcset", "xlink:href",
}  # fmt: skip
"""Attributes whose value a browser may request."""

_ANOTHER_HOST = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?[\\/]{2}", re.IGNORECASE)
_STYLE_REQUEST = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"])\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)


def content_security_policy(*, scripts: Iterable[str], styles: Iterable[str], look: Look = PAGE) -> str:
    """Return the policy of one page: only the scripts and styles written into it, by hash, and our files.

    Markup that slips into a tooltip cannot run anything: inline handlers have no hash.

    Parameters
    ----------
    scripts, styles
        Texts of the inline scripts and styles, exactly as they stand between their tags.
    look
        Of a page that is one file nothing else may be loaded at all; one in a frame has no origin of its
        own, wherever it is opened.
    """
    on_its_own = look.on_its_own
    ours = [] if on_its_own else ["'self'"]
    directives = {
        "default-src": ["'none'"],
        "script-src": [*ours, *_hashes(scripts)] or ["'none'"],
        "style-src": [*ours, *_hashes(styles)] or ["'none'"],
        "img-src": [*ours, "data:"],
        "base-uri": ["'none'"],
        "form-action": ours or ["'none'"],
    }
    if not on_its_own:
        directives["frame-ancestors"] = ours
    if look.framed:
        directives["sandbox"] = ["allow-scripts"]
    return "; ".join(f"{name} {' '.join(values)}" for name, values in directives.items())


def require_own_addresses(page: str) -> None:
    """Check that no tag of a finished page makes a browser ask another host.

    Raises
    ------
    UnknownAddress
        Naming the first tag and address.
    """
    reader = _Addresses()
    reader.feed(page)
    reader.close()
    if reader.found:
        raise UnknownAddress("A report links to another host", reader.found[0])


class _Addresses(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        for name, value in attrs:
            if value is None:
                continue
            requested = name in _LOADING and any(map(_ANOTHER_HOST.match, value.split(",")))
            if requested or (name == "style" and _STYLE_REQUEST.search(value)):
                self.found.append(f"<{tag} {name}={value!r}>")

    def handle_data(self, data: str) -> None:
        if self._in_style and (request := _STYLE_REQUEST.search(data)):
            self.found.append(f"<style> {request[0]}")

    def handle_endtag(self, tag: str) -> None:
        self._in_style = self._in_style and tag != "style"


def _hashes(texts: Iterable[str]) -> list[str]:
    digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
    return [f"'sha256-{digest}'" for digest in digests]
