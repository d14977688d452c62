"""What the program logs of a fault: where it happened, and nothing of what it was working on.

The text of an exception may hold a position, a name or a token: a failed conversion repeats its input, and
PostgreSQL repeats the row. So of an exception only its class is written, with the lines of code that led
to it.
"""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from types import TracebackType


class Discreet(logging.Formatter):
    """Writes an exception as its class and its lines of code."""

    def formatException(  # noqa: N802 - the library's name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """Return the chain of exceptions, first cause first."""
        return "" if ei[1] is None else "\n".join(_told(ei[1]))


def _told(error: BaseException) -> list[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    parts = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    return [
        *(_told(before) if before is not None else ()),
        *(line for part in parts for line in _told(part)),
        *(line.rstrip("\n") for line in traceback.format_tb(error.__traceback__)),
        named(error),
    ]


def named(error: BaseException) -> str:
    """Return the class of an exception, and PostgreSQL's code of what it refused."""
    state = getattr(getattr(error, "orig", error), "sqlstate", None)
    return f"{type(error).__module__}.{type(error).__qualname__}" + (f" [{state}]" if state else "")


_LOGGERS: Final = ("uvicorn", "gis_grid", "asyncio", "sqlalchemy", "psycopg", "procrastinate")

LOG_CONFIG: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"discreet": {"()": Discreet, "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "loggers": {name: {"handlers": ["stderr"], "level": "WARNING"} for name in _LOGGERS},
}
"""For `logging.config`: no line for each request, since addresses hold names and days."""
