"""The profiles that come with the product, one TOML file a published document."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from gis_grid.core.errors import BadProfile
from gis_grid.core.rules.overrides import Published
from gis_grid.core.rules.profile import parse_profile
from gis_grid.core.rules.toml_text import TomlText

if TYPE_CHECKING:
    from gis_grid.core.rules.rule import Profile


def available() -> tuple[str, ...]:
    """Names of the profiles that come with the product, sorted."""
    files = resources.files(__package__).iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


@lru_cache
def published(name: str) -> Published:
    """Return the document of a profile by name.

    Raises
    ------
    BadProfile
        For an unknown name; lists the known ones.
    """
    if name not in available():
        message = f"there is no profile {name!r}; there are: {', '.join(available())}"
        raise BadProfile(message, field="profile", value=name)
    text = resources.files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    toml = TomlText.of(text, f"{name}.toml")
    return Published(toml.document, toml.locate)


@lru_cache
def load(name: str) -> Profile:
    """Read a profile by name.

    Parameters
    ----------
    name : str
        One of :func:`available`.

    Returns
    -------
    Profile

    Raises
    ------
    BadProfile
        For an unknown name (lists the known ones) or a file with an error (names file, line and key).
    """
    document, locate = published(name)
    return parse_profile(document, f"{name}.toml", locate)


def read(text: str, source: str) -> Profile:
    """Read a profile from TOML; `source` names it in messages. Raises BadProfile."""
    toml = TomlText.of(text, source)
    return parse_profile(toml.document, source, toml.locate)
