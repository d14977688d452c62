"""What is reported in the sample town: categories of incidents and hazards, in Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Category:
    """A category: how often it comes, on the street or at a house, and of how many floors at least."""

    zh: str
    en: str
    share: int
    on_the_street: bool
    least_floors: int = 1


INCIDENTS: Final = (
    Category("邻里纠纷", "Quarrel between neighbours", 16, on_the_street=False),
    Category("噪声扰民", "Noise", 14, on_the_street=False),
    Category("停车纠纷", "Quarrel about parking", 12, on_the_street=True),
    Category("垃圾乱堆", "Rubbish dumped", 14, on_the_street=True),
    Category("占道经营", "Stall in the way", 12, on_the_street=True),
    Category("管道漏水", "Burst pipe", 10, on_the_street=False),
    Category("路灯损坏", "Street lamp broken", 12, on_the_street=True),
    Category("宠物伤人", "Bitten by a pet", 3, on_the_street=True),
)
HAZARDS: Final = (
    Category("消防通道堵塞", "Fire lane blocked", 22, on_the_street=True),
    Category("电动车飞线充电", "E-bike charged by a hanging cable", 20, on_the_street=False, least_floors=2),
    Category("楼道堆物", "Stairway blocked", 14, on_the_street=False, least_floors=3),
    Category("积水", "Standing water", 10, on_the_street=True),
    Category("井盖缺失", "Manhole cover missing", 8, on_the_street=True),
    Category("违章搭建", "Unlawful building", 9, on_the_street=False),
    Category("墙体开裂", "Cracked wall", 6, on_the_street=False),
    Category("燃气软管老化", "Gas hose worn out", 8, on_the_street=False),
)

ENGLISH: Final = {category.zh: category.en for category in (*INCIDENTS, *HAZARDS)}
