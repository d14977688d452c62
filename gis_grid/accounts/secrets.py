"""Secrets that are shown once: made at random, stored as their digest."""

from __future__ import annotations

import hashlib
import hmac
import secrets

_BYTES = 32


def new_secret(prefix: str = "") -> str:
    """Return 256 random bits in letters that a URL and a header carry."""
    return prefix + secrets.token_urlsafe(_BYTES)


def digest(secret: str) -> bytes:
    """Return what is stored of a secret; as random as it is, it needs no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def derived(secret: str, purpose: str) -> str:
    """Return another secret that follows from this one, and from which this one does not follow."""
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()
