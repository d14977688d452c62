"""`gis-grid serve` among browsers that come and go, and programs that show a token."""

from __future__ import annotations

import os
import re
import signal
import socket
import struct
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyogrio
import pytest
import shapely
from begun import Begun
from signed_in import signed_in
from typer.testing import CliRunner
from walking_ground import publish

from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.roles import Role
from gis_grid.cli import app
from gis_grid.kit.database import make_engine, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

PATIENCE_S = 60


def somebody(url: str) -> str:
    """Return the session of a commander of everything."""
    engine = make_engine(url)
    with transaction(engine) as conn:
        secret = signed_in(conn, "somebody", [(Role.COMMANDER, None)])
    engine.dispose()
    return secret


def request(path: str, session: str) -> bytes:
    headers = ("Host: localhost", "Accept-Encoding: gzip", f"Cookie: {COOKIE}={session}", "Connection: close")
    return "\r\n".join([f"GET {path} HTTP/1.1", *headers, "", ""]).encode()


def leave_early(port: int, path: str, session: str, after_s: float) -> None:
    """Ask for a page and cut the connection, as a map does with tiles that left the view."""
    with socket.create_connection(("127.0.0.1", port)) as browser:
        browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        browser.sendall(request(path, session))
        time.sleep(after_s)


def status_of(port: int, path: str, session: str) -> int:
    with socket.create_connection(("127.0.0.1", port)) as browser, browser.makefile("rb") as answer:
        browser.sendall(request(path, session))
        return int(answer.readline().split()[1])


@contextmanager
def served(url: str, log: Path) -> Iterator[int]:
    """Serve a database until the block ends, and yield the port; the program has to end as it was told."""
    environment = {**os.environ, "GIS_GRID_DATABASE_URL": url, "GIS_GRID_PORT": "0"}
    log.touch()
    program = Begun("serve", "--no-jobs", environment=environment, out=log)
    try:
        yield served_at(program, log)
    finally:
        program.terminate()
        ended = program.wait(timeout=PATIENCE_S)
    assert ended == 128 + signal.SIGTERM


def test_browsers_that_leave_early_are_no_error_and_do_not_hold_up_the_end(
    fresh_database: str, tmp_path: Path
) -> None:
    log = tmp_path / "log.txt"
    session = somebody(fresh_database)
    with served(fresh_database, log) as port:
        for number in range(100):
            leave_early(port, ("/api/grids", "/reports/hazards")[number % 2], session, number % 5 * 0.002)
        assert status_of(port, "/api/grids", session) == 200
        assert status_of(port, "/api/grids", "of nobody") == 401
    said = log.read_text("utf-8")
    assert "Exception" not in said
    assert "Traceback" not in said


def test_a_stream_without_an_end_does_not_hold_up_the_end(fresh_database: str, tmp_path: Path) -> None:
    session = somebody(fresh_database)
    with served(fresh_database, tmp_path / "log.txt") as port:
        browser = socket.create_connection(("127.0.0.1", port))
        browser.settimeout(PATIENCE_S)
        headers = f"Host: localhost\r\nCookie: {COOKIE}={session}\r\n\r\n"
        browser.sendall(f"GET /api/live/events HTTP/1.1\r\n{headers}".encode())
        told = b""
        while b"event: news" not in told:
            told += browser.recv(65536)
    while more := browser.recv(65536):
        told += more
    browser.close()
    # Only later would it be told to give up.
    assert told.endswith(b'event: end\ndata: {"reason": "stopping"}\n\n\r\n0\r\n\r\n')
    assert "timeout graceful shutdown exceeded" not in (tmp_path / "log.txt").read_text("utf-8")


def test_gdal_reads_with_a_token_what_its_account_may_see(fresh_database: str, tmp_path: Path) -> None:
    engine = make_engine(fresh_database)
    with transaction(engine) as conn:
        publish(conn)
        publish(conn, "G2", shapely.box(116.304, 39.900, 116.308, 39.903))
        signed_in(conn, "maps", [(Role.CONSUMER, "C-G2")])
    engine.dispose()
    command = ["token", "add", "maps", "--name", "GDAL", "--permission", "see_map"]
    made = CliRunner().invoke(app, command, env={"GIS_GRID_DATABASE_URL": fresh_database})
    assert made.exit_code == 0, made.output
    with served(fresh_database, tmp_path / "log.txt") as port:
        headers = f"Authorization: Bearer {made.stdout.strip()}"
        # Where the program has read a file in this process, its GDAL has no way out.
        reached = {"GDAL_HTTP_PROXY": None, "GDAL_HTTPS_PROXY": None}
        pyogrio.set_gdal_config_options({"GDAL_HTTP_HEADERS": headers, **reached})
        try:
            _, _, _, (codes,) = pyogrio.raw.read(f"http://127.0.0.1:{port}/api/grids", columns=["code"])
        finally:
            pyogrio.set_gdal_config_options({"GDAL_HTTP_HEADERS": None})
    assert codes.tolist() == ["G2"]


def served_at(program: Begun, log: Path) -> int:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and program.poll() is None:
        if found := re.search(r"127\.0\.0\.1:(\d+)", log.read_text("utf-8")):
            return int(found[1])
        time.sleep(0.05)
    raise AssertionError(log.read_text("utf-8"))
