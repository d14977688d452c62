"""All collections, in the order in which they are listed; each is declared by the capability that has it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from gis_grid.grids import collections as grids
from gis_grid.incidents import collections as incidents
from gis_grid.patrols import collections as patrols
from gis_grid.reports import collections as reports

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gis_grid.kit.features import Collection

_DECLARED: Final = (grids, incidents, patrols, reports)

COLLECTIONS: Final[Mapping[str, Collection]] = MappingProxyType(
    {one.id: one for capability in _DECLARED for one in capability.COLLECTIONS}
)
