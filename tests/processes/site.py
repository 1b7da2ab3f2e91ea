"""A whole site in separate processes, used only through its programs and its API."""

import atexit
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from fcntl import LOCK_EX, flock
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from recognizer.management.commands.serve import programs
from tests.processes import servers
from tests.processes.waiting import free_port, wait_for

ROOT = Path(__file__).resolve().parent.parent.parent
# In one program: starting one takes longer than most of this.
DUMP = "database.sql"
# Ready to answer, though some of the site's programs may not run.
READY = "/readyz?exclude=worker&exclude=deployed&exclude=disk"
SET_UP = """
from recognizer.models import User
from django.core.management import call_command
from recognizer.actions.accounts.tokens import create_token
from recognizer.management.commands.serve import collect_static_files
call_command("setup", verbosity=0)
collect_static_files()
owner = User.objects.create_user("owner", password="correct horse")
trainer = User.objects.create_superuser("trainer", password="correct horse")
print(create_token(owner=owner, name="t")[1], create_token(owner=trainer, name="t")[1])
"""


def is_stopped(group: int) -> bool:
    """Say whether every thread of a process group is stopped, or a zombie."""
    command = ["ps", "-A", "-L", "-o", "pgid=,stat="]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    threads = (line.split() for line in listed.splitlines())
    return all(state[0] in "TZ" for of, state in threads if int(of) == group)


def processes() -> Iterator[tuple[int, int, str]]:
    """Yield (process id, parent id, command line) of all processes except zombies."""
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,stat=,args="],
        capture_output=True,
        text=True,
        check=True,
    )
    for line in listed.stdout.splitlines():
        pid, parent, state, words = line.split(maxsplit=3)
        if not state.startswith("Z"):
            yield int(pid), int(parent), words


