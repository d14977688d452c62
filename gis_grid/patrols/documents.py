"""Values as JSON that is the same text for the same value, whatever order it came in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import orjson

from gis_grid.core import Fixes, digest

if TYPE_CHECKING:
    from gis_grid.core.rules.work import Work


def canonical(value: object) -> str:
    """Return JSON with sorted keys and no blanks: the same text for the same value."""
    return _bytes(value).decode()


def sha256(value: object) -> str:
    """Return SHA-256 of the canonical JSON."""
    return hashlib.sha256(_bytes(value)).hexdigest()


def _bytes(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def work_document(work: Work) -> dict[str, Any]:
    """Return what a worker is judged on beside the own fixes as JSON values; other people's as a digest."""
    return {column.name: _plain(getattr(work, column.name)) for column in fields(work)}


def _plain(value: Any) -> Any:
    if isinstance(value, Fixes):
        return digest(value, [], {})
    if is_dataclass(value):
        return [_plain(getattr(value, column.name)) for column in fields(value)]
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, frozenset):
        return sorted((_plain(one) for one in value), key=canonical)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
