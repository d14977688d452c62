"""`gis-grid serve`: the web service, in the foreground."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

import uvicorn
from rich.console import Console

from gis_grid.app import create_app
from gis_grid.cli.connect import service_database
from gis_grid.kit.errors import NotReady
from gis_grid.kit.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gis_grid.kit.database import Engines

_LAST_ANSWERS_S = 5
"""How long answers that are being made may take when the program is told to end."""


def serve() -> None:
    """Serve the map, the reports and the API on a loopback address until Ctrl+C."""
    settings = read_settings()
    with service_database(settings) as (_, engines):
        run_server(settings, engines)


def run_server(
    settings: Settings, engines: Engines, *, opened: Callable[[str], object] | None = None
) -> None:
    """Serve in this thread until a signal ends it; `opened` is told the address before."""
    with _listen(settings) as listener:
        if opened is not None:
            opened(url_of(listener))
        Console(stderr=True).print(f"GIS Grid serves at [bold]{url_of(listener)}[/] (Ctrl+C stops it)")
        _server(settings, engines).run(sockets=[listener])


@contextmanager
def server_in_background(settings: Settings, engines: Engines) -> Iterator[str]:
    """Serve in a thread and yield the address; stopped when the block ends."""
    with _listen(settings) as listener:
        server = _server(settings, engines)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="server")
        thread.start()
        try:
            yield url_of(listener)
        finally:
            server.should_exit = True
            thread.join()


def _server(settings: Settings, engines: Engines) -> uvicorn.Server:
    app = create_app(settings, engines)
    config = uvicorn.Config(
        app, log_level="warning", server_header=False, timeout_graceful_shutdown=_LAST_ANSWERS_S
    )
    return uvicorn.Server(config)


@contextmanager
def _listen(settings: Settings) -> Iterator[socket.socket]:
    # Bound here, not by uvicorn, so that a taken port is a clear error and connections queue from now on.
    family = socket.AF_INET6 if settings.host == "::1" else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as error:
            raise NotReady(
                "The port is taken",
                f"{settings.host}:{settings.port}: {error.strerror}; set GIS_GRID_PORT (0 takes a free one)",
            ) from error
        listener.listen(128)
        yield listener


def url_of(listener: socket.socket) -> str:
    """Return the address that a browser on this machine opens."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"
