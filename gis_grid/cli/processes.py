"""Processes that answer, watched by the one that started them."""

from __future__ import annotations

from uvicorn.supervisors import Multiprocess


class Processes(Multiprocess):
    """Starts a process again within a second when it dies, also while it is asked whether it lives.

    The library keeps both ends of the pipe that it asks through: the answer of one that was killed meanwhile
    was waited for as long as that of one that hangs.
    """

    def keep_subprocess_alive(self) -> None:
        """Start anew what has died, or does not answer."""
        for process in self.processes:
            process.child_conn.close()  # the child has its own; with it gone, nothing can come any more
        super().keep_subprocess_alive()