@dataclass
class Site:
    """The programs that `serve` starts, with a separate home, database and broker."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("DJANGO_")}
        self.environment = {
            **inherited,
            "DIGITS_HOME": str(self.home),
            "WORKER_HEARTBEAT_SECONDS": "1",
            "JOB_LEASE_SECONDS": "5",
            **self.environment,
        }

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def set_up(self) -> "Site":
        """Set up tables, static files and people, as copies of a template site's."""
        url = self.environment.get("DATABASE_URL", "")
        with new_site(on_server=bool(url)) as template:
            shutil.copytree(template.home, self.home, dirs_exist_ok=True)
            self.tokens = template.tokens
        if url:
            servers.load(self.home / DUMP, url)
        return self

    def set_up_anew(self) -> "Site":
        owner, trainer = self.manage("shell", "--verbosity", "0", "-c", SET_UP).split()[-2:]
        self.tokens = {"owner": owner, "trainer": trainer}
        return self

    def start(self, *names: str) -> "Site":
        """Start `web`, `worker` and `reader`, or only the named programs."""
        for program in programs("127.0.0.1", self.port):
            if not names or program.name in names:
                self.launch(program.name, program.command, {"TMPDIR": str(self.home)})
        if "web" in self.running:
            wait_for(self.answers, name="the web server answers")
        return self

    def launch(
        self, name: str, command: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> None:
        """Start a program in a new process group, with a log in the site's home."""
        with (self.home / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**self.environment, **(environment or {})},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def answers(self) -> bool:
        try:
            return self.get(READY)["status"] == "ok"
        except (OSError, urllib.error.HTTPError):
            return False

    def kill(self, name: str) -> None:
        """Kill the program's whole process group with SIGKILL."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def training_processes(self) -> list[str]:
        """Return the command lines of the site's training processes."""
        return [
            words
            for _, _, words in processes()
            if "mlcore retrain" in words and str(self.home) in words
        ]

    def replace_worker(self) -> None:
        """Kill the worker during a training, wait for the child's end, start another worker."""
        wait_for(self.training_processes, name="a training process")
        self.kill("worker")
        wait_for(lambda: not self.training_processes(), name="its child ends as well")
        self.start("worker")

    def put_to_sleep(self, group: int) -> None:
        """Stop a process group with SIGSTOP, at a moment when it does not lock the database."""
        while True:
            os.killpg(group, signal.SIGSTOP)
            # A thread stops only when it leaves the kernel, perhaps with a lock it just got.
            wait_for(lambda: is_stopped(group), name="every thread is stopped")
            if self.can_be_written():
                return
            os.killpg(group, signal.SIGCONT)
            time.sleep(0.05)

    def can_be_written(self) -> bool:
        """Say whether nobody holds the database's lock for longer than half a second."""
        try:
            with closing(sqlite3.connect(self.home / "digits.sqlite3", timeout=0.5)) as rows:
                rows.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        return True

    def stop(self) -> None:
        for name in list(self.running):
            self.kill(name)

    @contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """Open the database directly, without starting a program."""
        with closing(sqlite3.connect(self.home / "digits.sqlite3", timeout=20)) as rows, rows:
            yield rows

    # Requests -------------------------------------------------------------------------------------

    def get(self, path: str, *, by: str = "") -> Any:
        return self.request("GET", path, by=by)

    def post(self, path: str, body: Any = None, *, by: str) -> Any:
        return self.request("POST", path, body or {}, by=by)

    def request(self, method: str, path: str, body: Any = None, *, by: str = "") -> Any:
        data = None if body is None else json.dumps(body).encode()
        text = self.sent(method, path, data, "application/json", by)
        return json.loads(text) if text else None

    def upload(
        self, path: str, field: str, file: bytes, *, by: str, fields: Mapping[str, str] = {}
    ) -> Any:
        """Send a file, with other fields, as a form."""
        between = b"--between\r\nContent-Disposition: form-data; name="
        parts = [b'"%b"\r\n\r\n%b\r\n' % (k.encode(), v.encode()) for k, v in fields.items()]
        parts += [b'"%b"; filename="file"\r\n\r\n%b\r\n' % (field.encode(), file)]
        body = b"".join(between + part for part in parts) + b"--between--\r\n"
        return json.loads(
            self.sent("POST", path, body, "multipart/form-data; boundary=between", by)
        )

    def sent(self, method: str, path: str, data: bytes | None, content_type: str, by: str) -> bytes:
        """Send a request and return the body of the answer."""
        headers = {"Content-Type": content_type}
        if by:
            headers["Authorization"] = f"Token {self.tokens[by]}"
        url = f"http://127.0.0.1:{self.port}{path}"
        request = urllib.request.Request(url, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 (http only)
                return response.read()
        except urllib.error.HTTPError as error:
            error.add_note(f"{method} {path}: {error.read().decode(errors='replace')}")
            raise

    # Actions of people ----------------------------------------------------------------------------

    def correct(self, drawings: list[tuple[list, int]]) -> None:
        """Let the owner save each drawing and the trainer, who may review, label it."""
        for strokes, label in drawings:
            saved = self.post("/api/v1/drawings/", {"strokes": strokes}, by="owner")
            path = f"/api/v1/drawings/{saved['id']}/label/"
            self.post(path, {"label": label}, by="trainer")

    def answer(self, strokes: list) -> dict[str, Any]:
        return self.post("/api/v1/recognize/", {"strokes": strokes}, by="owner")

    def retrain(self, *, seed: int | None = None, **recipe: float) -> int:
        """Queue a retraining and return its id. Without a seed, a random one is used."""
        asked = {"recipe": recipe} | ({} if seed is None else {"seed": seed})
        return self.post("/api/v1/jobs/", asked, by="trainer")["id"]

    def job(self, number: int) -> dict[str, Any]:
        return self.get(f"/api/v1/jobs/{number}/", by="owner")

    def serving(self) -> int:
        """Return the version with which a web process answers."""
        strokes = [[[0, 0], [100, 0]], [[100, 0], [50, 200]]]
        return self.answer(strokes)["version"]

    def wait_for_job(self, number: int, *statuses: str) -> dict[str, Any]:
        def reached() -> dict[str, Any] | None:
            job = self.job(number)
            return job if job["status"] in statuses else None

        return wait_for(reached, name=f"job {number} is {' or '.join(statuses)}")

    def follows(self, version: int) -> None:
        """Wait until every web process answers with the version; they check once a second."""
        wait_for(
            lambda: {self.serving() for _ in range(20)} == {version},
            name=f"all web processes serve version {version}",
        )

    def is_swept(self) -> None:
        """Wait until the jobs' folder is empty: a job's folder is removed just after its end."""
        wait_for(
            lambda: not list((self.home / "jobs").glob("*/*")),
            name="the jobs' folder is empty",
        )


@contextmanager
def new_site(*, on_server: bool) -> Iterator[Site]:
    """Yield a template site, set up and never started, for copies: setting one up is slow.

    Parallel test processes share it until the process that made it ends. on_server: its database is
    one of PostgreSQL, and in its home as DUMP.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    kind = "postgresql" if on_server else "sqlite"
    site = Site(Path(gettempdir()) / f"digit-site-{kind}-{run}")
    tokens = site.home.with_suffix(".json")
    with alone(site.home):
        if tokens.exists():
            site.tokens = json.loads(tokens.read_text())
        else:
            atexit.register(remove, site.home)
            site.home.mkdir()
            if on_server:
                with servers.postgresql() as url:
                    site.environment |= {"DATABASE_URL": url, "SECRET_KEY": "of the template"}
                    site.set_up_anew()
                    servers.dump(url, site.home / DUMP)
            else:
                site.set_up_anew()
            tokens.write_text(json.dumps(site.tokens))
        yield site


def remove(home: Path) -> None:
    with alone(home):
        home.with_suffix(".json").unlink(missing_ok=True)
        shutil.rmtree(home)
        home.with_suffix(".lock").unlink()


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Lock out other test processes."""
    with home.with_suffix(".lock").open("w") as lock:
        flock(lock, LOCK_EX)
        yield
