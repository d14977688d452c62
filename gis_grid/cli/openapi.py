"""`gis-grid openapi`: the description of the API, for client generators."""

from __future__ import annotations

import json
import sys

from sqlalchemy import create_engine

from gis_grid.app import create_app
from gis_grid.kit.database import Engines
from gis_grid.kit.settings import read_settings


def openapi() -> None:
    """Print the OpenAPI document of the service; no database is needed."""
    # Never connected: the document is made from the routes.
    engine = create_engine("postgresql+psycopg://")
    document = create_app(read_settings(), Engines(engine, engine, engine)).openapi()
    sys.stdout.write(json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
