"""The figures and charts of the page of versions."""

import re
from html import unescape

import pytest

from recognizer import codes
from recognizer.actions.versions import own_accuracy
from recognizer.models import ModelVersion, User, VersionFile
from recognizer.pages.versions import versions
from recognizer.templatetags.digits import DASH
from tests.conftest import signed_in
from tests.pages.rows import answered, make_drawing, make_job, make_version, serve

pytestmark = pytest.mark.usefixtures("without_files")

FULL = {
    "parameters": 23_891,
    "multiply_adds": 13_706_112,
    "latency_ms": 0.3712,
    "metrics": {
        "mnist_test": {
            "n": 10_000,
            "accuracy": 0.9932,
            "ten_way_accuracy": 0.9951,
            "digits_refused": 0.0019,
        },
        "mnist_holdout": {"n": 5_000, "accuracy": 0.9946, "digits_refused": 0.0022},
        "holdout": {"n": 6_000, "expected_calibration_error": 0.00172},
        "pen": {"n": 1_200, "accuracy": 0.995, "expected_calibration_error": 0.00172},
        "non_digits": {"n": 1_000, "accuracy": 0.985},
    },
}


def figures_of(user: User, number: int, query: str = "") -> dict[str, str]:
    """Return the figures of a version on the page of versions."""
    page = " ".join(signed_in(user).get(f"/versions/{query}").content.decode().split())
    [card] = [
        card
        for card in page.split('<li class="card version"')[1:]
        if f'<h2><a href="/versions/{number}/">' in card
    ]
    pairs = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", card)
    return {
        unescape(name): " ".join(unescape(re.sub("<[^>]+>", " ", value)).split())
        for name, value in pairs
    }


@pytest.fixture
def full(first: ModelVersion) -> ModelVersion:
    version = make_version(2, card=FULL)
    VersionFile.objects.create(version=version, name="network.tflite", content=bytes(2_048))
    VersionFile.objects.create(version=version, name="network.safetensors", content=bytes(9))
    return version


def test_figures_that_every_version_has_come_first_and_mnist_where_measured(
    full: ModelVersion, owner: User
) -> None:
    assert list(figures_of(owner, 2).items()) == [
        ("Your labeled drawings", DASH),
        ("Drawn reference set", DASH),
        ("Regional digit forms", DASH),
        ("Drawn numbers", DASH),
        ("Drawn pen digits", "99.50%"),
        ("Non-digits refused", "98.50%"),
        ("Calibration error, strokes", "0.0017"),
        ("Calibration error, pictures", DASH),
        ("MNIST hold-out", "99.46%"),
        ("MNIST test", "99.32%"),
    ]
    assert "MNIST test" not in figures_of(owner, 1)


def test_own_labeled_drawings_are_counted_for_each_version(
    full: ModelVersion, owner: User, stranger: User, reviewer: User
) -> None:
    first = ModelVersion.objects.get(number=1)
    for person, label in ((owner, 3), (owner, 5), (stranger, 3)):
        drawing = make_drawing(person, label=label, label_state="approved")
        answered(drawing, full, 3)
        if label == 3:
            answered(drawing, first, 8)
    answered(make_drawing(owner, label=3, label_state="pending"), full, 8)

    assert figures_of(owner, 2)["Your labeled drawings"] == "50.0% 1 of 2"
    assert figures_of(owner, 1)["Your labeled drawings"] == "0.0% 0 of 1"
    assert figures_of(reviewer, 2)["All labeled drawings"] == "66.7% 2 of 3"


def test_only_the_newest_labeled_drawings_are_counted(
    full: ModelVersion, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_accuracy, "NEWEST", 1)
    for answer in (8, 3):
        answered(make_drawing(owner, label=3, label_state="approved"), full, answer)
    assert figures_of(owner, 2)["Your labeled drawings"] == "100.0% 1 of 1"


def test_charts_have_a_dot_for_every_version_that_was_measured(
    full: ModelVersion, owner: User
) -> None:
    assert "From version to version" in signed_in(owner).get("/versions/").content.decode()
    make_version(3, metrics={"non_digits": {"n": 1_000, "accuracy": 0.991}})
    page = signed_in(owner).get("/versions/").content.decode()
    for told in ("Version 2: 98.50% (985 of 1,000)", "Version 3: 99.10% (991 of 1,000)"):
        assert f"<title>{told}</title>" in page
    assert page.count("<title>Version 3:") == 1


def test_a_versions_page_shows_the_hold_out_first(full: ModelVersion, owner: User) -> None:
    page = signed_in(owner).get("/versions/2/").content.decode()
    assert 0 < page.index("MNIST hold-out") < page.index("MNIST test")


def test_a_version_stands_on_the_page_once(
    full: ModelVersion, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "PAGE_SIZE", 1)
    make_version(3)
    serve(full)
    page = signed_in(owner).get("/versions/").content.decode()
    assert page.count('<a href="/versions/3/">') == 1
    assert "Version 2 has been serving" in page


def test_versions_are_listed_newest_first_and_one_is_marked(
    full: ModelVersion, owner: User
) -> None:
    page = signed_in(owner).get("/versions/").content.decode()
    cards = page.partition('<ul class="versions">')[2]
    assert cards.index("Version 2</a>") < cards.index("Version 1</a>")
    assert cards.count('data-state="serving"') == 1


def test_a_version_from_scratch_is_marked_and_can_be_promoted(
    full: ModelVersion, trainer: User
) -> None:
    full.verdict = {"passed": False, "reason": codes.FROM_SCRATCH(), "gates": []}
    full.save()
    job = make_job(kind="train", status="succeeded", version=full)

    words = " ".join(signed_in(trainer).get("/versions/").content.decode().split())
    assert f'small-cnn from scratch by <a href="/jobs/{job.pk}/">job {job.pk}</a>' in words
    assert "failed the gates" not in words
    assert "Compare it with the other versions before you promote it." in words

    asked = {"expected_serving": "1", "reason": "better by every figure"}
    answer = signed_in(trainer).post("/versions/2/promote/", asked, follow=True)
    assert "Version 2 has been serving since" in answer.content.decode()


@pytest.mark.parametrize("count", [1, 10])
def test_the_number_of_queries_does_not_grow_with_the_versions(
    first: ModelVersion, owner: User, count: int, django_assert_num_queries
) -> None:
    for number in range(count):
        version = make_version(number + 2, card=FULL, parent=first)
        make_job(kind="train", status="succeeded", version=version)
    client = signed_in(owner)

    # session, user, permissions (2), versions, their tags, own drawings, serving, previous one,
    # log, all numbers, all tags
    with django_assert_num_queries(16):
        assert client.get("/versions/").status_code == 200


def test_two_different_versions_are_preselected_for_comparison(
    first: ModelVersion, owner: User
) -> None:
    """The default is the serving version and the one that served before it."""
    for serving in (make_version(2), make_version(3)):
        serve(serving)
    make_version(4)

    page = signed_in(owner).get("/versions/").content.decode()

    form = page.partition('class="compare-form')[2].partition("</form>")[0]
    assert re.findall(r'value="(\d+)" selected', form) == ["2", "3"]
