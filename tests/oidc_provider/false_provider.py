"""A provider that says whatever a test wants, for answers that an honest one cannot be made to give."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

if TYPE_CHECKING:
    from collections.abc import Iterator


class FalseProvider:
    """What it answers, by path, and was asked; and the key that it signs with."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.key = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
        self.asked: list[str] = []
        self.bodies: list[str] = []
        self.wait_s = 0.0
        self.answers: dict[str, tuple[int, Any]] = {
            "/.well-known/openid-configuration": (
                200,
                {
                    "issuer": issuer,
                    "authorization_endpoint": f"{issuer}/auth",
                    "token_endpoint": f"{issuer}/token",
                    "jwks_uri": f"{issuer}/keys",
                },
            ),
        }
        self.publish(self.key)

    def publish(self, *keys: RSAKey) -> None:
        """Publish keys."""
        self.answers["/keys"] = 200, KeySet(list(keys)).as_dict(private=False)

    def describe(self, **changed: Any) -> None:
        """Say otherwise what the provider is."""
        self.answers["/.well-known/openid-configuration"][1].update(changed)

    def claims(self, nonce: str) -> dict[str, Any]:
        """Return what a good token says."""
        now = int(time.time())
        good = {"iss": self.issuer, "aud": "gis-grid", "sub": "sub-false", "iat": now, "exp": now + 60}
        return {**good, "nonce": nonce, "preferred_username": "false.one"}

    def sign(self, claims: dict[str, Any], *, key: Any = None, **header: str) -> str:
        """Return an ID token."""
        header = {"alg": "RS256", "kid": "first", **header}
        return jwt.encode(header, claims, key or self.key, algorithms=[header["alg"]])

    def hand_out(self, id_token: str) -> None:
        """Answer the next code with an ID token."""
        self.answers["/token"] = 200, {"access_token": "any", "token_type": "Bearer", "id_token": id_token}


@contextmanager
def false_provider() -> Iterator[FalseProvider]:
    """Run a false provider on a loopback port."""
    state: FalseProvider

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(self.path)
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            state.bodies.append(body.decode())
            time.sleep(state.wait_s)
            status, answer = state.answers.get(self.path, (404, {}))
            told = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(told)))
            if status == 302:
                self.send_header("Location", state.answers["/elsewhere"][1])
            self.end_headers()
            with suppress(BrokenPipeError):  # the program waits no longer
                self.wfile.write(told)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state = FalseProvider(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
