"""How files of tests are shared out between processes: `pytest -n 4`, which is what `make test` says."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil
import pytest
from throwaway import folder_for_cluster
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController

OF_A_DEMO: Final = ("tests/browser/", "tests/cli/test_demo.py", "tests/sample/test_sample_accounts.py")
"""What shares a process with others: it needs the sample town, which takes long to load, and one browser."""

OF_THE_OTHER_DEMO: Final = tuple(
    f"tests/browser/test_{name}.py"
    for name in ("account_pages", "every_page", "oidc_sign_in", "replay", "visits_page")
)
"""About half of that time: in one process they would still be at it when all others are through."""

TIDYING_S: Final = 60

_ALL: Final = pytest.StashKey[list["WorkerController"]]()
_DIED: Final = pytest.StashKey[bool]()
_FOLDER_OF_ALL: Final = pytest.StashKey[Path]()
_UNTIL_THE_END: Final = pytest.StashKey[ExitStack]()


class OneFileOneProcess(LoadScopeScheduling):
    """Gives a process a whole file, in the order of the collection."""

    def _split_scope(self, nodeid: str) -> str:
        return portion(nodeid)


def portion(nodeid: str) -> str:
    """Return what stays in one process with a test: its file, or all that shares a demo with it."""
    if nodeid.startswith(OF_THE_OTHER_DEMO):
        return "the other demo"
    return "a demo" if nodeid.startswith(OF_A_DEMO) else nodeid.partition("::")[0]


def pytest_configure(config: pytest.Config) -> None:
    """Let a process that dies, as one does whose test hangs, end the run: another one would hang too."""
    config.stash[_ALL] = []
    config.stash[_DIED] = False
    config.stash[_UNTIL_THE_END] = ExitStack()
    config.option.loadscopereorder = False
    config.option.maxworkerrestart = config.option.maxworkerrestart or "0"


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling | None:
    """Share out whole files, unless `--dist` says otherwise."""
    return OneFileOneProcess(config, log) if config.option.dist == "load" else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no process waits for the others at the end."""
    if not hasattr(config, "workerinput"):
        return
    slow = {
        portion(item.nodeid)
        for item in items
        if item.get_closest_marker("slow") or item.get_closest_marker("browser")
    }
    size = Counter(portion(item.nodeid) for item in items)
    items.sort(key=lambda item: (portion(item.nodeid) not in slow, -size[portion(item.nodeid)]))


def pytest_configure_node(node: WorkerController) -> None:
    """Tell each process of the folder that all have: for what is made once."""
    made = node.config.stash
    if _FOLDER_OF_ALL not in made:
        made[_FOLDER_OF_ALL] = made[_UNTIL_THE_END].enter_context(folder_for_cluster())
    node.workerinput["folder_of_all"] = str(made[_FOLDER_OF_ALL])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove that folder."""
    config.stash[_UNTIL_THE_END].close()


def pytest_testnodeready(node: WorkerController) -> None:
    """Know the processes."""
    node.config.stash[_ALL].append(node)


def pytest_testnodedown(node: WorkerController, error: object | None) -> None:
    """Note the death of a process."""
    node.config.stash[_DIED] |= error is not None


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Make the run red after a death, also when no test was left to fail; let interrupted processes tidy up.

    Else they would be killed after seconds, and leave programs and clusters behind.
    """
    if session.config.stash[_DIED] and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.INTERNAL_ERROR
    processes = session.config.stash[_ALL]  # none in one of them, or where there is one alone
    if processes and session.exitstatus == pytest.ExitCode.INTERRUPTED:
        for process in psutil.Process().children():
            with suppress(psutil.NoSuchProcess):
                process.terminate()
        for node in processes:
            with suppress(Exception):  # it ended, whatever it says
                node.channel.waitclose(TIDYING_S)
