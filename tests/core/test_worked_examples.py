"""The pages of the rule profiles: every rule is there, and the worked example comes out as printed."""

import re
from pathlib import Path

import pytest

from gis_grid.patrols import profiles

PAGES = Path(__file__).resolve().parents[2] / "docs" / "rules"


def page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", profiles.available())
def test_the_worked_example_of_a_profile_comes_out_as_printed(name, capsys) -> None:
    text = page(name)
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (said,) = re.findall(r"```text\n(.*?)```", text, re.DOTALL)
    exec(compile(code, f"{name}.md", "exec"), {})
    assert capsys.readouterr().out == said


@pytest.mark.parametrize("name", profiles.available())
def test_the_page_of_a_profile_tells_every_rule_and_its_example_judges_it(name) -> None:
    text = page(name)
    (said,) = re.findall(r"```text\n(.*?)```", text, re.DOTALL)
    for rule in profiles.load(name).rules:
        assert re.search(rf"^\| {rule.id} \|", text, re.MULTILINE), f"{rule.id} has no row"
        assert re.search(rf" {rule.id} (met|short|review)\b", said), f"{rule.id} is not in the example"


def test_there_is_no_page_without_its_profile() -> None:
    assert {file.stem for file in PAGES.glob("*.md")} == set(profiles.available())
