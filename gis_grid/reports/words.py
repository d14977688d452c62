"""What the reports say, in Chinese first and in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.reports.sentences import Lang, Words
from gis_grid.reports.words_en import EN
from gis_grid.reports.words_zh import ZH

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["WORDS", "Lang", "Words"]

WORDS: Mapping[Lang, Words] = {Lang.ZH: ZH, Lang.EN: EN}
