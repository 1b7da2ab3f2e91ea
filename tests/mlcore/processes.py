"""Runs of the real command line in processes of their own, as the site starts them."""

import subprocess
import sys


def mlcore(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mlcore", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600)
