"""Every page in the pseudo language: an unmarked text is not translated."""

import pytest
from django.test import Client
from django.urls import reverse

from recognizer.models import AuditEvent, Correction, DeletedDrawing, Drawing, Job, ReadingJob, User
from tests.conftest import signed_in
from tests.languages.pseudo import Page

# Names, units, and texts that people wrote: they are not translated.
NAMES = {
    *(
        "Digit",
        "Studio",
        "English",
        "Deutsch",
        "MNIST",
        "JSON",
        "NDJSON",
        "XLSX",
        "CSV",
        "API",
        "SHA",
        "ms",
        "zip",
    ),
    *("owner", "stranger", "reviewer", "trainer", "administrator", "mlp", "small", "cnn"),
    *("epochs", "learning", "rate"),  # a recipe's settings, by their names in the API
}
DJANGOS_OWN = {"Axes", "ID", "Search", "True", "False"}  # Django's own untranslated texts
SITE = ["studio", "history", "review", "jobs", "versions", "compare", "account", "batches", "pages"]
SITE += ["account-delete", "tokens", "kept", "drawings-deleted"]

pytestmark = pytest.mark.usefixtures("pseudo")


def unmarked(client: Client, address: str, method: str = "get", **data: object) -> list:
    """Return the words of a page outside all marks."""
    response = getattr(client, method)(address, data)
    page = Page(response.content.decode())
    assert page.depth == 0
    assert len(page.open) == 0
    return [(word, where) for word, where in page.found if word not in NAMES]


@pytest.fixture
def everybody(owner: User, administrator: User, full_site: object) -> list[Client]:
    return [signed_in(owner), signed_in(administrator)]


def test_a_page_has_no_untranslated_text(everybody: list[Client]) -> None:
    for client in everybody:
        found = {name: unmarked(client, reverse(f"recognizer:{name}")) for name in SITE}
        assert found == {name: [] for name in SITE}


def test_the_pages_for_staff_have_no_untranslated_text(everybody: list[Client]) -> None:
    _, client = everybody
    assert unmarked(client, reverse("recognizer:answers")) == []
    address = reverse("recognizer:audit")
    assert AuditEvent.objects.count() > 5
    assert [unmarked(client, address + query) for query in ("", "?since=x&kind=x", "?who=7")] == [
        *([], [], [])
    ]


def test_pages_of_single_rows_have_no_untranslated_text(everybody: list[Client]) -> None:
    own = [drawing.get_absolute_url() for drawing in Drawing.objects.all()]
    batches = [batch.get_absolute_url() for batch in ReadingJob.objects.all()]
    addresses = [job.get_absolute_url() for job in Job.objects.all()]
    addresses += [reverse("recognizer:version", args=[number]) for number in (1, 2)]
    changes = reverse("recognizer:compared-drawings", args=[1, 2])
    addresses += [f"{changes}?change={change}&now=7" for change in ("fixed", "broken", "")]
    owner, administrator = everybody
    asked = [(owner, each) for each in [*own, *batches]] + [
        (administrator, each) for each in [*own, *addresses]
    ]

    assert len(asked) > 20
    assert [found for client, each in asked if (found := unmarked(client, each))] == []


WAYS_IN = ["login", "sign-up", "password_reset", "password_reset_done", "password_reset_complete"]


@pytest.mark.django_db
def test_pages_without_sign_in_have_no_untranslated_text() -> None:
    addresses = ["/", *map(reverse, WAYS_IN)]
    assert [unmarked(Client(), each) for each in addresses] == [[]] * len(addresses)
    forms = addresses[1:4]
    assert [unmarked(Client(), each, "post", username="7") for each in forms] == [[]] * 3


def test_refusals_have_no_untranslated_text(everybody: list[Client]) -> None:
    _, client = everybody
    label = Correction.objects.filter(state="pending")[0]
    failed = Job.objects.get(status="failed")
    refused = [
        unmarked(client, "/nowhere/"),
        unmarked(client, "/versions/compare/?before=1&after=1"),
        unmarked(client, "/versions/compare/?before=x"),
        unmarked(client, "/drawings/?since=2026-02-02&until=2026-01-01&label=12&answer=x"),
        unmarked(client, "/versions/2/promote/", "post"),
        unmarked(client, "/versions/1/promote/", "post", expected_serving=9),
        unmarked(client, f"/corrections/{label.pk}/withdraw/", "post", reason="7"),
        unmarked(client, f"/corrections/{label.pk}/withdraw/", "post"),
        unmarked(client, f"/drawings/{label.drawing_id}/gold/", "post", gold=1),
        unmarked(client, "/jobs/rescore/", "post", version=9),
        unmarked(client, "/jobs/train/", "post", architecture="x"),
        unmarked(client, "/jobs/", "post"),
        unmarked(client, f"/jobs/{failed.pk}/cancel/", "post"),
        unmarked(client, "/account/tokens/", "post", name="7"),
        unmarked(client, "/account/", "post", email="7"),
    ]
    assert refused == [[]] * len(refused)


def test_success_messages_have_no_untranslated_text(everybody: list[Client]) -> None:
    client, _ = everybody
    drawing = Drawing.objects.exclude(label=None)[0]
    client.post(f"/drawings/{drawing.pk}/label/", {"label": 9})
    client.post(f"/drawings/{drawing.pk}/delete/")

    assert unmarked(client, "/drawings/") == []
    client.post(
        "/drawings/deleted/restore/", {"deletion": DeletedDrawing.objects.all()[0].deletion}
    )
    assert unmarked(client, "/drawings/") == []


ADMIN = ["correction", "drawing", "job", "modelversion", "deployment", "apitoken"]
ADMIN += ["webhookdelivery", "worker", "auditevent"]


def test_the_admin_has_no_untranslated_text(everybody: list[Client]) -> None:
    _, client = everybody
    lists = [reverse(f"admin:recognizer_{name}_changelist") for name in ADMIN]
    pages = [reverse("admin:index"), *lists, *(f"{each}1/change/" for each in lists)]
    found = [word for page in pages for word in unmarked(client, page)]
    assert [each for each in found if each[0] not in DJANGOS_OWN] == []
