"""HTTP read by a parser that gives up on heads without an end, and ends answers that have none."""

from __future__ import annotations

from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_UNREAD_BYTES: Final = 64 * 1024
"""How much may come that is neither a whole head nor body; what a request may hold is counted later."""


END_STREAMS: Final = "end_streams"
"""Under this name the state of the program's lifespan has what ends all answers that have no end."""


class BoundedParser(HttpToolsProtocol):
    """Ends a connection whose head never ends.

    The library puts the pieces of one header together again with each that comes: a stranger's single
    connection would keep all others waiting.
    """

    _unread = 0

    def shutdown(self) -> None:
        """Begin to end, as the server does: it would wait for a stream for as long as it waits at all."""
        if end_streams := self.app_state.get(END_STREAMS):
            end_streams()
        super().shutdown()

    def data_received(self, data: bytes) -> None:
        """Read on, as long as it comes to something."""
        self._unread += len(data)
        super().data_received(data)
        if self._unread > MOST_UNREAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long")

    def on_headers_complete(self) -> None:
        """Begin to answer."""
        self._unread = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._unread = 0
        super().on_body(body)
