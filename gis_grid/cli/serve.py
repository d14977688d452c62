"""`gis-grid serve`: the web service, in the foreground."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import socket
from collections import deque
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from threading import Thread, current_thread, main_thread
from typing import TYPE_CHECKING, Annotated

import typer
import uvicorn
from fastapi.routing import iter_route_contexts
from rich.console import Console

from gis_grid.accounts.service import set_up
from gis_grid.app import create_app
from gis_grid.cli.account_keeping import WELCOME
from gis_grid.cli.beside import nursery
from gis_grid.cli.connect import engines_of, service_database
from gis_grid.cli.plain_table import tell
from gis_grid.cli.processes import Processes
from gis_grid.cli.stopping import Stopping
from gis_grid.cli.work import jobs_beside
from gis_grid.kit.bounded_parser import BoundedParser
from gis_grid.kit.clock import now
from gis_grid.kit.database import transaction
from gis_grid.kit.errors import Conflict, NotReady
from gis_grid.kit.logs import LOG_CONFIG
from gis_grid.kit.memory import share_arenas
from gis_grid.kit.settings import Settings, read_settings
from gis_grid.tracks.partitions import ensure_ahead

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from fastapi import FastAPI
    from sqlalchemy import Engine

    from gis_grid.kit.database import Engines

_LAST_ANSWERS_S = 5
"""How long answers that are being made may take when the program is told to end."""

_KEPT_OPEN_S = 75
"""How long a connection stays open unused: longer than those that a proxy keeps for the next request."""

_SIGN_OF_LIFE_S = 30
"""How long a process may be silent before it counts as dead."""

_SEEN_AFTER_S = 1
"""How long it may take until a process sees that those before it are gone."""

_WAITING_CONNECTIONS = 1024
""""All phones at once", when a network is back."""


def serve(
    *,
    jobs: Annotated[
        bool, typer.Option("--jobs/--no-jobs", help="Do the jobs beside; without, `gis-grid work` does them.")
    ] = True,
    processes: Annotated[
        int,
        typer.Option(min=1, max=4, help="How many processes answer; one is enough for a county's phones."),
    ] = 1,
) -> None:
    """Serve the map, the reports and the API until Ctrl+C: on loopback, or behind a proxy with TLS."""
    settings = read_settings()
    with ExitStack() as open_now:
        beside = open_now.enter_context(nursery()) if jobs else None
        owner, engines = open_now.enter_context(service_database(settings))
        if beside is not None:
            open_now.enter_context(jobs_beside(settings, beside))
        with transaction(owner) as conn:
            ensure_ahead(conn, now())
        opened = partial(_tell_set_up, owner)
        if processes == 1:
            run_server(settings, engines, opened=opened)
        else:
            url = owner.url.render_as_string(hide_password=False)
            _run_processes(settings, url, processes, opened=opened)


def _tell_set_up(owner: Engine, url: str) -> None:
    """Print the link of the first administrator, as long as nobody can sign in as one."""
    try:
        with transaction(owner) as conn:
            secret = set_up.set_up_link(conn, now())
    except Conflict as conflict:
        tell(f"warning: {conflict}")
        return
    if secret is not None:
        hours = set_up.VALID_FOR // timedelta(hours=1)
        tell(f"No administrator can sign in yet. {set_up.NAME} sets a password here, within {hours} hours:")
        tell(f"  {url}{WELCOME}{secret}")


def run_server(
    settings: Settings, engines: Engines, *, opened: Callable[[str], object] | None = None
) -> None:
    """Serve in this thread until a signal ends it; `opened` is told the address before."""
    share_arenas()
    with _listen(settings) as listener:
        # Seconds of importing and building: an exception that a sign raised there could be lost in what ran.
        with Stopping() as stopping:
            _tell_address(settings, listener, opened)
            server = _server(settings, engines)
            _spare_collections()
        if stopping():
            raise SystemExit(stopping.exit_code)
        server.run(sockets=[listener])


def _run_processes(
    settings: Settings, database_url: str, processes: int, *, opened: Callable[[str], object]
) -> None:
    """Serve in processes that share one socket; one that dies is started again, until a signal ends all."""
    with _listen(settings) as listener:
        _tell_address(settings, listener, opened)
        config = _config(partial(_app_of_child, settings, database_url), settings, factory=True)
        config.workers = processes
        Processes(__name__, config, sockets=[listener]).run()


def _app_of_child(settings: Settings, database_url: str) -> FastAPI:
    """Return the service in a process of its own, which ends when the one that started it does."""
    share_arenas()
    Thread(target=_end_with_parent, name="parent", daemon=True).start()
    app = _whole_app(settings, engines_of(settings, database_url))
    _spare_collections()
    return app


def _whole_app(settings: Settings, engines: Engines) -> FastAPI:
    """Return the service with what it would else make of its routes while the first request waits.

    That takes most of a second, in which no phone would be answered either.
    """
    app = create_app(settings, engines)
    deque(iter_route_contexts(app.routes), maxlen=0)
    return app


def _spare_collections() -> None:
    """Look for garbage less often, and never among what lives as long as the program.

    Under load it took a third of the time, and each full look held all requests up for a fifth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    forked_by = os.getppid()
    # Without the server that forked it, nobody would know any more that it runs.
    while parent.is_alive() and os.getppid() == forked_by:
        parent.join(_SEEN_AFTER_S)
    os.kill(os.getpid(), signal.SIGTERM)


def _tell_address(
    settings: Settings, listener: socket.socket, opened: Callable[[str], object] | None
) -> None:
    shown = f"{settings.public_url}/" if settings.public_url else url_of(listener)
    if opened is not None:
        opened(shown)
    Console(stderr=True).print(f"GIS Grid serves at [bold]{shown}[/] (Ctrl+C stops it)")


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


class GracefulServer(uvicorn.Server):
    """Ends in order when the terminal is closed, too: an exception amid its loop is lost in what ran then."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Take signs to end, as long as it serves in the main thread."""
        with super().capture_signals():
            if current_thread() is not main_thread():
                yield
                return
            before = signal.signal(signal.SIGHUP, self.handle_exit)
            try:
                yield
            finally:
                signal.signal(signal.SIGHUP, before)


def _server(settings: Settings, engines: Engines) -> uvicorn.Server:
    return GracefulServer(_config(_whole_app(settings, engines), settings))


def _config(
    app: FastAPI | Callable[[], FastAPI], settings: Settings, *, factory: bool = False
) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=factory,
        loop="uvloop",
        http=BoundedParser,
        # Without what begins with the service it must not run: nothing would be taken in.
        lifespan="on",
        log_config=LOG_CONFIG,
        access_log=False,
        server_header=False,
        # Else uvicorn believes whoever is on this machine: the address is what failures to sign in count by.
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_keep_alive=_KEPT_OPEN_S,
        timeout_graceful_shutdown=_LAST_ANSWERS_S,
        timeout_worker_healthcheck=_SIGN_OF_LIFE_S,
    )


@contextmanager
def _listen(settings: Settings) -> Iterator[socket.socket]:
    # Bound here, not by uvicorn, so that a taken port is a clear error and connections queue from now on.
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as error:
            raise NotReady(
                "The port is taken",
                f"{settings.host}:{settings.port}: {error.strerror}; set GIS_GRID_PORT (0 takes a free one)",
            ) from error
        listener.listen(_WAITING_CONNECTIONS)
        yield listener


def url_of(listener: socket.socket) -> str:
    """Return the address that a browser on this machine opens."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"
