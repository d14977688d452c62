"""Where the town is served, and how the tests themselves read it: what other clients find is compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import httpx2

_PATIENCE_S: Final = 60


@dataclass(frozen=True)
class Town:
    """Where the town is served, and what opens it.

    Attributes
    ----------
    url : str
        Of the server, without a slash at its end.
    token : str
        Of an auditor of the whole town.
    writing : str
        Of a planner, who may write buildings.
    """

    url: str
    token: str
    writing: str

    @property
    def ogc(self) -> str:
        return f"{self.url}/ogc"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def header(self) -> str:
        return f"Authorization: Bearer {self.token}"

    def get(self, path: str, **query: Any) -> httpx2.Response:
        """Return what an address under /ogc, or a whole one, answers; anything but 200 fails."""
        address = path if path.startswith("http") else f"{self.ogc}{path}"
        answer = httpx2.get(address, params=query or None, headers=self.headers, timeout=_PATIENCE_S)
        assert answer.status_code == 200, (address, query, answer.status_code, answer.text[:500])
        return answer

    def send(self, method: str, path: str, document: Any = None, **headers: str) -> httpx2.Response:
        """Return what an address under /ogc, or a whole one, answers to the planner, whatever it is."""
        address = path if path.startswith("http") else f"{self.ogc}{path}"
        sent = {"Authorization": f"Bearer {self.writing}", **headers}
        return httpx2.request(method, address, json=document, headers=sent, timeout=_PATIENCE_S)

    def features(self, collection: str, **query: Any) -> list[dict[str, Any]]:
        """Return all features, page by page along the links."""
        page = self.get(f"/collections/{collection}/items", **{"limit": 1000, **query}).json()
        found: list[dict[str, Any]] = page["features"]
        while following := [link["href"] for link in page.get("links", []) if link["rel"] == "next"]:
            page = self.get(following[0]).json()
            found += page["features"]
        return found

    def collections(self) -> list[str]:
        """Return the ids of what the token may read as a whole."""
        return [one["id"] for one in self.get("/collections").json()["collections"]]
