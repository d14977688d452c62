"""One browser page under watch: console, requests to other hosts, accessibility."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Request

_AXE = Path(__file__).resolve().parent.parent.parent / "web" / "node_modules" / "axe-core" / "axe.min.js"
_OWN_SCHEMES = ("data:", "blob:")


class WatchedPage:
    """A page that writes down what goes wrong on it."""

    def __init__(self, context: BrowserContext, address: str, pictures: Path) -> None:
        self._address = address
        self._pictures = pictures
        self.page = context.new_page()
        self.expected: list[str] = []
        self._wrong: list[str] = []
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self._wrong.append(f"script: {error}"))
        self.page.on("request", self._on_request)

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

    def named(self, role: Any, name: Any, **more: Any) -> Locator:
        """Return what assistive technology finds by role and name."""
        return self.page.get_by_role(role, name=name, **more)

    def picture(self, name: str, *, full: bool = False) -> None:
        """Write a screenshot for a person to look at."""
        self.page.screenshot(path=self._pictures / f"{name}.png", full_page=full)

    def barriers(self) -> list[str]:
        """Return what axe finds: rule and element of each violation."""
        if not self.page.evaluate("'axe' in window"):
            # Through the protocol, so that the page's own content policy stays as it is.
            self.page.evaluate(_AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [f"{rule['id']}: {node['target']}" for rule in found["violations"] for node in rule["nodes"]]

    def close(self) -> list[str]:
        """Close the page and return what went wrong and was not expected."""
        self.page.close()
        return [line for line in self._wrong if not any(part in line for part in self.expected)]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._wrong.append(f"console {message.type}: {message.text} {message.location.get('url', '')}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self._address, *_OWN_SCHEMES)):
            self._wrong.append(f"request to another host: {request.url}")
