"""The network that reads lines: its input, and what its answers say about texts."""

from itertools import product

import cv2
import numpy as np
import pytest

from mlcore.errors import UnusableBundle
from mlcore.recognition.bundle import shipped
from mlcore.recognition.line_network import (
    BLANK,
    DIGIT,
    HEIGHT,
    MARGIN,
    STRIDE,
    WIDTH,
    LineNetwork,
    best_text,
    line_of,
    log_likelihoods,
)


def random_logs(count: int, seed: int = 1) -> np.ndarray:
    shares = np.random.default_rng(seed).dirichlet(np.ones(BLANK + 1), count)
    return np.log(shares)


def collapsed(path: tuple[int, ...]) -> str:
    fresh = [a for a, b in zip(path, (None, *path), strict=False) if a != b]
    return "".join(str(each) for each in fresh if each != BLANK)


def test_likelihoods_are_sums_over_all_paths() -> None:
    logs = np.full((4, BLANK + 1), -np.inf)
    kept = [1, 7, BLANK]
    logs[:, kept] = np.log(np.random.default_rng(2).dirichlet(np.ones(3), 4))
    sums: dict[str, float] = {}
    for path in product(kept, repeat=4):
        chance = np.exp(sum(logs[t, answer] for t, answer in enumerate(path)))
        sums[collapsed(path)] = sums.get(collapsed(path), 0) + chance
    texts = ["", "1", "7", "17", "71", "11", "717"]
    found = np.exp(log_likelihoods(logs, texts))
    assert found == pytest.approx([sums[text] for text in texts], abs=1e-9)


def test_a_text_that_does_not_fit_has_no_likelihood() -> None:
    assert log_likelihoods(random_logs(3), ["1111"])[0] < -1e6  # would need 7 columns


def test_the_best_text_has_neither_blanks_nor_repeats() -> None:
    answers = [BLANK, 4, 4, BLANK, 4, 2, 2, BLANK]
    logs = np.log(np.eye(BLANK + 1)[answers] + 1e-6)
    assert best_text(logs) == "442"
    assert best_text(logs[:1]) == ""


def test_a_line_has_its_digits_in_the_middle_at_their_size() -> None:
    ink = np.zeros((90, 300), np.float32)
    ink[30:70, 50:60] = 1  # a one, 40 pixels high
    line = line_of(ink, top=30, height=40)
    assert line is not None
    assert line.shape == (HEIGHT, 2 * MARGIN + 150)
    rows, columns = np.nonzero(line > 0.5)
    assert (rows.min(), rows.max()) == (HEIGHT // 2 - DIGIT // 2, HEIGHT // 2 + DIGIT // 2 - 1)
    assert columns.min() == pytest.approx(MARGIN + 25, abs=1)


def test_a_line_that_is_too_long_is_none() -> None:
    assert line_of(np.ones((20, WIDTH), np.float32), top=0, height=20) is None


def test_only_the_columns_of_the_line_are_answered() -> None:
    logs = shipped().line_network().log_probabilities(np.zeros((HEIGHT, 60), np.float32))
    assert logs.shape == (60 // STRIDE, BLANK + 1)
    assert np.exp(logs).sum(axis=1) == pytest.approx(1)
    assert best_text(logs) == ""


@pytest.mark.parametrize("width", [30, 42, 43, 100, 200, 290])
def test_the_width_on_which_the_network_runs_does_not_change_its_answers(width: int) -> None:
    rng = np.random.default_rng(width)
    line = cv2.GaussianBlur(rng.random((HEIGHT, width), np.float32), (0, 0), 2)
    line = np.clip((line - line.mean()) / line.std(), 0, 1)
    whole = np.zeros((HEIGHT, WIDTH), np.float32)
    whole[:, :width] = line
    network = shipped().line_network()
    wanted = network.log_probabilities(whole)[: width // STRIDE]
    assert network.log_probabilities(line)[: width // STRIDE] == pytest.approx(wanted, abs=1e-4)


def test_likelihoods_of_long_lines_do_not_vanish() -> None:
    logs = np.log(np.full((150, BLANK + 1), 1e-4))
    logs[:, BLANK] = np.log(1 - 10e-4)
    found = log_likelihoods(logs, ["", "12345678"])
    assert found[0] == pytest.approx(150 * np.log(1 - 10e-4))
    assert -80 < found[1] < -30


def test_another_file_is_refused() -> None:
    with pytest.raises(UnusableBundle):
        LineNetwork(shipped().litert)
