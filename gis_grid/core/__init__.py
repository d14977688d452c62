"""The pure core: from positions and outlines to verdicts, without a database, a clock or a file.

Arrays in, frozen results out. Everything a caller needs is named here.
"""

from gis_grid.core.digest import digest
from gis_grid.core.errors import BadBoundary, BadFixes, BadProfile, BadTrack, CoreError
from gis_grid.core.geometry.boundary import Boundary
from gis_grid.core.geometry.datum import Datum, from_wgs84, to_wgs84
from gis_grid.core.geometry.gauss_krueger import from_gauss_krueger
from gis_grid.core.geometry.locate import Locator
from gis_grid.core.geometry.slabs import Slabs
from gis_grid.core.intervals import Intervals
from gis_grid.core.presence.inside import Presence, time_inside
from gis_grid.core.presence.passes import Passes, passes
from gis_grid.core.presence.seconds import seconds_inside
from gis_grid.core.presence.segments import SegmentClass, Segments
from gis_grid.core.rules.calendar import WorkDays, local_date, local_moment, week_days, week_of
from gis_grid.core.rules.evidence import Amount
from gis_grid.core.rules.found import Outcome
from gis_grid.core.rules.judge import judge, judge_period
from gis_grid.core.rules.judgement import (
    DayJudgement,
    Judgement,
    PatrolJudgement,
    PeriodJudgement,
    WeekJudgement,
)
from gis_grid.core.rules.profile import parse_profile
from gis_grid.core.rules.reasons import Reason, duration_en, duration_zh
from gis_grid.core.rules.rule import Measure, Profile, Rule, Scope, Unit
from gis_grid.core.rules.tasks import Task, TaskList, task_list
from gis_grid.core.rules.verdict import Verdict
from gis_grid.core.rules.work import Duty, Work
from gis_grid.core.track.alike import alike
from gis_grid.core.track.cleaning import Cleaned, CleaningLimits, clean
from gis_grid.core.track.copied import copied, copied_marks
from gis_grid.core.track.fixes import Fixes
from gis_grid.core.track.flags import Flag, count_flags, flag_names
from gis_grid.core.track.marks import Marks, marks_of
from gis_grid.core.track.recordings import RecordingSpans
from gis_grid.core.track.signs import Sign, signs
from gis_grid.core.track.stops import Stops, stops

__all__ = [
    "Amount",
    "BadBoundary",
    "BadFixes",
    "BadProfile",
    "BadTrack",
    "Boundary",
    "Cleaned",
    "CleaningLimits",
    "CoreError",
    "Datum",
    "DayJudgement",
    "Duty",
    "Fixes",
    "Flag",
    "Intervals",
    "Judgement",
    "Locator",
    "Marks",
    "Measure",
    "Outcome",
    "Passes",
    "PatrolJudgement",
    "PeriodJudgement",
    "Presence",
    "Profile",
    "Reason",
    "RecordingSpans",
    "Rule",
    "Scope",
    "SegmentClass",
    "Segments",
    "Sign",
    "Slabs",
    "Stops",
    "Task",
    "TaskList",
    "Unit",
    "Verdict",
    "WeekJudgement",
    "Work",
    "WorkDays",
    "alike",
    "clean",
    "copied",
    "copied_marks",
    "count_flags",
    "digest",
    "duration_en",
    "duration_zh",
    "flag_names",
    "from_gauss_krueger",
    "from_wgs84",
    "judge",
    "judge_period",
    "local_date",
    "local_moment",
    "marks_of",
    "parse_profile",
    "passes",
    "seconds_inside",
    "signs",
    "stops",
    "task_list",
    "time_inside",
    "to_wgs84",
    "week_days",
    "week_of",
]
