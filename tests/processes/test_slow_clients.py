"""Clients that send or read slowly do not take the site away from others."""

import http.client
import json
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from benchmarks.slow_clients import EXPORT, SlowClients, with_a_large_export
from digitsite import buffered_worker
from tests.conftest import SEVEN
from tests.processes.site import Site
from tests.processes.waiting import wait_for

pytestmark = pytest.mark.slow

MANY = 200
HOST = "Host: localhost\r\n"
RECOGNIZE = f"POST /api/v1/recognize/ HTTP/1.1\r\n{HOST}".encode()
END = b"\r\n0\r\n\r\n"  # of a whole answer in chunks
JSON = b"Content-Type: application/json\r\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with its web server only, and an owner whose export is large."""
    site = Site(tmp_path_factory.mktemp("slow"), {"ANON_RATE": "100000/min"}).set_up()
    try:
        site.start("web")
        yield with_a_large_export(site)
    finally:
        site.stop()


def connected(site: Site, sent: bytes) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", site.port), timeout=120)
    client.sendall(sent)
    return client


def everything(client: socket.socket) -> bytes:
    """Return what the server sends until it closes the connection."""
    pieces = []
    while piece := client.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)


@pytest.mark.parametrize("kind", ["headers", "bodies", "downloads"])
def test_the_site_answers_while_many_clients_are_slow(site: Site, kind: str) -> None:
    with SlowClients(site.port, kind, MANY, site.tokens["owner"]) as slow:
        for _ in range(10):
            assert site.get("/livez")["status"] == "ok"
            assert site.request("POST", "/api/v1/recognize/", {"strokes": SEVEN})["digit"] == 7
        assert slow.opened >= MANY


def test_clients_that_do_not_go_on_are_disconnected(site: Site) -> None:
    unfinished = [RECOGNIZE, RECOGNIZE + JSON + b"Content-Length: 100\r\n\r\n{", b""]
    clients = [connected(site, sent) for sent in unfinished]
    for client in clients:
        with closing(client):
            assert everything(client) == b""


@contextmanager
def download(site: Site, port: int) -> Iterator[socket.socket]:
    """Yield a connection whose export has begun. Earlier downloads may still have to end."""

    def begun() -> socket.socket | None:
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(120)
        client.connect(("127.0.0.1", port))
        sign_in = f"Authorization: Token {site.tokens['owner']}\r\n"
        client.sendall(f"GET {EXPORT} HTTP/1.1\r\n{HOST}{sign_in}\r\n".encode())
        if client.recv(12) == b"HTTP/1.1 200":
            return client
        client.close()
        return None

    with wait_for(begun, name="a download begins") as client:
        yield client


def test_a_download_that_nobody_reads_ends(site: Site) -> None:
    with download(site, site.port) as client:
        time.sleep(buffered_worker.SENDING_SECONDS + 5)
        try:
            received = everything(client)
        except ConnectionResetError:
            received = b""
    assert not received.endswith(END)


@pytest.mark.parametrize("size", [7 * 1024**2, 40 * 1024**2])
def test_a_body_that_is_too_large_is_refused_with_words(site: Site, size: int) -> None:
    client = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    with closing(client):
        headers = {"Content-Type": "application/json"}
        client.request("POST", "/api/v1/recognize/", b" " * size, headers)
        answer = client.getresponse()
        assert answer.status == 413
        error = json.load(answer)["error"]
    assert error == {"code": "too_large", "message": "The request is larger than 6 MB."}


def test_a_body_without_a_length_has_a_limit(site: Site) -> None:
    head = RECOGNIZE + JSON + b"Transfer-Encoding: chunked\r\n\r\n"
    piece = f"{1024**2:x}\r\n".encode() + b" " * 1024**2 + b"\r\n"
    with connected(site, head) as client:
        try:
            for _ in range(20):
                client.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            return  # refused, and the connection closed
        assert everything(client).startswith(b"HTTP/1.1 413 ")


def test_a_body_without_a_length_is_read(site: Site) -> None:
    body = json.dumps({"strokes": SEVEN}).encode()
    head = RECOGNIZE + JSON + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    chunk = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    with connected(site, head + chunk) as client:
        assert everything(client).startswith(b"HTTP/1.1 200 ")


def test_answers_are_finished_when_the_server_stops(site: Site, tmp_path: Path) -> None:
    """The access log has the requests, with the secrets of links masked."""
    other = Site(tmp_path, {**site.environment, "DIGITS_HOME": str(site.home)})
    log = tmp_path / "access"
    command = [sys.executable, "-m", "gunicorn", "digitsite.wsgi", "--bind"]
    command += [f"127.0.0.1:{other.port}", "--access-logfile", str(log)]
    command += ["--logger-class", "digitsite.access_log.MaskedLogger"]
    other.launch("web", command)
    try:
        wait_for(other.answers, name="the web server answers")
        link = "GET /accounts/reset/MQ/abc123-0123456789abcdef/ HTTP/1.1"
        with connected(other, f"{link}\r\n{HOST}Connection: close\r\n\r\n".encode()) as client:
            assert everything(client).startswith(b"HTTP/1.1 200 ")
        with download(site, other.port) as client:
            other.running["web"].terminate()
            assert everything(client).endswith(END)
        other.running.pop("web").wait(30)
    finally:
        other.stop()
    text = log.read_text()
    assert '"GET /readyz?' in text
    assert f'"GET {EXPORT} HTTP/1.1" 200 ' in text
    assert '"GET /accounts/reset/... HTTP/1.1" ' in text
