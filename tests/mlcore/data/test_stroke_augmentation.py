"""Warped strokes, and the same ink drawn in another order."""

import numpy as np
import pytest

from mlcore.data.stroke_augmentation import reordered, warped
from mlcore.ink.strokes import parse, rasterize

SEVEN = parse([[[60, 60], [160, 60], [90, 230]], [[80, 150], [150, 150]], [[20, 20]]])


@pytest.mark.parametrize("seed", range(5))
def test_warps_keep_strokes_points_and_their_order(seed):
    bent = warped(SEVEN, np.random.default_rng(seed))
    assert [stroke.shape for stroke in bent] == [(3, 2), (2, 2), (1, 2)]
    for before, after in zip(SEVEN, bent, strict=True):
        steps = [np.diff(stroke[:, :2], axis=0) for stroke in (before, after)]
        assert (np.sum(steps[0] * steps[1], axis=1) > 0).all()  # less than a quarter turn


def test_without_strength_only_the_middle_moves():
    bent = warped(SEVEN, np.random.default_rng(1), 0.0)
    moves = np.concatenate([b - a[:, :2] for a, b in zip(SEVEN, bent, strict=True)])
    assert moves == pytest.approx(np.broadcast_to(moves[0], moves.shape), abs=1e-3)
    assert np.array_equal(rasterize(bent), rasterize(SEVEN))


def test_a_stronger_warp_moves_more():
    def change(strength):
        rng = np.random.default_rng(3)
        bent = [rasterize(warped(SEVEN, rng, strength)) for _ in range(10)]
        return np.mean([np.abs(each - rasterize(SEVEN)).mean() for each in bent])

    assert 0 < change(0.2) < change(1.0)


def test_the_same_seed_gives_the_same_warp_at_any_scale():
    small = [stroke / 1_000 for stroke in SEVEN]
    one, other = (warped(each, np.random.default_rng(4)) for each in (SEVEN, small))
    for a, b in zip(one, other, strict=True):
        assert a == pytest.approx(1_000 * b, rel=1e-4, abs=0.05)


def test_a_tap_can_be_warped():
    (tap,) = warped([np.array([[5.0, 5.0]])], np.random.default_rng(1))
    assert tap.shape == (1, 2)
    assert np.isfinite(tap).all()


def test_strokes_are_not_changed_in_place():
    before = [stroke.copy() for stroke in SEVEN]
    warped(SEVEN, np.random.default_rng(1))
    reordered(SEVEN, np.random.default_rng(1))
    for a, b in zip(before, SEVEN, strict=True):
        np.testing.assert_array_equal(a, b)


def orders(count):
    rng = np.random.default_rng(2)
    return [reordered(SEVEN, rng) for _ in range(count)]


def test_another_order_of_the_pen_draws_the_same_ink():
    drawn = rasterize(SEVEN)
    movements = []
    for turned in orders(20):
        other = rasterize(turned)
        assert np.abs(other[..., 0] - drawn[..., 0]).max() < 0.02
        assert other[..., 1:].sum() == pytest.approx(drawn[..., 1:].sum(), rel=0.01)
        movements.append(np.abs(other[..., 1:] - drawn[..., 1:]).max())
    assert max(movements) > 0.8


def test_every_order_and_direction_occurs():
    first_points = {tuple(stroke[0, :2]) for turned in orders(60) for stroke in turned}
    assert {(60, 60), (90, 230), (80, 150), (150, 150)} <= first_points
    assert len({tuple(len(stroke) for stroke in turned) for turned in orders(60)}) == 6
