"""Runs the provider of the tests, and walks through its sign-in page as a browser without a screen would."""

from __future__ import annotations

import json
import re
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import httpx2
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CLIENT_ID = "gis-grid"
CLIENT_SECRET = "a-secret-of-the-tests"

_HERE = Path(__file__).resolve().parent
_NODE = _HERE.parent.parent / ".venv" / "bin" / "node"
_ACTION = re.compile(r'<form[^>]* action="([^"]+)"')
_ABORT = re.compile(r'href="([^"]+/abort)"')


@contextmanager
def running_provider(redirects: Sequence[str]) -> Iterator[str]:
    """Run a provider that sends browsers back to some addresses, and yield its issuer."""
    command = [_NODE, "--disable-warning=ExperimentalWarning", _HERE / "provider.mjs"]
    process = subprocess.Popen(
        [*command, json.dumps({"redirects": list(redirects)})],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        issuer = process.stdout.readline().strip()
        if not issuer:
            pytest.fail("the provider does not start: run `make setup`")
        yield issuer
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close()


class Person:
    """Somebody with a browser at the provider's sign-in page; the provider remembers the browser."""

    def __init__(self) -> None:
        self._browser = httpx2.Client(timeout=10)

    def close(self) -> None:
        """Close the browser."""
        self._browser.close()

    def sign_in(self, address: str, login: str) -> str:
        """Follow an authorization address through both forms; return where the provider sends one back to."""
        forms = iter([{"prompt": "login", "login": login, "password": "any"}, {"prompt": "consent"}])
        return self._walk(address, lambda page: (_found(_ACTION, page), next(forms)))

    def cancel(self, address: str) -> str:
        """Follow an authorization address, and press the link that ends it."""
        return self._walk(address, lambda page: (_found(_ABORT, page), None))

    def _walk(self, address, choose) -> str:
        issuer = httpx2.URL(address).netloc
        answer = self._browser.get(address)
        while True:
            if answer.is_redirect:
                onwards = urljoin(str(answer.url), answer.headers["location"])
                if httpx2.URL(onwards).netloc != issuer:
                    return onwards
                answer = self._browser.get(onwards)
                continue
            assert answer.status_code == 200, answer.text
            action, form = choose(answer.text)
            answer = self._browser.get(action) if form is None else self._browser.post(action, data=form)


def _found(pattern: re.Pattern[str], page: str) -> str:
    found = pattern.search(page)
    assert found is not None, page
    return found[1]
