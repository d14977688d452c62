"""All collections, in the order in which they are listed; each is declared by the capability that has it."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from gis_grid.grids import collections as grids
from gis_grid.incidents import collections as incidents
from gis_grid.ogc import lineage
from gis_grid.patrols import collections as patrols
from gis_grid.reports import collections as reports

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gis_grid.kit.features import Collection

_DECLARED: Final = (grids, incidents, patrols, reports)

# What came from what is known above the ground itself: to those who plan it.
_LINKS: Final = {"boundaries": lineage.of_boundary, "grids": lineage.of_grid}

COLLECTIONS: Final[Mapping[str, Collection]] = MappingProxyType(
    {
        one.id: replace(one, links=_LINKS.get(one.id, one.links))
        for capability in _DECLARED
        for one in capability.COLLECTIONS
    }
)
