"""Workflows as data: each says where it is from, leads to an end, and a mistake names its place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from gis_grid.core.errors import BadProfile
from gis_grid.incidents import workflows

if TYPE_CHECKING:
    from gis_grid.core.workflow import Workflow

SOURCES: Final = Path(__file__).resolve().parents[3] / "shared" / "sources"
BASE: Final = (Path(workflows.__file__).parent / "base.toml").read_text("utf-8")


def letters(text: str) -> str:
    """Only what is read aloud: the documents mix Chinese and Western punctuation."""
    return re.sub(r"[\W_]+", "", text)


@pytest.mark.parametrize("workflow", workflows.every(), ids=lambda one: one.id)
def test_what_is_not_ours_stands_in_the_document(workflow: Workflow) -> None:
    if not SOURCES.is_dir():
        pytest.skip(f"needs the published documents in {SOURCES}")
    document = letters((SOURCES / f"{workflow.source}.txt").read_text("utf-8"))
    said = {workflow.deadlines.source, workflow.emergency.source, *(move.source for move in workflow.moves)}
    missing = [one for one in said if one != "ours" and letters(one) not in document]
    assert missing == []


def test_every_profile_has_its_own() -> None:
    chosen = {
        (profile, kind): workflows.newest(kind, [profile]).id
        for profile in ("base", "xiangyang", "jianyang", "linshui", "fengmao")
        for kind in ("incident", "dispute", "errand", "information")
    }
    assert {key: name for key, name in chosen.items() if name != "base"} == {
        ("xiangyang", "dispute"): "xiangyang-dispute",
        ("xiangyang", "information"): "xiangyang-information",
        ("jianyang", "incident"): "jianyang",
        ("jianyang", "dispute"): "jianyang",
        ("linshui", "errand"): "linshui-errand",
        ("linshui", "information"): "linshui-information",
        ("fengmao", "incident"): "fengmao",
        ("fengmao", "dispute"): "fengmao",
    }


def test_an_area_of_several_profiles_takes_the_first_that_has_one() -> None:
    assert workflows.newest("dispute", ["linshui", "xiangyang", "jianyang"]).id == "xiangyang-dispute"


@pytest.mark.parametrize(
    ("before", "after", "where"),
    [
        ('needs = ["level"]', 'needs = ["stamp"]', r"base.toml:\d+: moves\[1\].needs: .*'stamp'"),
        ('to = "told"', 'to = "tolled"', r"base.toml:\d+: moves\[8\].to: 'tolled' is none of"),
        ('roles = ["commander"]', 'roles = ["mayor"]', r"roles: 'mayor' is none of commander, worker"),
        ("yellow = 0.75", "yellow = 75", r"base.toml:15: deadlines.yellow: must be a share"),
        ("within_h = 7", "within_min = 7", r"base.toml:\d+: states\[0\].within_min: is not known here"),
        ('"08:30-12:00"', '"12:30-12:00"', r"base.toml:11: hours: must be hours like"),
        ('"08:30-12:00", "14:00-17:30"', '"14:00-17:30", "08:30-12:00"', "in order"),
        ('start = "reported"', 'start = "closed"', r"base.toml:8: start: must be an open state"),
        ('from = ["done"]', 'from = ["told"]', r"from 'done' nothing is ever closed|no move leads to"),
        ('name = "told"\nkind', 'name = "tell"\nkind', "is none of"),
        ("version = 1", "version = 1.5", r"base.toml:2: version: must be a whole number"),
        ("light = 70", "light = 0", r"deadlines.closing_h.light: must be more than 0"),
        ("[deadlines]", "[deadline]", "deadline"),
    ],
)
def test_a_mistake_names_file_line_and_key(before: str, after: str, where: str) -> None:
    assert before in BASE
    with pytest.raises(BadProfile, match=where):
        workflows.read(BASE.replace(before, after, 1), "base.toml")
