"""One browser page under watch: console, requests to other hosts, content policy, accessibility."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Request, Response, ViewportSize

LARGE: Final[ViewportSize] = {"width": 1440, "height": 900}
# Software rendering costs by the pixel: what nobody looks at is small.
SMALL: Final[ViewportSize] = {"width": 1180, "height": 720}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}

# By the pixel of the screen, too: a map that nobody looks at has a quarter of them.
_IS_LOOKED_AT: Final = bool(os.environ.get("GIS_GRID_SCREENSHOTS"))
PERSON: Final[dict[str, Any]] = {
    "color_scheme": "light",
    "reduced_motion": "reduce",
    "locale": "zh-CN",
    "device_scale_factor": 1 if _IS_LOOKED_AT else 0.5,
}
ON_A_PHONE: Final[dict[str, Any]] = {
    **PERSON,
    "viewport": PHONE,
    "device_scale_factor": 2 if _IS_LOOKED_AT else 0.5,
    "has_touch": True,
    "is_mobile": True,
}

Lang = Literal["zh", "en"]
Theme = Literal["light", "dark"]

_AXE = Path(__file__).resolve().parent.parent.parent / "web" / "node_modules" / "axe-core" / "axe.min.js"
_OWN_SCHEMES = ("data:", "blob:")

_OF_THE_DRIVER: Final = "GPU stall due to ReadPixels"
"""What a browser without a graphics card says of maps: it fetches each picture from where it was drawn."""

_LETS_MORE_IN: Final = re.compile(r"https?:|\*|'unsafe-")
"""What no page's content policy may hold: other hosts, and scripts or styles that are not ours."""

_STANDS: Final = """() => document.querySelector('h1, h2') !== null
    && document.querySelector('.loading') === null && document.fonts.status === 'loaded'"""
_RESTS: Final = "() => document.querySelector('[aria-busy=true]') === null"

_THEME_SWITCH: Final = "button[aria-label^=切换到], button[aria-label^='Switch to']"

_WIDER: Final = """() => {
    const clips = (one) => /auto|scroll|hidden|clip/.test(getComputedStyle(one).overflowX);
    const inside = (one) => {
        for (let up = one.parentElement; up && up !== document.body; up = up.parentElement)
            if (clips(up)) return true;
        return false;
    };
    const wide = [...document.body.querySelectorAll('*')].filter((one) => {
        const { right, width } = one.getBoundingClientRect();
        return one.checkVisibility() && width > 0 && right > innerWidth + 0.5 && !inside(one);
    });
    const all = document.documentElement;
    const end = (one) => one.getBoundingClientRect().right;
    const told = wide.map((one) => `${one.outerHTML.slice(0, 80)} ends at ${end(one)}`);
    return [...(all.scrollWidth > innerWidth ? [`the page is ${all.scrollWidth} wide`] : []), ...told];
}"""


