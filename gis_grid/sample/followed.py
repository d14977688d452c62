"""Incidents of these days that people have begun to follow: one or two of each workflow, on their way.

All else in the sample lies in two past weeks. These are told in working hours before now, so that whoever
opens the sample sees what is near its deadline, what is over it, and an emergency of this very hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import shapely

from gis_grid.core.workflow import Level
from gis_grid.incidents import service as incidents
from gis_grid.incidents import workflows
from gis_grid.sample.shifts import LOCAL

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.core.workflow import Workflow
    from gis_grid.sample.layers import Town

_COMMUNITY: Final = "999001101001"
_STEP: Final = timedelta(minutes=30)
_NORTH: Final = 1 / 110_900
"""Degrees of latitude in a metre."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A move, so many working hours before now; by the worker, or by whoever commands."""

    move: str
    ago_h: float
    why: str = ""
    level: Level | None = None
    rating: int | None = None
    by_worker: bool = False


@dataclass(frozen=True, slots=True)
class _Story:
    """What was reported so many working hours ago, by which rules, and what was done since.

    `house` numbers a building of the community, `north_m` says how far from it; ``None``: no position.
    """

    category: str
    title: str
    ago_h: float
    house: int | None
    profile: str = "base"
    steps: Sequence[_Step] = ()
    description: str = ""
    address: str = ""
    north_m: float = 0.0
    by_worker: bool = True


_STORIES: Final = (
    _Story("emergency.gas_leak", "3 栋楼下闻到燃气味", 0.0, 12, description="已提醒附近住户开窗，不要动火。"),
    _Story(
        *("safety.stairway", "二单元楼道堆放纸箱和旧家具", 28.0, 30),
        steps=(
            _Step("send_up", 27.0, level=Level.COMMUNITY, by_worker=True),
            _Step("take_up", 25.5),
            _Step("feed_back", 12.0, "已约好明天清运，再去看一次。", by_worker=True),
        ),
    ),
    _Story(
        *("city.street_lamp", "小区东门路灯不亮", 30.0, 44),
        steps=(
            _Step("send_up", 29.0, level=Level.SUBDISTRICT, by_worker=True),
            _Step("take_up", 26.0),
            _Step("finish", 9.0, "灯泡和接线已更换。"),
            _Step("tell", 7.0, by_worker=True),
            _Step("rate", 5.0, rating=5, by_worker=True),
        ),
    ),
    _Story("city.rubbish", "北门外建筑垃圾乱堆", 3.0, 60, description="约两车，占了半条人行道。"),
    _Story(
        *("city.rubbish", "北门外人行道堆放建筑垃圾", 2.0, 60),
        north_m=22.0,
        by_worker=False,
        description="居民来电反映，占了人行道。",
    ),
    _Story(
        *("disputes.neighbours", "楼上装修噪声引起的邻里纠纷", 16.0, 75),
        profile="xiangyang",
        steps=(_Step("mediate", 14.0, "现场没有谈拢，请社区一起调解。", by_worker=True),),
    ),
    _Story(
        *("information.business_changed", "沿街门店换了经营内容", 10.0, 90),
        profile="xiangyang",
        steps=(_Step("review_secretary", 6.0),),
    ),
    _Story("city.manhole", "消防通道口井盖缺失", 16.0, 105, profile="jianyang", description="已放警示锥。"),
    _Story(
        *("city.burst_pipe", "地下室水管漏水", 9.0, 118),
        profile="jianyang",
        steps=(
            _Step("send_up", 8.0, level=Level.SUBDISTRICT, by_worker=True),
            _Step("take_up", 6.0),
            _Step("finish", 2.0, "水管已修好，积水已抽完。"),
        ),
    ),
    _Story(
        *("errands.certificate", "代办居住证明", 12.0, None),
        profile="linshui",
        address="社区服务站窗口",
        steps=(
            _Step("collect_papers", 9.0, by_worker=True),
            _Step("hand_in", 7.0, level=Level.SUBDISTRICT, by_worker=True),
        ),
    ),
    _Story(
        *("city.standing_water", "下沉路口雨后积水", 24.0, 132),
        profile="fengmao",
        steps=(
            _Step("send_up", 23.0, level=Level.DEPARTMENT, by_worker=True),
            _Step("take_up", 20.0),
            _Step("finish", 10.0, "雨水口已疏通。"),
            _Step("reopen", 3.0, "回访时又下雨，仍有积水。", by_worker=True),
        ),
    ),
    _Story(
        *("market.prices", "反映停车场收费没有公示", 4.0, None),
        address="商业街停车场",
        by_worker=False,
    ),
)


@dataclass(frozen=True, slots=True)
class _ByProfile(incidents.IncidentRules):
    """Rules by which new incidents go through the workflow of one profile, wherever they are."""

    profile: str = "base"

    def workflow_for(self, kind: str, areas: Sequence[str]) -> Workflow:
        return workflows.newest(kind, (self.profile,))


def load_followed(conn: Connection, town: Town, *, worker_id: int, now: datetime) -> int:
    """Report what is followed in one community and move it on; return how many there are.

    Parameters
    ----------
    worker_id
        The worker of the account that shows what workers see.
    now
        Until when all of it has happened.
    """
    worker = incidents.Who("demo-worker", worker_id)
    commander = incidents.Who("demo-commander")
    houses = _houses(town)
    for number, story in enumerate(_STORIES, start=1):
        rules = _ByProfile(LOCAL, None, None, Path(), story.profile)
        code = f"NEW-{number:04d}"
        report = incidents.Report(
            story.category,
            story.title,
            _where(story, houses),
            code=code,
            description=story.description,
        )
        at = _before(now, story.ago_h, rules)
        by = worker if story.by_worker else commander
        incidents.report(conn, report, by, incidents.Within(None, by.worker_id), now=at, rules=rules)
        for step in story.steps:
            who, role = (worker, "worker") if step.by_worker else (commander, "commander")
            wanted = incidents.Wanted(step.move, step.why, step.level, step.rating)
            then = _before(now, step.ago_h, rules)
            incidents.move(conn, code, wanted, who, now=then, rules=rules, roles=[role])
    return len(_STORIES)


def _houses(town: Town) -> list[tuple[float, float]]:
    """Return the middles of the community's buildings, in the order in which they were made."""
    code = town.grids.community_code
    here = [n for n, grid in enumerate(town.buildings.grid.tolist()) if code[grid] == _COMMUNITY]
    middles = shapely.get_coordinates(shapely.centroid(town.buildings.geometry[here]))
    return [(lon, lat) for lon, lat in middles.tolist()]


def _where(story: _Story, houses: Sequence[tuple[float, float]]) -> incidents.Said:
    if story.house is None:
        return incidents.Said(address=story.address, community=_COMMUNITY)
    lon, lat = houses[story.house % len(houses)]
    return incidents.Said(lon=round(lon, 7), lat=round(lat + story.north_m * _NORTH, 7))


def _before(now: datetime, working_h: float, rules: incidents.IncidentRules) -> datetime:
    """Return a moment with so much working time until now; without any, a quarter of an hour ago."""
    if working_h <= 0:
        return now - timedelta(minutes=15)
    time = rules.working_time(workflows.newest("incident", ()), now)
    end = round(now.timestamp() * 1000)
    then = now
    while time.worked_between(round(then.timestamp() * 1000), end) < working_h * 3_600_000:
        then -= _STEP
    return then
