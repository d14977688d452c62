"""How files of tests are shared out between processes: `pytest -n 2`, which is what `make test` says."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import pytest
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController

TOGETHER: Final = ("tests/browser/",)
"""Folders whose files stay in one process: they share what is dear to start."""

_DIED: Final = pytest.StashKey[bool]()


class OneFileOneProcess(LoadScopeScheduling):
    """Gives a process a whole file, in the order of the collection."""

    def _split_scope(self, nodeid: str) -> str:
        return portion(nodeid)


def portion(nodeid: str) -> str:
    """Return what stays in one process with a test: its file, or its folder."""
    return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid.partition("::")[0])


def pytest_configure(config: pytest.Config) -> None:
    """Let a process that dies, as one does whose test hangs, end the run: another one would hang too."""
    config.stash[_DIED] = False
    config.option.loadscopereorder = False
    config.option.maxworkerrestart = config.option.maxworkerrestart or "0"


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling | None:
    """Share out whole files, unless `--dist` says otherwise."""
    return OneFileOneProcess(config, log) if config.option.dist == "load" else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no process waits for the other at the end."""
    if not hasattr(config, "workerinput"):
        return
    slow = {
        portion(item.nodeid)
        for item in items
        if item.get_closest_marker("slow") or item.get_closest_marker("browser")
    }
    size = Counter(portion(item.nodeid) for item in items)
    items.sort(key=lambda item: (portion(item.nodeid) not in slow, -size[portion(item.nodeid)]))


def pytest_testnodedown(node: WorkerController, error: object | None) -> None:
    """Note the death of a process."""
    node.config.stash[_DIED] |= error is not None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Make the run red, also when no test was left that could fail."""
    if session.config.stash[_DIED] and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.INTERNAL_ERROR
