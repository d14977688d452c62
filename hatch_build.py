"""Puts the files that live beside the package into the wheel, so that it runs without this repository."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLED = {
    "migrations": "migrations",
    "tiles": "tiles",
    "web/dist": "web",
    "sample_geojson": "sample_geojson",
}
"""Folder of the checkout -> its name in the wheel's ``gis_grid/_bundled`` (read by `gis_grid.kit.assets`)."""


class BundleHook(BuildHookInterface):  # type: ignore[type-arg]  # the build's own configuration is not ours
    """Adds the folders to a wheel; an editable install reads them where they are."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the folders to hatchling; a wheel without one of them would be broken, so it is not built."""
        if version != "standard":
            return
        for source, name in BUNDLED.items():
            folder = Path(self.root, source)
            if not folder.is_dir():
                hint = "run `make web` first" if source == "web/dist" else "this is no complete checkout"
                raise FileNotFoundError(f"the wheel needs the folder {folder}: {hint}")
            build_data["force_include"][str(folder)] = f"gis_grid/_bundled/{name}"
