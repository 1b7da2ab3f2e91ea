"""Replaces `python -m mlcore` through TRAINING_COMMAND: quick, and fails on command.

    python -m tests.processes.stand_in ORDERS retrain FOLDER --watch-stdin

ORDERS is a file with one of the names below and an optional number. Each start writes its process
id, and that of its own child if it has one, to a file beside ORDERS.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.actions.versions.verdicts import report

STEP = 0.1


def main(orders: Path, folder: Path) -> None:
    threading.Thread(target=end_with_stdin, daemon=True).start()
    name, _, number = orders.read_text().strip().partition(" ")
    leave(orders, os.getpid())
    ORDERS[name](folder, orders, float(number or 0))


def train(folder: Path, orders: Path, seconds: float) -> None:
    """Report progress for some seconds, then write the parent with another card as candidate."""
    steps = int(seconds / STEP)
    for step in range(1, steps + 1):
        tell(phase="train", fraction=step / steps, epoch=step, epochs=steps, loss=1 / step)
        time.sleep(STEP)
    write_candidate(folder)
    write_report(folder)


def segfault(folder: Path, orders: Path, number: float) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def crash_once(folder: Path, orders: Path, number: float) -> None:
    orders.write_text("train")
    segfault(folder, orders, number)


def refuse(folder: Path, orders: Path, number: float) -> None:
    """Report the reason as mlcore does."""
    sys.stdout.write(json.dumps({"error": "corrections: labels must be 0 to 10"}) + "\n")
    sys.exit(1)


def use_all_memory(folder: Path, orders: Path, number: float) -> None:
    blocks = []
    while True:
        blocks.append(bytearray(2**24))


def idle(folder: Path, orders: Path, number: float) -> None:
    time.sleep(3600)


def ignore_sigterm(folder: Path, orders: Path, number: float) -> None:
    """Start a child in the same process group. Both ignore SIGTERM."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
    leave(orders, os.getpid(), helper.pid)
    idle(folder, orders, number)


def full_disk(folder: Path, orders: Path, number: float) -> None:
    """Write the candidate as mlcore does, to a full device; no other file can be written either."""
    from mlcore.recognition import bundle

    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    candidate = folder / "candidate"
    candidate.mkdir()
    (candidate / f".{bundle.WEIGHTS}.part").symlink_to("/dev/full")
    try:
        bundle.write(bundle.read(folder / "parent"), candidate)
    except OSError as error:
        sys.exit(str(error))


def truncate(folder: Path, orders: Path, number: float) -> None:
    """Write a truncated candidate, and exit with status 0."""
    write_candidate(folder)
    litert = folder / "candidate" / "network.tflite"
    litert.write_bytes(litert.read_bytes()[:-1000])
    write_report(folder)


ORDERS = {
    each.__name__: each
    for each in (
        train,
        segfault,
        crash_once,
        refuse,
        use_all_memory,
        idle,
        ignore_sigterm,
        full_disk,
        truncate,
    )
}


def write_candidate(folder: Path) -> None:
    parent, candidate = folder / "parent", folder / "candidate"
    candidate.mkdir()
    for path in parent.iterdir():
        (candidate / path.name).write_bytes(path.read_bytes())
    card = json.loads((parent / "card.json").read_text())
    card["made_at"] = time.time_ns()
    (candidate / "card.json").write_text(json.dumps(card))


def write_report(folder: Path) -> None:
    """Write the figures of a candidate that learned nothing: it is never promoted."""
    told = report()
    told |= {"after": told["before"], "history": [], "share": 1.0, "seconds": 1.0}
    told["trained_on"] = {"corrections": 4, "rehearsal": {}}
    (folder / "report.json").write_text(json.dumps(told))


def tell(**facts: object) -> None:
    print(json.dumps(facts), flush=True)  # noqa: T201


def leave(orders: Path, *pids: int) -> None:
    draft = orders.with_suffix(f".{os.getpid()}")
    draft.write_text(" ".join(map(str, pids)))
    draft.rename(orders.with_name(f"{os.getpid()}.pids"))


def end_with_stdin() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os._exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[3]))
