"""Addresses that phones send a token to."""

from __future__ import annotations

from urllib.parse import urlsplit

from gis_grid.kit.errors import BadInput
from gis_grid.kit.settings import LOOPBACK


def phone_address(url: str | None) -> str:
    """Check that an address is safe for tokens, and return its origin.

    Raises
    ------
    BadInput
        When it is neither of TLS nor of this machine, or more than an origin.
    """
    parts = urlsplit(url or "")
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if (
        not safe
        or not parts.hostname
        or parts.path.strip("/")
        or parts.query
        or parts.fragment
        or parts.username
    ):
        raise BadInput(
            "No address for phones", f"{url!r}: expected --url such as https://grid.example.gov.cn"
        )
    return f"{parts.scheme}://{parts.netloc}"
