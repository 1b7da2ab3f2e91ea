"""Measure what a normal client meets while slow clients hold connections, with several web servers.

    python -m benchmarks.slow_clients [--servers site nginx+gunicorn] [--clients 200] [--json FILE]

Each server runs the site with a new SQLite database. Slow clients of one kind open connections and
open them anew when the server closes them, at most TRIES times each:

- headers: half of the headers of a request, and one more header every TRICKLE seconds
- bodies: all headers and the first byte of a body, and one more byte every TRICKLE seconds
- downloads: the whole request for a large export of one person, and nothing of the answer is read;
  16 clients, and measured when the exports have been made as far as they are kept: before, it would
  be the processor that is measured

Meanwhile four normal clients ask for /livez and for the answer to a drawing, each on a new
connection, for --seconds. The table tells how many of their requests were answered within a second,
the median time, and the memory of all the server's processes. At the end all servers run together
without slow clients, and one client asks each in turn, on one connection, for the answers that the
studio shows while somebody draws. Servers whose programs are not
installed are left out (pip install granian uvicorn waitress; apt-get install nginx caddy).
"""

import argparse
import http.client
import json
import os
import selectors
import shutil
import signal
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

KINDS = ("none", "headers", "bodies", "downloads")
TRICKLE, TRIES, DOWNLOADS = 2.0, 20, 16
NORMAL_CLIENTS, PACE, PATIENCE = 4, 0.2, 5.0  # clients, seconds between requests, longest wait
LARGE, POINTS = 60, 10_000  # drawings of the export, and points of each: 7 MB
SETTLED = 20  # seconds until the exports have been made as far as the server keeps them
EXPORT = "/api/v1/drawings/export/"
SEVEN = [[[80, 80], [160, 60], [240, 80]], [[240, 80], [150, 300]]]


@dataclass
class SlowClients:
    """Slow clients of one kind in a thread. `opened` and `refused` count connections."""

    port: int
    kind: str
    count: int
    token: str = ""
    opened: int = 0
    statuses: list[int] = field(default_factory=list)
    stopping: bool = False

    def __enter__(self) -> "SlowClients":
        self.selector = selectors.DefaultSelector()
        for _ in range(self.count if self.kind != "none" else 0):
            self.open()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stopping = True
        self.thread.join()
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        self.selector.close()

    def first_bytes(self) -> bytes:
        """What a client sends at once."""
        if self.kind == "downloads":
            sign_in = f"Authorization: Token {self.token}\r\n"
            return f"GET {EXPORT} HTTP/1.1\r\nHost: localhost\r\n{sign_in}\r\n".encode()
        head = b"POST /api/v1/recognize/ HTTP/1.1\r\nHost: localhost\r\n"
        if self.kind == "headers":
            return head
        return head + b"Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"

    def open(self) -> None:
        self.opened += 1
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(PATIENCE)
        try:
            client.connect(("127.0.0.1", self.port))
            client.sendall(self.first_bytes())
        except OSError:
            client.close()
            return
        client.setblocking(False)
        # A download is never read, so its socket is not watched.
        events = selectors.EVENT_WRITE if self.kind == "downloads" else selectors.EVENT_READ
        self.selector.register(client, events)

    def run(self) -> None:
        while not self.stopping:
            time.sleep(0.1)
            if self.kind != "downloads":
                self.closed()
            if int(time.monotonic() / TRICKLE) != int((time.monotonic() - 0.1) / TRICKLE):
                self.trickle()

    def closed(self) -> None:
        """Open connections anew that the server has closed."""
        for key, _ in self.selector.select(0):
            client: Any = key.fileobj
            try:
                said = client.recv(4096)
            except OSError:
                said = b""
            if said.startswith(b"HTTP/1.1 "):
                self.statuses.append(int(said[9:12]))
                continue
            self.again(client)

    def trickle(self) -> None:
        for key in list(self.selector.get_map().values()):
            client: Any = key.fileobj
            try:
                if self.kind == "downloads":
                    client.send(b"")
                else:
                    client.send(b"X-Slow: 1\r\n" if self.kind == "headers" else b" ")
            except BlockingIOError:
                continue
            except OSError:
                self.again(client)

    def again(self, client: Any) -> None:
        self.selector.unregister(client)
        client.close()
        if self.opened < self.count * TRIES:
            self.open()


