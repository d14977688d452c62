"""A worker's track as collections for other programs: its fixes, and its runs of one class."""

from __future__ import annotations

from typing import Final

from gis_grid.accounts.roles import Permission
from gis_grid.kit.features import Collection, Kind, Property, Shape, Time, Told
from gis_grid.patrols import track_lines, track_points
from gis_grid.patrols.looking import PARAMETERS

_WORKER: Final = Property("worker", Kind.STRING, Told("网格员编号", "Code of the grid worker"))

TRACK_POINTS: Final = Collection(
    id="track_points",
    title=Told("轨迹点", "Track points"),
    about=Told(
        "一名网格员一段时间内的定位点及其标记；每次查看都记入台账",
        "Fixes of one worker with their flags; every look is written into the ledger",
    ),
    permission=Permission.SEE_TRACKS,
    shape=Shape.POINT,
    properties=(
        _WORKER,
        Property("time", Kind.TIME, Told("时间", "When the device was there")),
        Property("accuracy", Kind.NUMBER, Told("精度", "Accuracy, as the device says"), unit="m"),
        Property("speed_mps", Kind.NUMBER, Told("速度", "Speed, as the device says"), unit="m/s"),
        Property("heading_deg", Kind.NUMBER, Told("航向", "Heading, as the device says"), unit="deg"),
        Property("altitude_m", Kind.NUMBER, Told("海拔", "Altitude, as the device says"), unit="m"),
        Property("flags", Kind.OBJECT, Told("标记", "What cleaning says of it"), filters=False),
        Property("used", Kind.BOOLEAN, Told("是否用于判定", "Whether rules use it")),
    ),
    rows=track_points.rows,
    title_of="time",
    integer_ids=False,
    time=Time("time", of_rows=True),
    parameters=PARAMETERS,
    looks=True,
    made=True,
)

TRACK_LINES: Final = Collection(
    id="track_lines",
    title=Told("轨迹线", "Track lines"),
    about=Told(
        "一名网格员的轨迹，按网格内、不确定、网格外、未知分段；M 值为 1970 年起的秒数；每次查看都记入台账",
        "Runs of a worker's track of one class each; M is the time in seconds since 1970; every look is "
        "written into the ledger",
    ),
    permission=Permission.SEE_TRACKS,
    shape=Shape.LINE,
    properties=(
        _WORKER,
        Property(
            "class",
            Kind.STRING,
            Told("是否在网格内", "What is known of the time: in the grid or not"),
            values=("inside", "uncertain", "outside", "unknown"),
        ),
        Property("starts_at", Kind.TIME, Told("开始", "Time of the first fix")),
        Property("ends_at", Kind.TIME, Told("结束", "Time of the last fix")),
        Property("seconds", Kind.NUMBER, Told("时长", "From the first to the last fix"), unit="s"),
        Property("fixes", Kind.INTEGER, Told("定位点数", "How many fixes")),
        Property("length_m", Kind.NUMBER, Told("长度", "Length"), unit="m"),
    ),
    rows=track_lines.rows,
    title_of="class",
    integer_ids=False,
    time=Time("starts_at", "ends_at", of_rows=True),
    parameters=PARAMETERS,
    looks=True,
    made=True,
)

COLLECTIONS: Final = (TRACK_POINTS, TRACK_LINES)
