"""A real worker prints a requested reset link on the console, unmasked."""

import pytest

from tests.processes.site import Site
from tests.processes.waiting import wait_for

pytestmark = pytest.mark.slow

ASK = """
from recognizer.models import User
from recognizer.actions.accounts.password_mails import ask_for_password_mails
User.objects.filter(username="owner").update(email="owner@example.org")
people = User.objects.filter(username="owner")
ask_for_password_mails(people=people, site="http://digits.example")
"""


def test_the_worker_of_a_site_on_one_machine_prints_the_mail(embedded: Site) -> None:
    embedded.manage("shell", "--verbosity", "0", "-c", ASK)
    embedded.start("worker")
    shown = embedded.home / "worker.log"

    wait_for(
        lambda: shown.exists() and "http://digits.example/accounts/reset/" in shown.read_text(),
        name="the mail is shown",
    )

    [link] = [line for line in shown.read_text().splitlines() if "/accounts/reset/" in line]
    assert link.startswith("http://digits.example/accounts/reset/")  # not a log line
    assert "..." not in link
    with embedded.database() as rows:
        assert rows.execute("SELECT count(*) FROM recognizer_passwordmail").fetchone() == (0,)
