"""A site under `manage.py serve`, with training processes that fail on command."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from mlcore.recognition import bundle
from recognizer.management.commands.serve import programs
from tests.processes.forms import mirrored_digits
from tests.processes.site import ROOT, Site, processes
from tests.processes.waiting import wait_for

ENVIRONMENT = {
    "JOB_LEASE_SECONDS": "3",
    "JOB_MAX_ATTEMPTS": "2",
    "JOB_MEMORY_LIMIT_MB": "300",
    "JOB_TIME_LIMIT_SECONDS": "8",
    "JOB_RETRIES_AFTER_CRASH": "1",
    "RESCORE_AFTER_PROMOTION": "0",
}
KILLED_WEB = "tests.processes.killed_web"


@dataclass
class Survivor(Site):
    """orders: the file that says what the next training processes do (stand_in.py)."""

    expected: int = 1  # the version that serves

    def __post_init__(self) -> None:
        self.orders = self.home / "orders" / "now"
        self.orders.parent.mkdir()
        command = f"{sys.executable} -m tests.processes.stand_in {self.orders}"
        self.environment = {**ENVIRONMENT, "TRAINING_COMMAND": command, **self.environment}
        super().__post_init__()

    def set_up(self) -> "Survivor":
        super().set_up()
        self.serve()
        self.correct(mirrored_digits(4))
        return self

    def serve(self) -> None:
        """Start web server and worker under the supervisor, which restarts them."""
        self.launch("serve", [sys.executable, "manage.py", "serve", "--port", str(self.port)])
        wait_for(self.answers, name="the web server answers")
        wait_for(self.worker_is_there, name="the worker signs in")

    def stop(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.wait(30)
        self.running.clear()

    def worker_is_there(self) -> bool:
        return self.get("/api/v1/jobs/", by="owner")["worker"]["alive"]

    # Processes ------------------------------------------------------------------------------------

    def group_of(self, name: str) -> int:
        """Return the process group of the supervisor's `web` or `worker`."""
        module = {"web": "gunicorn", "worker": "worker-"}[name]
        for pid, parent, words in processes():
            if parent == self.running["serve"].pid and module in words:
                return pid
        raise AssertionError(f"{name} does not run")

    def kill_group(self, name: str) -> None:
        os.killpg(self.group_of(name), signal.SIGKILL)

    def training_pids(self) -> set[int]:
        """Return the ids of all training processes ever started, and of their children."""
        files = list(self.orders.parent.glob("*.pids"))
        return {int(pid) for file in files for pid in file.read_text().split()}

    def alive(self) -> list[int]:
        """Return the training processes that still run."""
        known = self.training_pids()
        return [pid for pid, _, _ in processes() if pid in known]

    def child(self) -> int:
        """Return the only running training process."""
        (pid,) = self.alive()
        return pid

    # Jobs -----------------------------------------------------------------------------------------

    def order(self, what: str) -> None:
        self.orders.write_text(what)

    def begin(self, what: str) -> int:
        """Queue a retraining with these orders, and wait until its training process runs."""
        self.order(what)
        before = self.training_pids()
        number = self.retrain()
        wait_for(lambda: self.training_pids() - before, name="a training process")
        return number

    def over(self, number: int) -> dict[str, Any]:
        """Wait for the job's end, check that nothing is left behind, and return the job."""
        job = self.wait_for_job(number, "succeeded", "failed", "canceled")
        self.is_clean()
        return job

    def run(self, what: str) -> dict[str, Any]:
        self.order(what)
        return self.over(self.retrain())

    def made_one_version(self, number: int, attempt: int, before: list[int]) -> None:
        """Check that the job succeeded at this attempt, and made the only new version."""
        job = self.over(number)
        assert (job["status"], job["attempt"]) == ("succeeded", attempt), job["error"]
        assert self.versions() == [*before, job["version"]]

    def is_clean(self) -> None:
        """Check for left training processes, left files, and incomplete versions."""
        wait_for(lambda: not self.alive(), name="the training process is gone")
        self.is_swept()
        with self.database() as rows:
            files = "SELECT v.number, count(f.id) FROM recognizer_modelversion v "
            files += "LEFT JOIN recognizer_versionfile f ON f.version_id = v.id GROUP BY v.id"
            assert {count for _, count in rows.execute(files)} == {len(bundle.BINARIES)}

    def versions(self) -> list[int]:
        with self.database() as rows:
            found = rows.execute("SELECT number FROM recognizer_modelversion ORDER BY number")
            return [number for (number,) in found]

    def deployed(self) -> int:
        """Return the version of the newest deployment; web processes follow within a second."""
        with self.database() as rows:
            newest = """SELECT v.number FROM recognizer_deployment d
                JOIN recognizer_modelversion v ON v.id = d.version_id ORDER BY d.sequence DESC"""
            return rows.execute(newest).fetchone()[0]

    def killed_web(self) -> Site:
        """Start another web server, which kills itself when it would send a message."""
        site = Site(self.home, self.environment, tokens=self.tokens)
        (usual,) = (each for each in programs("127.0.0.1", site.port) if each.name == "web")
        command = [word.replace("digitsite.wsgi", KILLED_WEB) for word in usual.command]
        assert KILLED_WEB in command
        site.launch("killed_web", command)
        wait_for(site.answers, name="the other web server answers")
        return site

    def launch_worker(self, name: str, environment: Mapping[str, str] | None = None) -> None:
        """Start another worker, as on another machine."""
        (usual,) = (each for each in programs("127.0.0.1", 0) if each.name == "worker")
        command = [*usual.command[:-1], f"{name}@%h"]
        assert "--hostname" in command
        before = self.workers()
        self.launch(name, command, environment)
        wait_for(lambda: self.workers() > before, name=f"the worker {name}")

    def workers(self) -> int:
        with self.database() as rows:
            (count,) = rows.execute("SELECT count(*) FROM recognizer_worker").fetchone()
        return count

    @contextmanager
    def asleep(self, name: str) -> Iterator[None]:
        """Stop the supervisor's `web` or `worker` meanwhile, with SIGSTOP."""
        group = self.group_of(name)
        self.put_to_sleep(group)
        try:
            yield
        finally:
            os.killpg(group, signal.SIGCONT)

    def shell(self, script: str) -> str:
        """Run a script in the site's shell, and return its output."""
        command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", script]
        return subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def jobs_there(self) -> set[int]:
        with self.database() as rows:
            return {pk for (pk,) in rows.execute("SELECT id FROM recognizer_job")}


def parent_of(pid: int) -> int:
    return next(parent for each, parent, _ in processes() if each == pid)


def stays(what: Any, value: Any, *, seconds: float) -> None:
    """Fail if `what()` changes within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert what() == value
        time.sleep(0.2)
