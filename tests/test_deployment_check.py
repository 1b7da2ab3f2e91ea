"""Django's checks for a deployment have nothing to say about the documented settings."""

import os
import subprocess
import sys
from pathlib import Path

from tests.processes.site import ROOT


def test_the_deployment_check_is_silent(tmp_path: Path) -> None:
    usual = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    https = {"HTTPS": "1", "ALLOWED_HOSTS": "digits.example", "DIGITS_HOME": str(tmp_path)}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(
        command, cwd=ROOT, env=usual | https, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout
