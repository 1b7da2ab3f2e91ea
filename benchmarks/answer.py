"""How long an answer takes over HTTP, beside a signed-in view that does nothing and a bare service.

    python -m benchmarks.answer [--seconds 3] [--rounds 3] [--threads 4] [--json OUT]

One web process of the site, with SQLite, answers drawn digits of some 30 points and a PNG of 280
pixels: signed in, and with a token, on 1 and on 16 connections that stay open. The empty view is
behind the same middleware; the bare service is waitress with the same recognition and nothing else
(no accounts, limits, checks). Each round asks all of them in turn, for --seconds each; printed are
the medians over the rounds, and the times as multiples of the empty view's in the same round.
"""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.endpoint import drawn_digits

CONNECTIONS = (1, 16)
EMPTY, BARE = "empty view, signed in", "bare service"
CSRF = "c" * 32
SIGN_IN = """
from django.test import Client
from recognizer.models import User
client = Client(SERVER_NAME="localhost")
client.force_login(User.objects.get(username="owner"))
print(client.cookies["sessionid"].value)
"""
SERVE_BARE = """
import json, sys
from waitress import serve
from mlcore.ink.strokes import parse, rasterize
from mlcore.recognition import bundle
recognizer = bundle.shipped().recognizer()
def app(environ, start):
    sent = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    answer = recognizer.recognize(rasterize(parse(json.loads(sent)["strokes"])))
    body = json.dumps({"digit": answer.digit, "probabilities": answer.probabilities}).encode()
    start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=int(sys.argv[2]), _quiet=True)
"""


@dataclass
class Case:
    """One kind of request. bodies: sent in turn; None for a GET. server: its process id."""

    name: str
    port: int
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    bodies: list[bytes] | None = None
    status: int = 200
    server: int = 0

    def ask(self, connection: http.client.HTTPConnection, number: int) -> None:
        """Send the request of this number. Raises AssertionError for another status."""
        body = self.bodies[number % len(self.bodies)] if self.bodies else None
        connection.request("POST" if body else "GET", self.path, body, self.headers)
        answer = connection.getresponse()
        said = answer.read()
        assert answer.status == self.status, (self.name, answer.status, said[:300])


@contextmanager
def connected(port: int) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        yield connection
    finally:
        connection.close()


def main() -> None:
    options = arguments(__doc__, seconds=3.0)
    with tempfile.TemporaryDirectory() as home, site(home, options.threads) as cases:
        compare(cases, CONNECTIONS, options)


def arguments(about: str, *, seconds: float) -> argparse.Namespace:
    """Parse the options of a command that compares cases. seconds: the default for each."""
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=seconds)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=4, help="threads of each server")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    return parser.parse_args()


def compare(cases: Sequence[Case], connections: Sequence[int], options: Any) -> None:
    """Ask all cases in turn, in several rounds, and print and write the figures."""
    for case in cases:  # warm
        asked(case, 1, 0.5)
    rounds = [
        {
            f"{case.name}, {number}": asked(case, number, options.seconds)
            for case in cases
            for number in connections
        }
        for _ in range(options.rounds)
    ]
    print(table(rounds))
    if options.json:
        options.json.write_text(json.dumps(rounds, indent=2) + "\n")


@contextmanager
def site(home: str, threads: int, more: Mapping[str, str] | None = None) -> Iterator[list[Case]]:
    """Start one web process and the bare service, and yield what is asked of them.

    more: other settings of the site.
    """
    os.environ |= {"DIGITS_HOME": home, "DJANGO_SETTINGS_MODULE": "benchmarks.answer_site"}
    import django

    django.setup()
    from recognizer.management.commands.serve import programs
    from tests.processes.site import Site
    from tests.processes.waiting import free_port, wait_for

    settings = {"DJANGO_SETTINGS_MODULE": "benchmarks.answer_site"}
    settings |= {"WEB_THREADS": str(threads), **(more or {})}
    running = Site(Path(home) / "site", environment=settings).set_up()
    session = running.manage("shell", "--verbosity", "0", "-c", SIGN_IN).split()[-1]
    port = free_port()
    bare = subprocess.Popen([sys.executable, "-c", SERVE_BARE, str(port), str(threads)])
    try:
        (web,) = (each for each in programs("127.0.0.1", running.port) if each.name == "web")
        running.launch("web", [*web.command, "--workers", "1"])
        wait_for(running.answers, seconds=60, name="the web server answers")
        cases = cases_of(running.port, session, running.tokens["owner"], port)
        cases[0].server = running.running["web"].pid
        yield cases
    finally:
        bare.kill()
        bare.wait()
        running.stop()


def cases_of(port: int, session: str, token: str, bare: int) -> list[Case]:
    import cv2

    from mlcore.ink.strokes import ink_of, parse
    from mlcore.pictures.encoding import photographed, png

    drawn = drawn_digits()
    strokes = [json.dumps(body).encode() for body in drawn]
    inks = [ink_of(parse(body["strokes"])) for body in drawn]
    pictures = [
        png(photographed(cv2.resize(ink, (280, 280)), 1)) for ink in inks if ink is not None
    ]
    as_person = {"Cookie": f"sessionid={session}; csrftoken={CSRF}", "X-CSRFToken": CSRF}
    as_program = {"Authorization": f"Token {token}"}
    is_json, path = {"Content-Type": "application/json"}, "/api/v1/recognize/"
    is_form = {"Content-Type": "multipart/form-data; boundary=b"}
    return [
        Case(EMPTY, port, "/empty/", as_person),
        Case("strokes, signed in", port, path, as_person | is_json, strokes),
        Case("strokes, token", port, path, as_program | is_json, strokes),
        Case("picture, signed in", port, path, as_person | is_form, [form(it) for it in pictures]),
        Case(BARE, bare, "/", is_json, strokes),
    ]


def form(picture: bytes) -> bytes:
    head = b'--b\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n'
    return head + b"Content-Type: image/png\r\n\r\n" + picture + b"\r\n--b--\r\n"


def asked(case: Case, connections: int, seconds: float) -> dict[str, float]:
    """Ask for some seconds; return the median and 99th percentile in ms, and the requests a second.

    Raises AssertionError for an answer that is none.
    """
    times: list[float] = []
    started = time.perf_counter()

    def ask() -> None:
        with connected(case.port) as connection:
            for number in count():
                began = time.perf_counter()
                if began >= started + seconds:
                    break
                case.ask(connection, number)
                times.append(1000 * (time.perf_counter() - began))

    clients = [threading.Thread(target=ask) for _ in range(connections)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    passed = time.perf_counter() - started
    ordered = sorted(times)
    return {
        "p50": statistics.median(ordered),
        "p99": ordered[int(0.99 * (len(ordered) - 1))],
        "a second": len(times) / passed,
    }


def table(rounds: list[dict[str, dict[str, float]]]) -> str:
    """Return a Markdown table of medians over the rounds."""
    lines = [["request, connections", "p50 ms", "p99 ms", "a second", "p50 : empty view's"]]
    lines.append(["---"] * len(lines[0]))
    for name in rounds[0]:
        empty = f"{EMPTY}, {name.rpartition(', ')[2]}"
        ratios = [each[name]["p50"] / each[empty]["p50"] for each in rounds]
        values = [statistics.median(each[name][key] for each in rounds) for key in rounds[0][name]]
        lines.append([name, *(f"{v:.2f}" for v in values), f"{statistics.median(ratios):.2f}"])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()
