"""A service that is told to end before it has begun."""

from __future__ import annotations

import asyncio
import signal
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
import uvicorn
from fastapi import FastAPI

from gis_grid.cli.serve import GracefulServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


@pytest.fixture
def ended() -> Iterator[list[int]]:
    """Collect the signs to end that are left when the service is through with them."""
    seen: list[int] = []
    signs = (signal.SIGTERM, signal.SIGHUP)
    before = {sign: signal.signal(sign, lambda number, _: seen.append(number)) for sign in signs}
    # Signs come to the main thread, where the browser of other tests keeps a loop running.
    others = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield seen
    asyncio._set_running_loop(others)
    for sign, handler in before.items():
        signal.signal(sign, handler)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP])
def test_a_sign_to_end_is_kept_while_the_service_begins(sign: signal.Signals, ended: list[int]) -> None:
    stopped = []

    @asynccontextmanager
    async def told_while_beginning(_: FastAPI) -> AsyncIterator[None]:
        signal.raise_signal(sign)
        yield
        stopped.append(True)

    config = uvicorn.Config(FastAPI(lifespan=told_while_beginning), lifespan="on", log_config=None)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        GracefulServer(config).run(sockets=[listener])
    assert (stopped, ended) == ([True], [sign])
