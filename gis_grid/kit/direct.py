"""Statements straight to the database, without the layers that other requests pass.

For what is asked a thousand times a second: one statement is a transaction of its own, and one round trip.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg import sql
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from gis_grid.kit.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    Ask = Callable[[str, Mapping[str, Any]], Awaitable[list[tuple[Any, ...]]]]

MOST: Final = 6
"""How many connections at most: as many statements run side by side."""

_PATIENCE_S: Final = 5.0


class Direct:
    """A few connections on one login, opened with the service and closed with it.

    Parameters
    ----------
    login
        What libpq connects by (`gis_grid.kit.database.login_of`).
    """

    def __init__(self, login: Mapping[str, Any]) -> None:
        self._login = {**login, "autocommit": True}
        self._pool = AsyncConnectionPool(
            login["conninfo"],
            kwargs={name: value for name, value in self._login.items() if name != "conninfo"},
            min_size=0,
            max_size=MOST,
            open=False,
            name="direct",
        )

    async def start(self) -> None:
        """Begin to connect as soon as something is asked."""
        await self._pool.open()

    async def stop(self) -> None:
        """Close all connections."""
        await self._pool.close()

    @asynccontextmanager
    async def listening(self, topic: str) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        """Listen to a topic on a connection of its own, which the block hears.

        Raises
        ------
        psycopg.Error
            When the database does not answer, or goes away.
        """
        async with await psycopg.AsyncConnection.connect(**self._login) as conn:
            await conn.execute(sql.SQL("LISTEN {}").format(sql.Identifier(topic)))
            yield conn

    async def row(self, statement: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the one row that a statement of ours answers.

        Raises
        ------
        Unavailable
            When the database does not answer, or the statement fails.
        """
        async with self._connected() as conn:
            (row,) = await _rows(conn, statement, values)
        return row

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Ask]:
        """Yield what returns the rows of one statement of ours after the other, all in one transaction.

        Raises
        ------
        Unavailable
            When the database does not answer, or a statement fails.
        """
        async with self._connected() as conn, conn.transaction():
            yield partial(_rows, conn)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        try:
            async with self._pool.connection(timeout=_PATIENCE_S) as conn:
                yield conn
        except (psycopg.Error, PoolTimeout) as error:
            raise Unavailable("The database does not answer", "") from error


async def _rows(
    conn: psycopg.AsyncConnection[Any], statement: str, values: Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    found = await conn.execute(statement, values, prepare=True, binary=True)
    return await found.fetchall()