# Servers ------------------------------------------------------------------------------------------


def ours(port: int) -> list[str]:
    """The web server that `make run` starts."""
    from recognizer.management.commands.serve import programs

    return list(programs("127.0.0.1", port)[0].command)


def gunicorn(port: int, threads: int) -> list[str]:
    return [*ours(port), "--worker-class", "gthread", "--threads", str(threads)]


def granian(port: int, *more: str) -> list[str]:
    command = [sys.executable, "-m", "granian", "--port", str(port), "--workers", "2"]
    return [*command, "--log-level", "warning", "--no-ws", *more]


def granian_wsgi(port: int, threads: int) -> list[str]:
    threads_ = ["--blocking-threads", str(threads), "--http1-header-read-timeout", "10000"]
    return granian(port, "--interface", "wsgi", *threads_, "digitsite.wsgi:application")


def uvicorn(port: int) -> list[str]:
    command = [sys.executable, "-m", "uvicorn", "digitsite.asgi:application", "--workers", "2"]
    return [*command, "--port", str(port), "--log-level", "warning", "--no-access-log"]


def waitress(port: int) -> list[str]:
    script = f"""
from waitress import create_server
from digitsite.wsgi import application
import os, socket
listening = socket.socket()
listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listening.bind(("127.0.0.1", {port}))
listening.listen(1024)
os.fork()
create_server(application, sockets=[listening], threads=4, connection_limit=5000,
    channel_timeout=10, cleanup_interval=5, asyncore_use_poll=True,
    outbuf_high_watermark=2**40).run()
"""
    return [sys.executable, "-c", script]


NGINX = """
{user} daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  client_header_timeout 10s; client_body_timeout 10s; send_timeout 30s;
  client_max_body_size 256m; proxy_max_temp_file_size 2048m;
  upstream site {{ server 127.0.0.1:{inner}; keepalive 8; }}
  server {{
    listen 127.0.0.1:{port} backlog=1024;
    location / {{
      proxy_pass http://site; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }}
  }}
}}
"""
CADDY = """
{{
  admin off
  auto_https off
  servers {{
    timeouts {{
      read_header 10s
      read_body 30s
    }}
  }}
}}
http://:{port} {{
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:{inner} {{
    buffer_requests
    buffer_responses
    max_buffer_size 256MB
  }}
}}
"""


def nginx(port: int, inner: int, folder: Path) -> list[str]:
    path = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""  # it writes into the folder
    path.write_text(NGINX.format(port=port, inner=inner, folder=folder, user=user))
    return [shutil.which("nginx") or "", "-c", str(path)]


def caddy(port: int, inner: int, folder: Path) -> list[str]:
    path = folder / "Caddyfile"
    path.write_text(CADDY.format(port=port, inner=inner))
    return [shutil.which("caddy") or "", "run", "--config", str(path), "--adapter", "caddyfile"]


SERVERS: dict[str, Any] = {
    "site": ours,
    "gunicorn": lambda port: gunicorn(port, 4),
    "gunicorn, 64 threads": lambda port: gunicorn(port, 64),
    "granian": lambda port: granian_wsgi(port, 4),
    "granian, 64 threads": lambda port: granian_wsgi(port, 64),
    "granian, asgi": lambda port: granian(
        port, "--interface", "asgi", "digitsite.asgi:application"
    ),
    "uvicorn": uvicorn,
    "waitress": waitress,
}
PROXIES = {"nginx": nginx, "caddy": caddy}


