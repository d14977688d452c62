"""What a planner's page does: it keeps the revision of its draft, and sends it with each change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from signed_in import signed_in

from gis_grid.accounts.http import COOKIE, CSRF_HEADER, csrf_token
from gis_grid.accounts.roles import Role
from gis_grid.planning.schemas.drafts import DraftShown, Edited

if TYPE_CHECKING:
    import httpx2
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection


class Page:
    """A planner's page on a draft."""

    def __init__(self, client: TestClient, conn: Connection, name: str, area: str | None) -> None:
        self._client = client
        self._secret = signed_in(conn, name, [(Role.PLANNER, area)])
        self.path = ""
        self.etag = ""

    def open(self, community: str, **wanted: Any) -> dict[str, Any]:
        """Open a draft of a community."""
        answer = self.post("/api/scenarios", {"community": community, **wanted})
        assert answer.status_code == 201, answer.text
        self.path = answer.headers["Location"]
        return DraftShown.model_validate(answer.json()).model_dump()

    def edit(self, op: str, **params: Any) -> httpx2.Response:
        """Send an edit."""
        return self.change("/edits", {"op": op, **params})

    def edited(self, op: str, **params: Any) -> Edited:
        """Make an edit that must be made."""
        answer = self.edit(op, **params)
        assert answer.status_code == 200, answer.text
        return Edited.model_validate(answer.json())

    def change(self, what: str, body: Any = None) -> httpx2.Response:
        """Send a change for the revision that was read last."""
        return self.post(f"{self.path}{what}", body, {"If-Match": self.etag})

    def post(self, path: str, body: Any = None, headers: dict[str, str] | None = None) -> httpx2.Response:
        """Send JSON."""
        return self.send("POST", path, None if body is None else json.dumps(body), headers)

    def drop(self) -> httpx2.Response:
        """Put the draft away."""
        return self.send("DELETE", self.path, None, {"If-Match": self.etag})

    def send(
        self, method: str, path: str, content: str | None, headers: dict[str, str] | None = None
    ) -> httpx2.Response:
        """Send a text as it is."""
        self._client.cookies.set(COOKIE, self._secret)
        own = {CSRF_HEADER: csrf_token(self._secret), "Content-Type": "application/json", **(headers or {})}
        answer = self._client.request(method, path, content=content, headers=own)
        self._client.cookies.clear()
        self.etag = answer.headers.get("ETag", self.etag)
        return answer

    def get(self, what: str = "") -> httpx2.Response:
        """Read something of the draft, or another path."""
        return self.send("GET", what if what.startswith("/api") else f"{self.path}{what}", None)
