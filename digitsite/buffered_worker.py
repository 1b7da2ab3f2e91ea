"""A gunicorn worker in which no slow client holds a thread (docs/decisions/0009).

gunicorn starts and watches the processes. In each, waitress reads a request whole before a thread
answers it, and keeps what a client has not yet taken of an answer, up to UNSENT_BYTES.
"""

import os
import time
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from weakref import WeakSet

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.receiver import FixedStreamReceiver
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher, WSGITask
from waitress.utilities import Error, RequestEntityTooLarge

CONNECTIONS = 1000  # of one process, with those that wait for a next request
LARGE_BYTES, LARGE_AT_ONCE = 6 * 1024**2, 8  # bodies of this size, in one process
HEADER_BYTES = 32 * 1024
HEADER_SECONDS = 10  # for all headers of a request
BODY_SECONDS, BYTES_PER_SECOND = 30, 8000  # for a body: this time, and that of its length
SENDING_SECONDS = 30  # without a byte of the answer taken
IDLE_SECONDS = 10  # between two requests
UNSENT_BYTES = 1024**2  # of an answer; a thread waits before it writes more
BUFFER_BYTES = 64 * 1024  # of a body or an answer in memory; more is in a temporary file
POLL_SECONDS = 1.0


class Discarded:
    """The body of a request that is refused for its size: nothing of it is kept."""

    def append(self, data: bytes) -> None:
        return

    def getfile(self) -> BytesIO:
        return BytesIO()

    def close(self) -> None:
        return

    def __len__(self) -> int:
        return 0


class TooManyLarge(Error):
    code = 503
    reason = "Service Unavailable"


class Request(HTTPRequestParser):
    large: "WeakSet[Request]" = WeakSet()  # with large bodies, until they are answered

    def __init__(self, adj: Adjustments) -> None:
        super().__init__(adj)
        self.began = time.time()

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the headers. A body that is too large is read, so that the refusal arrives."""
        super().parse_header(header_plus)
        if self.content_length <= LARGE_BYTES:
            return
        if self.content_length > self.largest():
            self.body_rcv = FixedStreamReceiver(self.content_length, Discarded())
        elif len(self.large) >= LARGE_AT_ONCE:
            self.error = TooManyLarge("Many uploads are running. Try again in a minute.")
            self.body_rcv = None  # nothing more is read
        else:
            self.large.add(self)

    def received(self, data: bytes) -> int:
        consumed = int(super().received(data))
        if self.chunked and self.body_bytes_received > LARGE_BYTES:
            self.error = RequestEntityTooLarge("A body without a length is too large.")
            self.completed = True
        return consumed

    def largest(self) -> int:
        from recognizer.middleware import largest_body  # not at import: it needs the settings

        return largest_body(self.path)

    def late(self, now: float) -> bool:
        """Say whether the rest should have arrived by now."""
        if not self.headers_finished:
            return bool(now - self.began > HEADER_SECONDS)
        return bool(now - self.began > BODY_SECONDS + self.content_length / BYTES_PER_SECOND)


class Answer(WSGITask):
    def execute(self) -> None:
        try:
            super().execute()
        except Exception:
            if not self.wrote_header:
                self.status = "500 Internal Server Error"  # what waitress sends
            raise
        finally:
            self.channel.server.log_access(self, time.time() - self.start_time)


class Connection(HTTPChannel):
    parser_class = Request
    task_class = Answer

    def overdue(self, now: float) -> bool:
        """Say whether the client takes too long, with its request, the answer or the next one."""
        if self.total_outbufs_len:
            return bool(now - self.last_activity > SENDING_SECONDS)
        if self.requests:
            return False  # it waits for us
        if self.request:
            return bool(self.request.late(now))
        return bool(now - self.last_activity > IDLE_SECONDS)


class Server(TcpWSGIServer):
    channel_class = Connection

    def maintenance(self, now: float) -> None:
        """Do nothing: waitress calls this while it looks through its connections."""

    def close_overdue(self, now: float) -> None:
        for connection in list(self.active_channels.values()):
            if connection.overdue(now):
                connection.handle_close()

    def busy(self) -> bool:
        open_ = self.active_channels.values()
        return any(each.requests or each.total_outbufs_len for each in open_)


class BufferedWorker(Worker):
    """The worker for `gunicorn --worker-class`."""

    next_look = 0.0

    def run(self) -> None:
        adjustments = Adjustments(
            threads=self.cfg.threads,
            connection_limit=CONNECTIONS,
            max_request_header_size=HEADER_BYTES,
            inbuf_overflow=BUFFER_BYTES,
            outbuf_overflow=BUFFER_BYTES,
            outbuf_high_watermark=UNSENT_BYTES,
            backlog=self.cfg.backlog,
            ident=None,
            clear_untrusted_proxy_headers=False,  # PROXIES decides what is believed
        )
        threads = ThreadedTaskDispatcher()
        threads.set_thread_count(self.cfg.threads)
        watched: dict[int, Any] = {}
        servers = [self.server(each.sock, watched, threads, adjustments) for each in self.sockets]
        while self.alive and self.ppid == os.getppid():
            self.poll(watched, servers)
        for server in servers:
            server.accepting = False
        until = time.time() + self.cfg.graceful_timeout
        while any(server.busy() for server in servers) and time.time() < until:
            self.poll(watched, servers)
        threads.shutdown()

    def server(
        self,
        listening: Any,
        watched: dict[int, Any],
        threads: ThreadedTaskDispatcher,
        adjustments: Adjustments,
    ) -> Server:
        address = (listening.family, listening.type, listening.proto, listening.getsockname())
        server = Server(
            self.wsgi,
            watched,
            _sock=listening,
            dispatcher=threads,
            adj=adjustments,
            sockinfo=address,
            bind_socket=False,
        )
        server.log_access = self.log_access
        return server

    def poll(self, watched: dict[int, Any], servers: list[Server]) -> None:
        """Read and send what can be, and once a second look for clients that take too long."""
        wasyncore.loop(timeout=POLL_SECONDS, use_poll=True, map=watched, count=1)
        now = time.time()
        if now >= self.next_look:
            self.next_look = now + POLL_SECONDS
            self.notify()
            for server in servers:
                server.close_overdue(now)

    def log_access(self, answer: Answer, seconds: float) -> None:
        """Write a line into gunicorn's access log, if there is one."""
        environ = answer.get_environment()
        environ["RAW_URI"] = environ["REQUEST_URI"]
        response = SimpleNamespace(
            status=answer.status,
            headers=answer.response_headers,
            sent=answer.content_bytes_written,
            response_length=answer.content_bytes_written,
        )
        request = SimpleNamespace(headers=list(answer.request.headers.items()))
        self.log.access(response, request, environ, timedelta(seconds=seconds))
