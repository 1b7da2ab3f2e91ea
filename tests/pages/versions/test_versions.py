import pytest

from recognizer import codes
from recognizer.actions.versions import gates
from recognizer.actions.versions.deployment import serving_deployment
from recognizer.models import Deployment, ModelVersion, User
from recognizer.pages.versions import versions
from tests.conftest import signed_in, words_of
from tests.pages.rows import make_job, make_version, serve

pytestmark = pytest.mark.usefixtures("without_files")

CARD = {
    "format": 1,
    "parameters": 205187,
    "seed": 3,
    "recipe": {"epochs": 24},
    "history": [{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.25}],
    "metrics": {
        "mnist_test": {
            "n": 10000,
            "correct": 9932,
            "accuracy": 0.9932,
            "per_digit": [0.9912, *[1.0] * 9],
            "confusion": [[971, 8, *[0] * 9], *([0] * 11 for _ in range(10))],
        },
        "before_temperature": {"negative_log_likelihood": 0.07},
    },
}


@pytest.fixture
def second(first: ModelVersion) -> ModelVersion:
    return make_version(2, parent=first, card=CARD)


def serving_number() -> int:
    deployment = serving_deployment()
    assert deployment is not None
    return deployment.version.number


@pytest.mark.parametrize(
    "metrics",
    [
        {"mnist_test": {"selective": None, "reliability": "none"}, "holdout": {"n": 1}},
        {"holdout": {"reliability": [{}, None, {"confidence": 0.5, "accuracy": None, "n": 0}]}},
        {"embedded": None, "mnist_test": None},
        {"embedded": {"accuracy": 0.9}},
        {"corrections": {"n": 4, "correct": 3}},
        {"corrections_holdout": {"n": 0, "correct": 0}},
        {"embedded": {"n": 3, "correct": 1, "accuracy": 1 / 3, "per_digit": [None] * 10}},
        {"embedded": "not measured"},
    ],
)
def test_missing_figures_are_not_an_error(first: ModelVersion, owner: User, metrics: dict) -> None:
    make_version(2, metrics=metrics)

    for address in ("/versions/", "/versions/2/"):
        assert signed_in(owner).get(address).status_code == 200


def test_a_version_shows_its_card_its_data_and_its_errors(
    second: ModelVersion, owner: User
) -> None:
    second.manifest = {"corrections": [4, 5, 6], "corrections_sha256": "abcdef0123456789" * 4}
    second.verdict = {"passed": True, "promoted": True, "reason": BUT, "gates": [GATE]}
    second.save()
    make_job(pk=9, status="succeeded", version=second)

    words = words_of(owner, "/versions/2/")

    for part in (
        "(9,932 of 10,000)",
        "99.12%",  # of the zeros
        '<td class="right">971</td>',
        '<td data-heat="2">8</td>',  # 8 of 979 zeros answered 1: under 1%
        '<dd class="num">3</dd>',
        "abcdef0123456789…",
        '<a href="/versions/1/">version 1</a>',
        '<a href="/jobs/9/">job 9</a>',
        "Passed every gate. &lt;i&gt;Nothing&lt;/i&gt; else.",
        '<dt class="mono">epochs</dt>',
    ):
        assert part in words


def test_a_trainer_promotes_a_version_with_a_reason(second: ModelVersion, trainer: User) -> None:
    response = signed_in(trainer).post(
        "/versions/2/promote/", {"reason": "better sevens", "expected_serving": "1"}
    )

    assert response["Location"] == "/versions/"
    newest = Deployment.objects.first()
    assert newest is not None
    assert (newest.version, newest.by, newest.kind) == (second, trainer, "promotion")
    assert newest.reason == "better sevens"


BUT = codes.PASSED_NOT_PROMOTED(reason="<i>Nothing</i> else.")
GATE = gates.refusals({"accuracy": 0.99}, {"accuracy": 0.9}).as_row()
FAILED = {
    "passed": False,
    "promoted": False,
    "reason": codes.FAILED_GATES(gates=[codes.NON_DIGITS_REFUSED()]),
    "gates": [GATE],
}


