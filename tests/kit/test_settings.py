"""What an operator sets wrongly is named, with what was expected, and never a traceback."""

from __future__ import annotations

import os

import pytest
from begun import ended
from pydantic import ValidationError
from sqlalchemy import text

from gis_grid.kit.database import make_engine
from gis_grid.kit.errors import NotReady
from gis_grid.kit.migrate import upgrade
from gis_grid.kit.settings import Settings


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TIMEZONE", "Mars", "is not an IANA time zone"),
        ("PORT", "99999", "less than or equal to 65535"),
        ("PORT", "x", "valid integer"),
        ("HOST", "0.0.0.0", "is not a loopback address"),
        ("PUBLIC_URL", "http://grid.example.org", "is no address such as https://"),
        ("PUBLIC_URL", "https://grid.example.org/path", "is no address such as https://"),
        ("TRUSTED_PROXIES", "127.0.0.1", "needs GIS_GRID_PUBLIC_URL"),
        ("DATABASE_URL", "junk", "expected postgresql://"),
        ("DATABASE_URL", "mysql://a:secret@b/c", "not mysql://"),
        ("DATABASE_URL", "postgresql://a:secret@127.0.0.1:1/c", "The database does not answer"),
    ],
)
def test_a_wrong_setting_is_one_clear_message(name: str, value: str, said: str) -> None:
    answer = ended("report", environment={**os.environ, f"GIS_GRID_{name}": value})
    assert answer.returncode in {1, 2}
    assert said in answer.stderr
    assert answer.stdout == ""
    assert "Traceback" not in answer.stderr
    assert "secret" not in answer.stderr


PUBLIC = "https://grid.example.org"


def test_another_address_than_loopback_needs_a_proxy_with_tls() -> None:
    assert Settings(public_url=PUBLIC, host="0.0.0.0").host == "0.0.0.0"
    assert Settings(public_url=f"{PUBLIC}/").public_url == PUBLIC
    assert Settings(public_url=f"{PUBLIC}:8443").public_hosts == ("grid.example.org",)
    for wrong in ({"host": "grid"}, {"trusted_proxies": "proxy"}, {"trusted_proxies": "*"}):
        with pytest.raises(ValidationError):
            Settings(public_url=PUBLIC, **wrong)


def test_a_database_without_postgis_whose_role_may_not_add_it_says_so(server) -> None:
    with server.database() as name:
        engine = make_engine(server.url(name))
        with engine.connect() as conn:
            mighty = conn.execute(
                text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            ).scalar_one()
        if mighty:
            pytest.skip("the role of this server may add extensions")
        with pytest.raises(NotReady, match="PostGIS and btree_gist have to be there"):
            upgrade(engine)
        engine.dispose()