class WatchedPage:
    """A page that writes down what goes wrong on it."""

    def __init__(self, context: BrowserContext, address: str, pictures: Path | None) -> None:
        self._address = address
        self._pictures = pictures
        self.page = context.new_page()
        self.expected: list[str] = []
        self._wrong: list[str] = []
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self._wrong.append(f"script: {error}"))
        self.page.on("request", self._on_request)
        self.page.on("response", self._on_response)

    def break_answers(self, glob: str, status: int, title: str, detail: str) -> None:
        """Let the program fail for some addresses, with the problem document that it would send."""
        problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        kind = "application/problem+json"
        self.page.route(glob, lambda route: route.fulfill(status=status, json=problem, content_type=kind))
        self.expected.append(f"status of {status}")

    def open(self, path: str) -> None:
        """Go to a path of the program."""
        self.page.goto(self._address + path)

    def wait_for_map(self) -> None:
        """Wait until the map is drawn and nothing on it changes any more."""
        self.page.locator(".map .canvas[aria-busy=false]").wait_for(timeout=30_000)

    def settle(self) -> None:
        """Wait until nothing is on its way any more, the fonts and the map included."""
        self.page.wait_for_function(_STANDS, timeout=30_000)
        self.page.wait_for_function(_RESTS, timeout=30_000)

    def look(self, lang: Lang, theme: Theme) -> None:
        """Show the page in a language and a theme, by its own switches where it has some.

        Its map may still be on its way to that, which takes longest.
        """
        self.page.emulate_media(color_scheme=theme)
        in_language = self.page.locator(f"html[lang|={lang}]")
        if in_language.count() == 0:
            switch = self.page.locator("button[lang], a[hreflang]").first
            switch.click() if switch.count() else self._ask_in(lang)
            in_language.wait_for()
        # The page hears of the system's colours before it is painted next.
        self.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        in_theme = self.page.locator(f"html:not([data-theme]), html[data-theme={theme}]")
        if in_theme.count() == 0:
            self.page.locator(_THEME_SWITCH).click()
            in_theme.wait_for()
        self.page.wait_for_function(_STANDS, timeout=30_000)

    def _ask_in(self, lang: Lang) -> None:
        """Ask for the page again in a language: it has no switch, as it is shown within another page."""
        address, _, query = self.page.url.partition("?")
        asked = {**dict(parse_qsl(query)), "lang": lang}
        self.page.goto(f"{address}?{urlencode(asked)}")

    def named(self, role: Any, name: Any, **more: Any) -> Locator:
        """Return what assistive technology finds by role and name."""
        return self.page.get_by_role(role, name=name, **more)

    def picture(self, name: str, *, full: bool = False, settled: bool = False) -> None:
        """Write a screenshot for a person to look at, where one is wanted: it costs as much as a new page."""
        if self._pictures:
            if settled:
                self.settle()
            self.page.screenshot(path=self._pictures / f"{name}.png", full_page=full)

    def barriers(self, rules: Sequence[str] | None = None, *, but: Sequence[str] = ()) -> list[str]:
        """Return what axe finds, by all its rules or by some: rule and element of each violation."""
        if not self.page.evaluate("'axe' in window"):
            # Through the protocol, so that the page's own content policy stays as it is.
            self.page.evaluate(_AXE.read_text(encoding="utf-8"))
        only = {} if rules is None else {"runOnly": list(rules)}
        left_out = {"rules": {name: {"enabled": False} for name in but}}
        found = self.page.evaluate(
            # It speaks to frames by messages, and those of reports hear none: they are looked at as pages.
            "(only) => axe.run(document, {resultTypes: ['violations'], iframes: false, ...only})",
            {**only, **left_out},
        )
        return [f"{rule['id']}: {node['target']}" for rule in found["violations"] for node in rule["nodes"]]

    def asked_for(self, path: str) -> list[str]:
        """Return how a path of the program was asked for: its queries."""
        names = self.page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
        return [address.query for address in map(urlsplit, names) if address.path == path]

    def wider_than_the_screen(self) -> list[str]:
        """Return what reaches beyond the right edge and cannot be scrolled to by itself."""
        found: list[str] = self.page.evaluate(_WIDER)
        return found

    def close(self) -> list[str]:
        """Close the page and return what went wrong and was not expected."""
        self.page.close()
        return [line for line in self._wrong if not any(part in line for part in self.expected)]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and _OF_THE_DRIVER not in message.text:
            self._wrong.append(f"console {message.type}: {message.text} {message.location.get('url', '')}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self._address, *_OWN_SCHEMES)):
            self._wrong.append(f"request to another host: {request.url}")

    def _on_response(self, response: Response) -> None:
        """Hold each page to its content policy; what breaks one that is there is in the console."""
        kind = response.headers.get("content-type", "")
        if not (response.url.startswith(self._address) and response.ok and kind.startswith("text/html")):
            return
        policy = response.headers.get("content-security-policy", "")
        if not policy.startswith("default-src 'none'") or _LETS_MORE_IN.search(policy):
            self._wrong.append(f"content policy: {policy!r} of {response.url}")
