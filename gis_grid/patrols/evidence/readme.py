"""What a bundle says of itself, in Chinese and English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gis_grid.patrols.evidence.contents import Contents

_TEXT: Final = """\
网格员 {worker} 第 {week} 周判定的证据包（第 {revision} 版）

判定这一周所依据的全部内容及其结论。任何人都可以离线复核，不需要数据库：
    gis-grid audit verify 本文件.zip
结果为“一致”，或逐条指出哪项判定、哪个数字、哪个文件不同。

manifest.json       清单：程序版本，每个文件的 SHA-256，清单自身的 SHA-256（台账中也有记录）
fixes.csv           定位点，原样；flags 为清洗标记，measure 为标记所依据的数值
boundaries.geojson  当时有效的网格边界及起止时间
records.json        值守、签到、走访、重点场所、请假、替班等记录
profiles.json       规则档案（含地区参数）
settings.json       时区、判定时间、断点上限、清洗限值、工作日历
verdicts.json       每日、每周、每次巡查的判定，轨迹可信度提示
ledger.json         台账中与此有关的条目及链接，已封存日期的摘要

时间均为 UTC，local_date 为当地日期。位置为 WGS 84 经度、纬度。
不含：住户的任何信息，只计数的走访类别，同事的轨迹。凡依据这些内容的规则不再复核：
{rules}

Evidence of the week {week} of the grid worker {worker}, as judged (revision {revision})

All that this week was judged on, and what came of it. Anybody can judge it again, off line, without a
database:
    gis-grid audit verify THIS-FILE.zip
It says "same", or which verdict, which number and which file differ.

manifest.json       program and versions, SHA-256 of each file and of the manifest itself (as in the ledger)
fixes.csv           positions as they are stored; flags: what cleaning says; measure: the number behind a flag
boundaries.geojson  boundaries in force, from when until when
records.json        duty, sign-ins, visits, key places, absences, stand-ins and other records
profiles.json       rule profiles, with what the area has otherwise
settings.json       time zone, time of judging, gap limit, limits of cleaning, working days
verdicts.json       verdicts of days, of the week and of patrols, and integrity signs
ledger.json         entries and links of the ledger about it, digests of days that are sealed

Times are UTC, local_date is a local date. Positions are longitude and latitude, WGS 84.
Not in it: anything of residents, visit classes that are only counted, tracks of colleagues. Rules that rest
on these are not judged again:
{rules}
"""


def readme(contents: Contents) -> bytes:
    """Return the text as UTF-8; a byte order mark lets plain editors see it."""
    text = _TEXT.format(
        worker=contents.worker,
        week=contents.case.week.name,
        revision=contents.verdicts["judgement"]["revision"],
        rules="    " + (", ".join(contents.not_judged_again) or "-"),
    )
    return text.encode("utf-8-sig")
