"""Finished answers by what was asked and by the version of the data: those that were asked for last."""

from __future__ import annotations

import gzip
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import brotli

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

_QUALITY: Final = 4
_MOST_BYTES: Final = 64 << 20
_MOST_VERSIONS: Final = 8
_ENTRY_BYTES: Final = 1000


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is sent.

    Attributes
    ----------
    tag : str
        Its ETag without a coding, strong (`"7"`) or weak (`W/"7"`).
    codings : mapping
        The same body compressed, by the name of the coding, where somebody asked for that.
    """

    tag: str
    body: bytes
    headers: Mapping[str, str]
    codings: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def octets(self) -> int:
        """About what it takes in memory."""
        return len(self.body) + sum(map(len, self.codings.values())) + _ENTRY_BYTES


def compressed(body: bytes, coding: str) -> bytes:
    """Return a body in a coding, `br` or `gzip`."""
    if coding == "gzip":
        return gzip.compress(body, compresslevel=_QUALITY, mtime=0)
    found: bytes = brotli.compress(body, quality=_QUALITY)
    return found


class KeptAnswers:
    """At most so many bytes of them; an answer of an old version is never found under a new one."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[Hashable, str], Answer] = OrderedDict()
        self._versions: dict[Hashable, list[str]] = {}
        self._octets = 0

    def versions(self, asked: Hashable) -> list[str]:
        """Return the versions of which the answer is here."""
        return self._versions.get(asked, [])

    def get(self, asked: Hashable, version: str) -> Answer | None:
        """Return the answer to what was asked, of a version."""
        found = self._answers.get((asked, version))
        if found is not None:
            self._answers.move_to_end((asked, version))
        return found

    def keep(self, asked: Hashable, version: str, answer: Answer) -> None:
        """Keep an answer, in place of those that nobody asked for of late."""
        if answer.octets > _MOST_BYTES // 8:
            return
        self._drop(asked, version)
        self._answers[asked, version] = answer
        self._versions.setdefault(asked, []).append(version)
        self._octets += answer.octets
        if len(self._versions[asked]) > _MOST_VERSIONS:
            self._drop(asked, self._versions[asked][0])
        while self._octets > _MOST_BYTES:
            self._drop(*next(iter(self._answers)))

    def _drop(self, asked: Hashable, version: str) -> None:
        gone = self._answers.pop((asked, version), None)
        if gone is None:
            return
        self._octets -= gone.octets
        self._versions[asked].remove(version)
        if not self._versions[asked]:
            del self._versions[asked]
