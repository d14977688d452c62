"""The names of models in the OpenAPI document, by which clients type what they read."""

from __future__ import annotations

import re

from sqlalchemy import create_engine

from gis_grid.app import create_app
from gis_grid.kit.database import Engines
from gis_grid.kit.settings import Settings


def test_no_two_modules_have_a_model_of_the_same_name() -> None:
    engine = create_engine("postgresql+psycopg://")
    names = create_app(Settings(), Engines(*[engine] * 3)).openapi()["components"]["schemas"]
    # The second of a name makes both unstable: by its module, or by whether it is sent or answered.
    unstable = [name for name in names if re.search(r"__|-(Input|Output)$", name)]
    assert unstable == [], "name one of the two anew and run scripts/api_client.sh"
