"""What a deployment sets for incidents: its zone, working days, rules of areas, and where media are kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from gis_grid.core.errors import BadProfile
from gis_grid.core.rules.overrides import parse_changes
from gis_grid.core.rules.toml_text import TomlText
from gis_grid.core.rules.work_days import national_days, parse_work_days, with_own
from gis_grid.core.workflow import WorkingTime
from gis_grid.incidents import workflows
from gis_grid.kit.errors import NotReady

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from gis_grid.core.rules.calendar import WorkDays
    from gis_grid.core.rules.overrides import Changes
    from gis_grid.core.workflow import Workflow
    from gis_grid.kit.settings import Settings

_AHEAD: Final = 2
"""Years of holidays beside that of a report: no deadline runs longer."""


@dataclass(frozen=True, slots=True)
class IncidentRules:
    """What a deployment sets for incidents.

    Parameters
    ----------
    tz
        Zone of working hours.
    rules_file, work_days_file
        Of the deployment, where it has them.
    media
        Folder of attachments.
    """

    tz: ZoneInfo
    rules_file: Path | None
    work_days_file: Path | None
    media: Path

    @classmethod
    def of(cls, settings: Settings) -> IncidentRules:
        """Return what the settings say."""
        return cls(settings.tz, settings.rules_file, settings.work_days_file, settings.data_dir / "media")

    def workflow_for(self, kind: str, areas: Sequence[str]) -> Workflow:
        """Return the workflow of new incidents of a kind.

        Parameters
        ----------
        areas
            Codes of the area and those above it, the nearest first.

        Raises
        ------
        NotReady
            When the deployment's file cannot be read.
        """
        changes = None if self.rules_file is None else _changes(self.rules_file, _version(self.rules_file))
        of = {} if changes is None else changes.areas
        chosen = (of[code].profiles for code in areas if code in of)
        return workflows.newest(kind, next((names for names in chosen if names is not None), ()))

    def working_time(self, workflow: Workflow, since: dt.datetime) -> WorkingTime:
        """Return the hours that count for a workflow, from a time on.

        Raises
        ------
        NotReady
            When the deployment's file cannot be read.
        """
        national = _national(workflow.calendar, since.year)
        own = (
            None if self.work_days_file is None else _own(self.work_days_file, _version(self.work_days_file))
        )
        return WorkingTime(workflow.hours, with_own(national, own), self.tz)


@lru_cache(maxsize=64)
def _national(country: str, year: int) -> WorkDays:
    return national_days(country, dt.date(year - 1, 1, 1), dt.date(year + _AHEAD, 12, 31))


def _version(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError as error:
        raise NotReady("A file of the deployment cannot be read", f"{path}: {error.strerror}") from error


@lru_cache(maxsize=4)
def _changes(path: Path, _version: int) -> Changes:
    try:
        toml = TomlText.of(_text(path), str(path))
        return parse_changes(toml.document, toml.locate)
    except BadProfile as error:
        raise NotReady("The rules of areas cannot be used", error.message) from error


@lru_cache(maxsize=4)
def _own(path: Path, _version: int) -> WorkDays:
    try:
        return parse_work_days(_text(path), str(path))
    except BadProfile as error:
        raise NotReady("The working days cannot be used", error.message) from error


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise NotReady("A file of the deployment cannot be read", f"{path}: {error}") from error
