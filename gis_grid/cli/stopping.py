"""A wish to stop, by Ctrl-C or a service manager, that waits until the work at hand is done."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import TracebackType

_SIGNS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopping:
    """Says whether to stop. The first sign is kept for later, a second one ends the program at once."""

    def __init__(self) -> None:
        self._sign: int | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Stopping:
        self._before = {sign: signal.signal(sign, self._wish) for sign in _SIGNS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for sign, before in self._before.items():
            signal.signal(sign, before)

    def __call__(self) -> bool:
        """Say whether there was a sign."""
        return self._sign is not None

    @property
    def exit_code(self) -> int:
        """What a program ends with that was stopped by the sign."""
        return 128 + (self._sign or 0)

    def _wish(self, sign: int, _: object) -> None:
        if self._sign is not None:
            raise SystemExit(128 + sign)
        self._sign = sign
