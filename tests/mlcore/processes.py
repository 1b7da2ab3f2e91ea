"""Run the real command line in a separate process, as the site does."""

import subprocess
import sys


def mlcore(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mlcore", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600)
