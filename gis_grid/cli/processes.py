"""Processes that answer, watched by the one that started them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from uvicorn.supervisors import Multiprocess, multiprocess

from gis_grid.kit.fork_server import fork_server, hear, spare_what_is_there

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.context import ForkServerProcess
    from socket import socket

    from uvicorn import Config

_HEARS_S: Final = 1
"""How long one that was told to end is waited for before it is told again: it may just have begun."""


class Processes(Multiprocess):
    """Starts a process again within a second when it dies, also while it is asked whether it lives.

    The library keeps both ends of the pipe that it asks through: the answer of one that was killed meanwhile
    was waited for as long as that of one that hangs. And it spawns each, which imports for seconds then.

    Parameters
    ----------
    module
        What all of them do: imported once.
    """

    def __init__(self, module: str, config: Config, sockets: list[socket]) -> None:
        super().__init__(config, sockets)
        self._module = module

    def run(self) -> None:
        """Have requests answered until a signal ends it."""
        # The library has no other way to say what makes a process.
        vars(multiprocess).update(get_subprocess=self._forked)
        super().run()

    def _forked(
        self, config: Config, target: Callable[..., None], sockets: list[socket]
    ) -> ForkServerProcess:
        return fork_server(self._module).Process(target=_answer, args=(config, target, sockets))

    def keep_subprocess_alive(self) -> None:
        """Start anew what has died, or does not answer."""
        for process in self.processes:
            process.child_conn.close()  # the child has its own; with it gone, nothing can come any more
        super().keep_subprocess_alive()

    def join_all(self) -> None:
        """Wait until all have ended that were told to."""
        for process in self.processes:
            process.process.join(_HEARS_S)
            while process.exitcode is None:
                process.process.terminate()
                process.process.join(_HEARS_S)


def _answer(config: Config, target: Callable[..., None], sockets: list[socket]) -> None:
    hear()
    spare_what_is_there()
    config.configure_logging()
    with suppress(KeyboardInterrupt):
        target(sockets=sockets)
