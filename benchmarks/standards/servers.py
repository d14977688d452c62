"""The servers: ours, tipg and pygeoapi, each one process on the same database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE_S: Final = 90.0


@dataclass(frozen=True, slots=True)
class Peer:
    """A running server and the addresses of what is asked of it, with names in braces to fill in."""

    name: str
    port: int
    pid: int
    items: str
    tiles: str
    offset: str


@contextmanager
def tipg(folder: Path, socket: Path, role: str, name: str, port: int) -> Iterator[Peer]:
    """Serve the peers' tables by tipg on uvicorn."""
    environment = {
        "DATABASE_URL": f"postgresql://{role}@{quote(str(socket), safe='')}/{name}",
        "TIPG_DB_SCHEMAS": '["peers"]',
        "TIPG_CATALOG_TTL": "0",
    }
    with _served("tipg.main:app", folder, environment, port, "/collections") as pid:
        items = "/collections/peers.{layer}/items?f=geojson&limit=100{query}"
        tiles = "/collections/peers.{layer}/tiles/WebMercatorQuad/{z}/{x}/{y}"
        yield Peer("tipg", port, pid, items, tiles, "&offset={offset}")


@contextmanager
def pygeoapi(folder: Path, socket: Path, role: str, name: str, port: int) -> Iterator[Peer]:
    """Serve the peers' tables by pygeoapi's Starlette application on uvicorn."""
    config, description = folder / "pygeoapi.json", folder / "openapi.json"
    config.write_text(json.dumps(_pygeoapi_config(socket, role, name, port)), "utf-8")
    environment = {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(description)}
    command = [sys.executable, "-m", "pygeoapi", "openapi", "generate", str(config)]
    program = [sys.executable, "-c", "from pygeoapi import cli; cli()", *command[3:]]
    made = subprocess.run(
        [*program, "--output-file", str(description), "--format", "json"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise RuntimeError(made.stderr[-2000:])
    with _served("pygeoapi.starlette_app:APP", folder, environment, port, "/collections?f=json") as pid:
        items = "/collections/{layer}/items?f=json&limit=100{query}"
        tiles = "/collections/{layer}/tiles/WebMercatorQuad/{z}/{y}/{x}?f=mvt"
        yield Peer("pygeoapi", port, pid, items, tiles, "&offset={offset}")


def _pygeoapi_config(socket: Path, role: str, name: str, port: int) -> dict[str, Any]:
    told = {"title": "t", "description": "d", "keywords": ["k"]}
    data = {"host": str(socket), "dbname": name, "user": role, "password": None, "search_path": ["peers"]}

    def collection(layer: str) -> dict[str, Any]:
        table = {"data": data, "id_field": "id", "table": layer, "geom_field": "geom"}
        tiles = {"zoom": {"min": 0, "max": 16}}
        return {
            **told,
            "type": "collection",
            "extents": {
                "spatial": {"bbox": [112, 30, 116, 34], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}
            },
            "links": [],
            "providers": [
                {"type": "feature", "name": "PostgreSQL", **table},
                {
                    "type": "tile",
                    "name": "MVT-postgresql",
                    **table,
                    "options": tiles,
                    "format": {"name": "pbf", "mimetype": "application/vnd.mapbox-vector-tile"},
                },
            ],
        }

    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port},
            "url": f"http://127.0.0.1:{port}",
            "mimetype": "application/json",
            "encoding": "utf-8",
            "languages": ["en-US"],
            "limits": {"default_items": 100, "max_items": 10_000},
            "map": {"url": "about:blank", "attribution": ""},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                **told,
                "keywords_type": "theme",
                "url": "about:blank",
                "terms_of_service": "t",
            },
            "license": {"name": "none", "url": "about:blank"},
            "provider": {"name": "none", "url": "about:blank"},
            "contact": {"name": "none", "url": "about:blank"},
        },
        "resources": {layer: collection(layer) for layer in ("grids", "incidents")},
    }


@contextmanager
def _served(app: str, folder: Path, more: dict[str, str], port: int, path: str) -> Iterator[int]:
    log = folder / f"{app.split('.', maxsplit=1)[0]}.log"
    command = [sys.executable, "-m", "uvicorn", app, "--port", str(port), "--log-level", "warning"]
    with log.open("ab") as sink:
        program = subprocess.Popen(command, env={**os.environ, **more}, stdout=sink, stderr=sink)
    try:
        until = time.monotonic() + PATIENCE_S
        while True:
            with suppress(URLError, ConnectionError), urlopen(f"http://127.0.0.1:{port}{path}") as answer:
                answer.read()
                break
            if program.poll() is not None or time.monotonic() > until:
                raise RuntimeError(log.read_text("utf-8")[-3000:])
            time.sleep(0.2)
        yield program.pid
    finally:
        program.terminate()
        program.wait()
