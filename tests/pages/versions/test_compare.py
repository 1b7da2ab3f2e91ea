"""The comparison of two versions and their answers to the site's drawings."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from recognizer.actions.labels.label_history import label_drawing
from recognizer.models import Drawing, ModelVersion, User, VersionFile
from recognizer.pages.versions import compare
from tests.conftest import signed_in, without_hints
from tests.pages.rows import answered, make_drawing, make_version, serve

CONFUSION = [[0] * 11 for _ in range(11)]
CONFUSION[4][4], CONFUSION[4][9] = 97, 3
BEFORE = {
    "parameters": 300_000,
    "latency_ms": 0.5,
    "history": [{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.25}],
    "metrics": {
        "mnist_holdout": {"n": 5_000, "accuracy": 0.99, "digits_refused": 0.002},
        "holdout": {
            "n": 6_000,
            "negative_log_likelihood": 0.03,
            "expected_calibration_error": 0.002,
            "confusion": CONFUSION,
        },
        "mnist_test": {"n": 10_000, "accuracy": 0.9932},
        "gold": {"n": 40, "accuracy": 0.9},
    },
}
AFTER = {
    "parameters": 300_000,
    "latency_ms": 0.4,
    "history": [{"epoch": epoch, "loss": 0.4 - 0.1 * epoch} for epoch in (1, 2, 3)],
    "metrics": {
        "mnist_holdout": {"n": 5_000, "accuracy": 0.992, "digits_refused": 0.001},
        "holdout": {
            "n": 6_000,
            "negative_log_likelihood": 0.02,
            "expected_calibration_error": 0.003,
            "confusion": CONFUSION,
        },
        "mnist_test": {"n": 10_000, "accuracy": 0.9930},
        "gold": {"n": 50, "accuracy": 0.95},
    },
}
ADDRESS = "/versions/compare/?before=2&after=3"


@pytest.fixture
def before(first: ModelVersion) -> ModelVersion:
    version = make_version(2, card=BEFORE, parent=first)
    VersionFile.objects.create(version=version, name="network.tflite", content=bytes(2_048))
    return version


@pytest.fixture
def after(before: ModelVersion) -> ModelVersion:
    version = make_version(3, card=AFTER, parent=before)
    VersionFile.objects.create(version=version, name="network.tflite", content=bytes(1_024))
    serve(version)
    return version


def words_of(client: Client, address: str = ADDRESS) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return without_hints(response.content.decode())


def row(words: str, name: str) -> list[str]:
    """Return the cells of the first row with this name, as text."""
    [found, *_] = re.findall(rf"<tr> <th scope=\"row\">{re.escape(name)}</th>(.*?)</tr>", words)
    cells = re.findall(r"<td\b[^>]*>(.*?)</td>", found)
    return [" ".join(unescape(re.sub("<[^>]+>", " ", cell)).split()) for cell in cells]


# Figures ------------------------------------------------------------------------------------------


def test_each_row_has_both_figures_the_difference_and_the_better_version(
    after: ModelVersion, owner: User
) -> None:
    words = words_of(signed_in(owner))

    # Newcombe's interval: 4,950 and 4,960 of 5,000.
    assert row(words, "Accuracy") == [
        *("99.00%", "99.20%", "+0.20 points (−0.17 to +0.58)", "within chance")  # noqa: RUF001
    ]
    assert row(words, "Digits refused") == ["0.20%", "0.10%", "−0.10 points", "version 3"]  # noqa: RUF001
    assert row(words, "Negative log-likelihood") == ["0.0300", "0.0200", "−0.0100", "version 3"]  # noqa: RUF001
    assert row(words, "Expected calibration error (ECE)") == [
        "0.0020",
        "0.0030",
        "+0.0010",
        "version 2",
    ]
    assert row(words, "Parameters") == ["300 k", "300 k", "0", "same"]
    assert row(words, "File size") == ["2.0 KB", "1.0 KB", "−1.0 KB", "version 3"]  # noqa: RUF001
    assert row(words, "Time for an answer, one thread")[3] == "version 3"


def test_the_mnist_test_set_is_marked_as_information_only(after: ModelVersion, owner: User) -> None:
    words = words_of(signed_in(owner))
    assert 'MNIST test <span class="muted">for information, not a gate</span>' in words
    assert row(words, "Accuracy, refusals as errors")[:2] == ["99.32%", "99.30%"]


def test_a_set_that_has_grown_is_not_compared(after: ModelVersion, owner: User) -> None:
    words = words_of(signed_in(owner))
    note = '<span class="small muted">different sets: 40 and 50 inputs</span>'
    assert row(words, f"Gold set, accuracy {note}") == ["90.00%", "95.00%", "–", "–"]  # noqa: RUF001


def test_a_figure_of_one_version_has_no_difference(after: ModelVersion, owner: User) -> None:
    words = words_of(signed_in(owner), "/versions/compare/?before=1&after=3")
    assert row(words, "Accuracy") == ["–", "99.20%", "–", "–"]  # noqa: RUF001


def test_both_confusion_matrices_of_the_hold_out_are_shown(
    after: ModelVersion, owner: User
) -> None:
    words = words_of(signed_in(owner))
    assert "Confusion matrix: MNIST hold-out with non-digits" in words
    assert words.count('<td class="right">97</td>') == 2
    assert (
        "MNIST hold-out with non-digits, version 2: rows are labels, columns are answers" in words
    )


def test_both_learning_curves_are_in_one_chart_each_over_its_own_length(
    after: ModelVersion, owner: User
) -> None:
    words = words_of(signed_in(owner))
    # The axis ends at 0.6 (y = 10) and 0 (118). Both curves reach from the left to the right edge.
    assert '<polyline class="chart-line chart-before" points="58.0,28.0 350.0,73.0"/>' in words
    assert '<polyline class="chart-line" points="58.0,64.0 204.0,82.0 350.0,100.0"/>' in words
    assert '<td>3</td><td class="num">0.1000</td>' in words


def test_without_numbers_the_serving_version_is_compared_with_its_parent(
    after: ModelVersion, owner: User
) -> None:
    context = signed_in(owner).get("/versions/compare/").context
    assert (context["before"].number, context["after"].number) == (2, 3)


def test_with_one_number_the_other_has_a_default(after: ModelVersion, owner: User) -> None:
    client = signed_in(owner)
    context = client.get("/versions/compare/?before=1").context
    assert (context["before"].number, context["after"].number) == (1, 3)
    context = client.get("/versions/compare/?after=2").context
    assert (context["before"].number, context["after"].number) == (1, 2)


def test_one_version_alone_is_compared_with_nothing(first: ModelVersion, owner: User) -> None:
    assert "There are no two versions yet" in words_of(signed_in(owner), "/versions/compare/")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("before=2&after=77", 404),
        ("before=77", 404),
        ("before=2&after=2", 400),
        ("before=two&after=3", 400),
        ("before=0&after=3", 400),
        (f"before={'9' * 30}", 404),
    ],
)
def test_versions_that_cannot_be_compared_are_refused(
    after: ModelVersion, owner: User, query: str, status: int
) -> None:
    assert signed_in(owner).get(f"/versions/compare/?{query}").status_code == status


def test_it_is_linked_from_the_versions_their_pages_and_the_job(
    after: ModelVersion, owner: User
) -> None:
    client = signed_in(owner)
    link = "/versions/compare/?before=2&amp;after=3"
    assert link in words_of(client, "/versions/")
    assert link in words_of(client, "/versions/3/")
    assert "/versions/compare/?before=3&amp;after=1" in words_of(client, "/versions/1/")


@pytest.mark.parametrize("metrics", [{"holdout": "none"}, {"embedded": {"confusion": []}}, {}])
def test_missing_figures_are_not_an_error(
    after: ModelVersion, owner: User, metrics: dict[str, Any]
) -> None:
    make_version(4, metrics=metrics, card={"history": [{"epoch": 1, "loss": 0.1}]})
    assert "There are not two curves" in words_of(
        signed_in(owner), "/versions/compare/?before=3&after=4"
    )


# Drawings -----------------------------------------------------------------------------------------


def drawn(
    owner: User, versions: tuple[ModelVersion, ModelVersion], label: int, was: Any, now: Any
) -> Drawing:
    drawing = make_drawing(owner, label=label, label_state="approved")
    for version, answer in zip(versions, (was, now), strict=True):
        if answer is not None:
            answered(drawing, version, answer)
    return drawing


@pytest.fixture
def drawings(before: ModelVersion, after: ModelVersion, owner: User) -> dict[str, list[Drawing]]:
    """Two fixed, one broken, one right by both, one wrong by both, one answered by `after` only."""
    both = (before, after)
    waiting = make_drawing(owner, label=4, label_state="pending")
    answered(waiting, before, 9)
    answered(waiting, after, 4)
    return {
        "fixed": [drawn(owner, both, 4, 9, 4), drawn(owner, both, 10, 8, 10)],
        "broken": [drawn(owner, both, 7, 7, 1)],
        "right": [drawn(owner, both, 7, 7, 7)],
        "wrong": [drawn(owner, both, 4, 9, 10)],
        "missing": [drawn(owner, both, 4, None, 4)],
        "waiting": [waiting],
    }


def listed(client: Client, query: str) -> set[int]:
    response = client.get(f"/versions/compare/2/3/drawings/{query}")
    assert response.status_code == 200
    return {drawing.pk for drawing in response.context["page"].rows}


def keys(drawings: dict[str, list[Drawing]], *names: str) -> set[int]:
    return {drawing.pk for name in names for drawing in drawings[name]}


def test_it_counts_what_was_fixed_and_broken(
    drawings: dict[str, list[Drawing]], owner: User
) -> None:
    context = signed_in(owner).get(ADDRESS).context
    counted = context["changes"]

    assert (counted.both, counted.right) == (5, (2, 3))
    assert (counted.fixed, counted.broken, counted.missing) == (2, 1, (1, 0))
    assert {each.pk for each in context["fixed"]} == keys(drawings, "fixed")
    assert {each.pk for each in context["broken"]} == keys(drawings, "broken")


SENTENCES = [
    # right by both, fixed, broken; p of McNemar's exact test: 2 / 2^2, 2 / 2^6, 2 * 7 / 2^6
    (75, 2, 0, "Version 3 reads 2 more of 77 right, breaks none; within chance.", "50.0%"),
    (10, 6, 0, "Version 3 reads 6 more of 16 right, breaks none; more than chance.", "3.1%"),
    (
        10,
        1,
        5,
        "Version 3 reads 4 fewer of 16 right, fixes 1 and breaks 5; within chance.",
        "21.9%",
    ),
    (
        *(3, 1, 1),
        "Version 3 reads as many of 5 right as version 2, fixes 1 and breaks 1; within chance.",
        "100.0%",
    ),
]


@pytest.mark.parametrize(("both", "fixed", "broken", "sentence", "p"), SENTENCES)
def test_one_sentence_comes_first(
    before: ModelVersion,
    after: ModelVersion,
    owner: User,
    both: int,
    fixed: int,
    broken: int,
    sentence: str,
    p: str,
) -> None:
    for count, was, now in ((both, 4, 4), (fixed, 9, 4), (broken, 4, 9)):
        for _ in range(count):
            drawn(owner, (before, after), 4, was, now)

    words = words_of(signed_in(owner))

    assert f'<p class="lead">{sentence}</p>' in words
    assert f"happen in {p} of cases" in words
    assert "On the evaluation sets no share differs by more than chance." in words


def test_a_chart_shows_each_digit_and_whether_it_is_chance(
    before: ModelVersion, after: ModelVersion, owner: User
) -> None:
    for _ in range(6):
        drawn(owner, (before, after), 4, 9, 4)
    drawn(owner, (before, after), 7, 7, 1)

    words = words_of(signed_in(owner))

    # The axis is 0 to 100 %: x from 32 to 268.
    four = '<g class="chart-up"> <text x="12" y="16" dominant-baseline="central" text-anchor="mid'
    assert four in words
    assert 'd="M32.0 16H268.0"' in words
    assert "0 → 6 of 6</text>" in words
    assert '<g class="chart-chance">' in words
    assert "1 → 0 of 1</text>" in words
    assert "97 → 97 of 100</text>" in words  # of the evaluation set


def test_each_cell_links_to_exactly_its_drawings(
    drawings: dict[str, list[Drawing]], owner: User
) -> None:
    client = signed_in(owner)
    cells = re.findall(
        r'<td[^>]*><a href="/versions/compare/2/3/drawings/(\?[^"]+)"[^>]*>(\d+)</a>',
        words_of(client),
    )

    # Label and answer before: 4-9, 7-7, 10-8. After: 4-4, 4-10, 7-1, 7-7, 10-10.
    assert len(cells) == 8
    for query, count in cells:
        assert len(listed(client, unescape(query))) == int(count)
    assert listed(client, "?label=4&was=9") == {
        drawings["fixed"][0].pk,
        drawings["wrong"][0].pk,
    }
    assert listed(client, "?label=7&now=1") == keys(drawings, "broken")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?change=fixed", ["fixed"]),
        ("?change=broken", ["broken"]),
        ("?label=7", ["broken", "right"]),
        ("", ["fixed", "broken", "right", "wrong"]),
    ],
)
def test_a_list_has_approved_drawings_that_both_versions_answered(
    drawings: dict[str, list[Drawing]], owner: User, query: str, names: list[str]
) -> None:
    assert listed(signed_in(owner), query) == keys(drawings, *names)


def test_others_drawings_are_counted_and_listed_for_reviewers_only(
    drawings: dict[str, list[Drawing]], reviewer: User, stranger: User
) -> None:
    for user, expected in ((reviewer, 5), (stranger, 0)):
        client = signed_in(user)
        assert client.get(ADDRESS).context["changes"].both == expected
        assert len(listed(client, "")) == expected
    assert "None that both versions have answered" in words_of(signed_in(stranger))


def test_it_counts_unanswered_drawings_and_offers_a_re_scoring(
    drawings: dict[str, list[Drawing]], owner: User, administrator: User
) -> None:
    told = "Version 2 has never answered 1 labeled drawing; it is"
    button = '<input type="hidden" name="version" value="2">'
    assert told in words_of(signed_in(owner))
    assert button not in words_of(signed_in(owner))
    assert told in words_of(signed_in(administrator))
    assert button in words_of(signed_in(administrator))


def test_it_counts_the_fixed_drawings_that_were_trained_on(
    drawings: dict[str, list[Drawing]], after: ModelVersion, owner: User, reviewer: User
) -> None:
    make_drawing(owner)
    drawing = drawings["fixed"][0]
    Drawing.objects.filter(pk=drawing.pk).update(label=None, label_state="")
    after.learned_from.add(label_drawing(drawing=drawing, by=reviewer, label=4, source="history"))
    assert "Of the fixed ones, version 3 was trained on 1." in words_of(signed_in(owner))


@pytest.mark.parametrize("query", ["?label=11", "?was=x", "?change=better", "?before=0"])
def test_an_invalid_list_is_refused(after: ModelVersion, owner: User, query: str) -> None:
    response = signed_in(owner).get(f"/versions/compare/2/3/drawings/{query}")
    assert response.status_code == 400


@pytest.mark.parametrize(("pair", "status"), [("2/77", 404), ("77/2", 404), ("2/2", 400)])
def test_a_list_of_versions_that_cannot_be_compared_is_refused(
    after: ModelVersion, owner: User, pair: str, status: int
) -> None:
    assert signed_in(owner).get(f"/versions/compare/{pair}/drawings/").status_code == status


def test_a_grid_shows_the_first_and_a_list_pages_through_all(
    before: ModelVersion, after: ModelVersion, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare, "SHOWN", 2)
    monkeypatch.setattr(compare, "PAGE_SIZE", 2)
    pks = [drawn(owner, (before, after), 4, 9, 4).pk for _ in range(5)]
    client = signed_in(owner)

    assert len(client.get(ADDRESS).context["fixed"]) == 2
    address, seen = "/versions/compare/2/3/drawings/?change=fixed", []
    assert f'href="{address}">All 5 fixed drawings</a>' in words_of(client)
    while address:
        page = client.get(address).context["page"]
        seen += [drawing.pk for drawing in page.rows]
        link = f"?change=fixed&amp;before={page.older}"
        assert (link in words_of(client, address)) == (page.older is not None)
        address = f"/versions/compare/2/3/drawings/{unescape(link)}" if page.older else ""
    assert seen == pks[::-1]


@pytest.mark.parametrize("count", [1, 10])
def test_the_number_of_queries_does_not_grow_with_the_drawings(
    before: ModelVersion,
    after: ModelVersion,
    owner: User,
    count: int,
    django_assert_max_num_queries: Callable,
) -> None:
    for _ in range(count):
        drawn(owner, (before, after), 4, 9, 4)
        drawn(owner, (before, after), 4, 4, 9)
    client = signed_in(owner)

    # session, user, both versions, permissions (4), counts, fixed, broken, learned, numbers
    with django_assert_max_num_queries(12):
        assert client.get(ADDRESS).status_code == 200
