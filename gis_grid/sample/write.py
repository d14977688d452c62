"""Writes the sample's files into a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.sample.files import make_files
from gis_grid.sample.readme import readme
from gis_grid.sample.town import make_town

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, seed: int = 1) -> dict[str, int]:
    """Write the sample's files, and a README that describes them; other files in the folder stay.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    seed : int
        The town's seed; the same seed writes the same bytes.

    Returns
    -------
    dict of str to int
        Bytes by file name.

    Raises
    ------
    OSError
        When the folder cannot be written.
    """
    town = make_town(seed)
    files = make_files(town)
    files["README.md"] = readme(town, files).encode()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return {name: len(content) for name, content in files.items()}