def test_promoting_against_a_gate_needs_a_reason_that_the_log_keeps(
    second: ModelVersion, trainer: User
) -> None:
    ModelVersion.objects.filter(pk=second.pk).update(verdict=FAILED)
    client = signed_in(trainer)
    words = words_of(trainer, "/versions/")
    assert "Reason, kept in the log" in words
    assert 'autocomplete="off" required>' in words

    refused = client.post("/versions/2/promote/", {"reason": "  "})
    assert refused.status_code == 400
    assert "Failed gates: Non-digits refused. To promote it" in refused.content.decode()
    assert serving_number() == 1

    client.post("/versions/2/promote/", {"reason": "scribbles are fine here"})
    words = words_of(trainer, "/versions/")
    assert "promoted without passing the gates" in words
    assert "scribbles are fine here" in words
    assert serving_number() == 2


def test_promoting_a_version_that_passed_needs_no_reason(
    second: ModelVersion, trainer: User
) -> None:
    passed = {"passed": True, "promoted": False, "reason": codes.PASSED(), "gates": []}
    ModelVersion.objects.filter(pk=second.pk).update(verdict=passed)
    assert "Reason (optional)" in words_of(trainer, "/versions/")

    signed_in(trainer).post("/versions/2/promote/", {})

    assert serving_number() == 2


def test_it_is_not_promoted_over_a_version_that_the_person_has_not_seen(
    second: ModelVersion, trainer: User
) -> None:
    serve(make_version(3))

    response = signed_in(trainer).post("/versions/2/promote/", {"expected_serving": "1"})

    assert response.status_code == 409
    assert "Version 3 is serving now." in response.content.decode()
    assert serving_number() == 3


def test_the_serving_version_cannot_be_promoted_again(first: ModelVersion, trainer: User) -> None:
    response = signed_in(trainer).post("/versions/1/promote/", {})

    assert response.status_code == 409
    assert Deployment.objects.count() == 1


@pytest.mark.parametrize("values", [{"expected_serving": "one"}, {"reason": "x" * 301}])
def test_invalid_values_are_refused(
    second: ModelVersion, trainer: User, values: dict[str, str]
) -> None:
    assert signed_in(trainer).post("/versions/2/promote/", values).status_code == 400
    assert serving_number() == 1


def test_a_trainer_rolls_back_to_the_previous_version(second: ModelVersion, trainer: User) -> None:
    serve(second)
    assert "Roll back to version 1" in words_of(trainer, "/versions/")

    signed_in(trainer).post("/versions/roll-back/", {"expected_serving": "2"})

    newest = Deployment.objects.first()
    assert newest is not None
    assert (newest.version.number, newest.by, newest.kind) == (1, trainer, "rollback")


def test_a_roll_back_that_somebody_else_did_first_is_not_done_twice(
    second: ModelVersion, trainer: User
) -> None:
    serve(second)
    client = signed_in(trainer)

    statuses = [
        client.post("/versions/roll-back/", {"expected_serving": "2"}).status_code for _ in "12"
    ]

    assert statuses == [302, 409]
    assert serving_number() == 1


def test_the_first_version_cannot_be_rolled_back(first: ModelVersion, trainer: User) -> None:
    assert "Roll back" not in words_of(trainer, "/versions/")
    assert signed_in(trainer).post("/versions/roll-back/").status_code == 409


def test_without_the_permission_there_are_no_buttons(second: ModelVersion, owner: User) -> None:
    serve(second)

    assert (
        'method="post"'
        not in words_of(owner, "/versions/").partition("<main")[2].partition("</main>")[0]
    )


def test_the_log_shows_versions_people_and_reasons_escaped(
    second: ModelVersion, trainer: User, owner: User
) -> None:
    signed_in(trainer).post("/versions/2/promote/", {"reason": "<b>sevens</b>"})

    words = words_of(owner, "/versions/")

    for part in ("promoted by a person", ">trainer</td>", "&lt;b&gt;sevens&lt;/b&gt;"):
        assert part in words
    assert "comes with the program" in words
    assert "<b>sevens</b>" not in words


def test_a_long_list_of_versions_has_pages(
    second: ModelVersion, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "PAGE_SIZE", 1)

    words = words_of(owner, "/versions/")
    assert "Version 2</a>" in words
    assert "Version 1</a>" not in words
    assert f'href="?before={second.pk}"' in words
    assert "Version 1</a>" in words_of(owner, f"/versions/?before={second.pk}")


def test_a_site_without_a_version_says_what_to_do(owner: User) -> None:
    assert "python manage.py setup" in words_of(owner, "/versions/")
