"""Every page, in a language in which every text is marked: what is not marked is not translated."""

import pytest
from django.test import Client
from django.urls import reverse

from recognizer.models import Correction, Drawing, Job, User
from tests.conftest import signed_in
from tests.languages.pseudo import Page

# Names, units, and what people wrote; no language has other words for them.
NAMES = {
    *(
        "Digit",
        "Studio",
        "English",
        "Deutsch",
        "MNIST",
        "JSON",
        "NDJSON",
        "CSV",
        "API",
        "SHA",
        "ms",
        "zip",
    ),
    *("owner", "stranger", "reviewer", "trainer", "administrator", "mlp", "small", "cnn"),
    *("epochs", "learning", "rate"),  # a recipe's settings, by their names in the API
}
DJANGOS_OWN = {"Axes", "ID", "Search", "True", "False"}  # that it does not translate
SITE = ["studio", "history", "review", "jobs", "versions", "compare", "account"]
SITE += ["account-delete", "tokens"]

pytestmark = pytest.mark.usefixtures("pseudo")


def unmarked(client: Client, address: str, method: str = "get", **data: object) -> list:
    """The words of a page that are in no mark."""
    response = getattr(client, method)(address, data)
    page = Page(response.content.decode())
    assert page.depth == 0
    assert len(page.open) == 0
    return [(word, where) for word, where in page.found if word not in NAMES]


@pytest.fixture
def everybody(owner: User, administrator: User, full_site: object) -> list[Client]:
    return [signed_in(owner), signed_in(administrator)]


def test_a_page_says_nothing_untranslated(everybody: list[Client]) -> None:
    for client in everybody:
        found = {name: unmarked(client, reverse(f"recognizer:{name}")) for name in SITE}
        assert found == {name: [] for name in SITE}


def test_nor_do_the_pages_of_single_things(everybody: list[Client]) -> None:
    own = [drawing.get_absolute_url() for drawing in Drawing.objects.all()]
    addresses = [job.get_absolute_url() for job in Job.objects.all()]
    addresses += [reverse("recognizer:version", args=[number]) for number in (1, 2)]
    changes = reverse("recognizer:compared-drawings", args=[1, 2])
    addresses += [f"{changes}?change={change}&now=7" for change in ("fixed", "broken", "")]
    owner, administrator = everybody
    asked = [(owner, each) for each in own] + [(administrator, each) for each in [*own, *addresses]]

    assert len(asked) > 20
    assert [found for client, each in asked if (found := unmarked(client, each))] == []


WAYS_IN = ["login", "sign-up", "password_reset", "password_reset_done", "password_reset_complete"]


@pytest.mark.django_db
def test_nor_do_the_ways_in() -> None:
    addresses = ["/", *map(reverse, WAYS_IN)]
    assert [unmarked(Client(), each) for each in addresses] == [[]] * len(addresses)
    forms = addresses[1:4]
    assert [unmarked(Client(), each, "post", username="7") for each in forms] == [[]] * 3


def test_nor_do_refusals(everybody: list[Client]) -> None:
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


def test_nor_does_what_was_done(everybody: list[Client]) -> None:
    client, _ = everybody
    drawing = Drawing.objects.exclude(label=None)[0]
    client.post(f"/drawings/{drawing.pk}/label/", {"label": 9})
    client.post(f"/drawings/{drawing.pk}/delete/")

    assert unmarked(client, "/drawings/") == []


ADMIN = ["correction", "drawing", "job", "modelversion", "deployment", "apitoken"]
ADMIN += ["webhookdelivery", "worker"]


def test_nor_does_the_admin(everybody: list[Client]) -> None:
    _, client = everybody
    lists = [reverse(f"admin:recognizer_{name}_changelist") for name in ADMIN]
    pages = [reverse("admin:index"), *lists, *(f"{each}1/change/" for each in lists)]
    found = [word for page in pages for word in unmarked(client, page)]
    assert [each for each in found if each[0] not in DJANGOS_OWN] == []
