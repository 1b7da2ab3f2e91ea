"""Composed lines have the digits that their texts say."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from mlcore.data.datasets import Part
from mlcore.data.number_lines import Hands, compose, hands_of
from mlcore.data.number_lines.hands import drawn_hands
from mlcore.data.synthesis import forms
from mlcore.recognition.line_network import DIGIT, HEIGHT


def bars(count: int) -> Part:
    """Digits that are as many upright bars as they say, so that they can be counted."""
    images = np.zeros((count, 28, 28), np.uint8)
    labels = np.arange(count, dtype=np.uint8) % 10
    for image, label in zip(images, labels, strict=True):
        for bar in range(int(label) + 1):
            image[4:24, 2 + 2 * bar] = 255
    return Part(images, labels)


ONES = np.zeros((10, 28, 28), np.uint8)
ONES[:, 4:24, 12:16] = 255
PLAIN_ONES = Part(ONES, np.arange(10, dtype=np.uint8))  # ten digits that all look like a one


@pytest.fixture(scope="module")
def hands() -> Hands:
    return hands_of(bars(40), None, 3, np.random.default_rng(1))


def only_mnist(hands: Hands) -> Hands:
    return Hands(hands.mnist, [hands.mnist], [hands.mnist])


def test_lines_are_as_high_as_the_network_wants_them(hands: Hands) -> None:
    lines, texts = compose(30, hands, np.random.default_rng(2))
    assert {line.shape[0] for line in lines} == {HEIGHT}
    assert {line.dtype for line in lines} == {np.dtype(np.uint8)}
    assert all(text.isdigit() and 1 <= len(text) <= 8 for text in texts)
    assert all(line.any() for line in lines)


def test_the_same_generator_composes_the_same_lines(hands: Hands) -> None:
    one, other = (compose(5, hands, np.random.default_rng(3)) for _ in range(2))
    assert one[1] == other[1]
    assert all((a == b).all() for a, b in zip(one[0], other[0], strict=True))


def components(line: np.ndarray) -> int:
    return cv2.connectedComponents((line > 76).astype(np.uint8))[0] - 1


def test_digits_touch_if_they_are_told_to(hands: Hands) -> None:
    whole = only_mnist(hands_of(PLAIN_ONES, None, 1, np.random.default_rng(1)))
    counts = {}
    for share in (0.0, 1.0):
        rng = np.random.default_rng(4)
        lines, texts = compose(30, whole, rng, lengths=(4, 4), touching=share, plain=True)
        counts[share] = np.mean([components(line) for line in lines])
        assert {len(text) for text in texts} == {4}
    assert counts[0.0] == pytest.approx(4, abs=0.1)
    assert counts[1.0] < 2.5


def test_digits_are_in_the_middle_and_have_their_size(hands: Hands) -> None:
    lines, _ = compose(40, hands, np.random.default_rng(4), touching=0.0, plain=True)
    rows = [np.flatnonzero(line.any(axis=1)) for line in lines]
    assert np.median([each[-1] - each[0] + 1 for each in rows]) == pytest.approx(DIGIT, abs=5)
    assert np.median([each.mean() for each in rows]) == pytest.approx(HEIGHT / 2, abs=2)


def test_lengths_are_kept(hands: Hands) -> None:
    _, texts = compose(40, hands, np.random.default_rng(5), lengths=(3, 4))
    assert {len(text) for text in texts} == {3, 4}


def test_a_part_without_some_digit_is_refused() -> None:
    with pytest.raises(ValueError, match="all ten"):
        hands_of(bars(9), None, 1, np.random.default_rng(1))


def test_some_synthetic_writers_have_forms_that_are_only_in_lines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (form,) = forms.LINE_FORMS.values()
    usual = drawn_hands(2, np.random.default_rng(5)).drawn[0].glyphs
    always = {form.name: replace(form, weight=1.0)}
    monkeypatch.setattr("mlcore.data.number_lines.hands.LINE_FORMS", always)
    glyphs = drawn_hands(2, np.random.default_rng(5)).drawn[0].glyphs
    same = [
        all(
            a.shape == b.shape and np.allclose(a, b, atol=1e-5)
            for a, b in zip(one, other, strict=True)
        )
        for one, other in zip(glyphs, usual, strict=True)
    ]
    assert [digit for digit, is_same in enumerate(same) if not is_same] == [form.label]
