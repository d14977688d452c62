"""The workflows of the product, one TOML file each; an incident keeps the version it began with."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from gis_grid.core.errors import BadProfile
from gis_grid.core.rules.toml_text import TomlText
from gis_grid.core.workflow import parse_workflow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gis_grid.core.workflow import Workflow

DEFAULT = "base"


@lru_cache
def every() -> tuple[Workflow, ...]:
    """Return every version of every workflow, by id, the newest last.

    Raises
    ------
    BadProfile
        For a file with an error; names file, line and key.
    """
    files = [file for file in resources.files(__package__).iterdir() if file.name.endswith(".toml")]
    found = [read(file.read_text(encoding="utf-8"), file.name) for file in files]
    return tuple(sorted(found, key=lambda one: (one.id, one.version)))


def read(text: str, name: str) -> Workflow:
    """Read a workflow from TOML; `name` is what messages call the file. Raises BadProfile."""
    toml = TomlText.of(text, name)
    return parse_workflow(toml.document, toml.locate)


def get(workflow_id: str, version: int) -> Workflow:
    """Return one version of a workflow.

    Raises
    ------
    BadProfile
        When this program does not know it: the database is of a newer one.
    """
    for workflow in every():
        if (workflow.id, workflow.version) == (workflow_id, version):
            return workflow
    raise BadProfile(
        f"there is no workflow {workflow_id!r} of version {version}", field="workflow", value=workflow_id
    )


def newest(kind: str, profiles: Iterable[str]) -> Workflow:
    """Return the workflow that new incidents of a kind go through in an area.

    Parameters
    ----------
    profiles
        Names of the area's rule profiles; the first that has one for the kind decides, else `base`.
    """
    for profile in (*profiles, DEFAULT):
        for workflow in reversed(every()):
            if workflow.profile == profile and kind in workflow.kinds:
                return workflow
    raise AssertionError(f"base has no workflow for {kind}")
