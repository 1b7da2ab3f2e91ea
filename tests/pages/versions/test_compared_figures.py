"""The table of the versions' figures."""

import re
from html import unescape

import pytest

from recognizer import codes
from recognizer.models import ModelVersion, User, VersionFile
from recognizer.pages.versions import versions
from recognizer.templatetags.digits import DASH
from tests.conftest import signed_in
from tests.pages.rows import make_job, make_version, serve

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
        "non_digits": {"n": 1_000, "accuracy": 0.985},
    },
}


def cells_of(user: User, number: int) -> list[str]:
    """Return the cells of a version's row as text."""
    page = " ".join(signed_in(user).get("/versions/").content.decode().split())
    table = page.partition('<table class="table comparison">')[2].partition("</table>")[0]
    [row] = [row for row in table.split("<tr") if f'href="/versions/{number}/"' in row]
    cells = re.findall(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", row)
    return [" ".join(unescape(re.sub("<[^>]+>", " ", cell)).split()) for cell in cells]


@pytest.fixture
def full(first: ModelVersion) -> ModelVersion:
    version = make_version(2, card=FULL)
    VersionFile.objects.create(version=version, name="network.tflite", content=bytes(2_048))
    VersionFile.objects.create(version=version, name="network.safetensors", content=bytes(9))
    return version


def test_a_row_shows_costs_and_accuracies(full: ModelVersion, owner: User) -> None:
    made = full.created_at.strftime("%d %b %Y").lstrip("0")
    assert cells_of(owner, 2) == [
        "2",
        "small-cnn",
        "23.9 k",
        "13.7 M",
        "2.0 KB",
        "0.37 ms",
        "99.46%",
        "0.22%",
        "0.0017",
        "98.5%",
        "99.51%",
        "99.32%",
        "0.19%",
        made,
    ]


def test_the_hold_out_comes_first_and_the_test_set_is_information_only(
    full: ModelVersion, owner: User
) -> None:
    """Choosing versions by the test set would make it part of the training."""
    page = " ".join(signed_in(owner).get("/versions/").content.decode().split())
    head = page.partition('<table class="table comparison">')[2].partition("</thead>")[0]
    groups = re.findall(r'scope="colgroup"[^>]*>(.*?)</th>', head)
    assert [unescape(re.sub("<[^>]+>", "", group)) for group in groups] == [
        "Network",
        "MNIST hold-out",
        "Non-digits",
        "MNIST test for information, not a gate",
    ]


def test_a_versions_page_shows_the_hold_out_first(full: ModelVersion, owner: User) -> None:
    page = signed_in(owner).get("/versions/2/").content.decode()
    assert 0 < page.index("MNIST hold-out") < page.index("MNIST test")


def test_a_missing_figure_is_a_dash(full: ModelVersion, owner: User) -> None:
    cells = cells_of(owner, 1)
    assert cells[0] == "1 serving"
    assert cells[2:-1] == [DASH] * 11


def test_every_page_of_the_table_has_the_serving_version(
    full: ModelVersion, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "PAGE_SIZE", 1)
    make_version(3)
    serve(full)

    assert cells_of(owner, 2)[0] == "2 serving"
    assert cells_of(owner, 2)[4] == "2.0 KB"
    assert cells_of(owner, 3)[0] == "3"


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

    # session, user, permissions (2), versions, serving, previous one, log, all numbers
    with django_assert_num_queries(13):
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
