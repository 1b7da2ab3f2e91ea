"""Runs of the real command line in processes of their own, as the site starts them."""

import subprocess
import sys


def mlcore(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mlcore", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600)


def python(code: str) -> str:
    """The last line that a piece of code prints, run apart since it imports TensorFlow."""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    return done.stdout.splitlines()[-1]