def installed(name: str) -> bool:
    proxy, _, server = name.rpartition("+")
    module = server.partition(",")[0]
    there = not proxy or shutil.which(proxy) is not None
    return there and (module == "site" or find_spec(module) is not None)


@contextmanager
def running(site: Any, name: str) -> Iterator[None]:
    """Start the server, and the proxy before it, in front of the site's database."""
    from tests.processes.waiting import free_port

    proxy, _, server = name.rpartition("+")
    if proxy:
        inner = free_port()
        site.launch("web", SERVERS[server](inner))
        site.launch("proxy", PROXIES[proxy](site.port, inner, site.home))
    else:
        site.launch("web", SERVERS[server](site.port))
    try:
        wait_until_it_answers(site)
        yield
    finally:
        for program in ("web", *(["proxy"] if proxy else [])):
            os.killpg(site.running[program].pid, signal.SIGKILL)
            site.running.pop(program).wait()


def wait_until_it_answers(site: Any) -> None:
    from tests.processes.waiting import wait_for

    wait_for(lambda: ask(site.port, "/livez")[0] == 200, seconds=60, name="the server answers")
    for _ in range(20):  # every process loads the version
        ask(site.port, "/api/v1/recognize/", {"strokes": SEVEN})


# What a normal client meets -----------------------------------------------------------------------


def ask(port: int, path: str, body: Any = None) -> tuple[int, float]:
    """Return the status, 0 for none, and the seconds until the answer was read."""
    started = time.perf_counter()
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        headers = {"Host": "localhost", "Content-Type": "application/json"}
        given = None if body is None else json.dumps(body)
        client.request("GET" if body is None else "POST", path, given, headers)
        response = client.getresponse()
        status = response.status if response.read() else 0
    except (OSError, http.client.HTTPException):
        status = 0
    finally:
        client.close()
    return status, time.perf_counter() - started


def normal_client(port: int, seconds: float) -> list[tuple[int, float]]:
    answers = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answers += [ask(port, "/livez"), ask(port, "/api/v1/recognize/", {"strokes": SEVEN})]
        time.sleep(PACE)
    return answers


def memory(groups: set[int]) -> float:
    """Return the megabytes that the processes of these groups use (their proportional set size)."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/smaps_rollup"):
        try:
            if os.getpgid(int(status.parent.name)) in groups:
                lines = status.read_text().splitlines()
                total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        except OSError:
            continue
    return total / 1024


def measured(site: Any, kind: str, clients: int, seconds: float) -> dict[str, Any]:
    count = min(clients, DOWNLOADS) if kind == "downloads" else clients
    with SlowClients(site.port, kind, count, site.tokens["owner"]) as slow:
        time.sleep(SETTLED if kind == "downloads" else 1)
        with ThreadPoolExecutor(NORMAL_CLIENTS) as normal:
            runs = [normal.submit(normal_client, site.port, seconds) for _ in range(NORMAL_CLIENTS)]
            answers = [answer for run in runs for answer in run.result()]
        used = memory({process.pid for process in site.running.values()})
    return {
        "kind": kind,
        "requests": len(answers),
        "within a second": sum(s == 200 and t < 1 for s, t in answers) / len(answers),
        "median ms": statistics.median(t for _, t in answers) * 1000,
        "p95 ms": statistics.quantiles([t for _, t in answers], n=20)[-1] * 1000,
        "MB": used,
        "slow connections": slow.opened,
    }


PREVIEWS, ROUNDS = 60, 8


def previews(site: Any, names: list[str]) -> dict[str, tuple[float, float]]:
    """Return each server's median and 95th percentile of an answer in ms, all asked in turn."""
    from tests.processes.waiting import free_port

    ports, times = {}, {name: [] for name in names}  # type: ignore[var-annotated]
    try:
        for name in names:
            site.port = ports[name] = free_port()
            site.launch(name, SERVERS[name](site.port))
            wait_until_it_answers(site)
        for _ in range(ROUNDS):
            for name in names:
                times[name] += asked_in_a_row(ports[name])
    finally:
        site.stop()
    return {
        name: (statistics.median(each) * 1000, statistics.quantiles(each, n=20)[-1] * 1000)
        for name, each in times.items()
    }


