"""A webhook receiver: it checks signatures as docs/jobs.md describes, and keeps the messages."""

import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


class Receiver:
    """Accepts messages after `slow` seconds. It answers the first one with 503."""

    key = b"known to both, and long enough"
    secret = f"whsec_{base64.b64encode(key).decode()}"

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.refused: list[dict[str, Any]] = []
        self.slow = 0.0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(receiver.slow)
                self.send_response(receiver.take(self.headers, body))
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/digits"

    def take(self, headers: Any, body: bytes) -> int:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = base64.b64encode(hmac.digest(self.key, signed, hashlib.sha256)).decode()
        if not hmac.compare_digest(headers["webhook-signature"], f"v1,{expected}"):
            return 401
        message = json.loads(body)["data"] | {"delivered_as": headers["webhook-id"]}
        if not self.refused:
            self.refused.append(message)
            return 503
        self.messages.append(message)
        return 204

    def __enter__(self) -> "Receiver":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.server.shutdown()
        self.server.server_close()