def asked_in_a_row(port: int) -> list[float]:
    """Return the seconds of each answer to the same drawing on one connection."""
    client = http.client.HTTPConnection("127.0.0.1", port)
    body, headers = json.dumps({"strokes": SEVEN}), {"Content-Type": "application/json"}
    times = []
    for _ in range(PREVIEWS):
        started = time.perf_counter()
        client.request("POST", "/api/v1/recognize/", body, headers)
        answer = client.getresponse()
        answer.read()
        times.append(time.perf_counter() - started)
        assert answer.status == 200
    client.close()
    return times


def with_a_large_export(site: Any) -> Any:
    """Give the owner drawings that make an export of 7 MB."""
    saved = site.post("/api/v1/drawings/", {"strokes": SEVEN}, by="owner")["id"]
    stroke = [[n % 1000, n // 10] for n in range(POINTS)]
    with site.database() as rows:
        names = [row[1] for row in rows.execute("PRAGMA table_info(recognizer_drawing)")]
        columns = ", ".join(f'"{name}"' for name in names if name != "id")
        sizes = (json.dumps([stroke]), saved)
        rows.execute("UPDATE recognizer_drawing SET strokes = ? WHERE id = ?", sizes)
        copy = f"INSERT INTO recognizer_drawing ({columns}) SELECT {columns} "
        for _ in range(LARGE):
            rows.execute(copy + "FROM recognizer_drawing WHERE id = ?", (saved,))
        rows.commit()
    client = http.client.HTTPConnection("127.0.0.1", site.port)
    client.request("GET", EXPORT, headers={"Authorization": f"Token {site.tokens['owner']}"})
    assert client.getresponse().status == 200
    client.close()
    return site


@contextmanager
def new_site() -> Iterator[Any]:
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"DIGITS_HOME": home, "DJANGO_SETTINGS_MODULE": "digitsite.settings"}
        import django

        django.setup()
        from tests.processes.site import Site

        limits = {"ANON_RATE": "1000000/min", "API_RATE": "1000000/min"}
        site = Site(Path(home), {**limits, "TMPDIR": home}).set_up()
        try:
            site.start("web")
            with_a_large_export(site)
            site.kill("web")
            yield site
        finally:
            site.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    possible = [*SERVERS, *(f"{proxy}+{server}" for proxy in PROXIES for server in SERVERS)]
    parser.add_argument("--servers", nargs="+", choices=possible, default=list(SERVERS))
    parser.add_argument("--kinds", nargs="*", choices=KINDS, default=list(KINDS))
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    figures = []
    with new_site() as site:
        print("server | slow clients | within 1 s | median ms | p95 ms | MB", flush=True)
        for name in filter(installed, options.servers):
            for kind in options.kinds:
                with running(site, name):
                    run = measured(site, kind, options.clients, options.seconds)
                figures.append({"server": name, **run})
                share, median, p95 = run["within a second"], run["median ms"], run["p95 ms"]
                print(
                    f"{name} | {kind} | {share:.0%} | {median:.1f} | {p95:.1f} | {run['MB']:.0f}",
                    flush=True,
                )
        alone = [name for name in options.servers if name in SERVERS and installed(name)]
        latency = previews(site, alone)
        print("server | preview, median ms | p95 ms")
        for name, (median, p95) in latency.items():
            print(f"{name} | {median:.2f} | {p95:.2f}", flush=True)
    if options.json:
        told = {"clients": options.clients, "seconds": options.seconds, "figures": figures}
        told["preview ms"] = latency
        options.json.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the servers are stopped then as well
    main()
