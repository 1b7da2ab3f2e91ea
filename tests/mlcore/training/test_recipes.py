import math

import pytest

from mlcore.recipes import RECIPES, Recipe, RetrainRecipe


def test_settings_can_be_overridden():
    assert RetrainRecipe().with_overrides({"steps": 7}).steps == 7


def test_an_integer_is_accepted_for_a_fraction():
    assert RetrainRecipe().with_overrides({"distillation": 0}).distillation == 0


def test_both_ends_of_a_range_are_allowed():
    for recipe in (Recipe(), RetrainRecipe()):
        for name, ends in recipe.ranges().items():
            for end in ends:
                assert getattr(recipe.with_overrides({name: end}), name) == end


def test_all_recipes_are_within_the_ranges():
    for recipe in (*RECIPES.values(), Recipe(), RetrainRecipe()):
        assert recipe.with_overrides(vars(recipe)) == recipe


def test_an_unknown_setting_is_named_in_the_error():
    with pytest.raises(ValueError, match="stepps"):
        RetrainRecipe().with_overrides({"stepps": 7})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("steps", "7"),
        ("steps", 7.5),
        ("steps", True),
        ("steps", None),
        ("steps", [1]),
        ("steps", 0),
        ("steps", -1),
        ("steps", 10**6),
        ("steps", 10**400),
        ("corrections_per_batch", 0),
        ("rehearsal_per_batch", 0),
        ("rehearsal", 0),
        ("learning_rate", 0),
        ("learning_rate", -1e-3),
        ("learning_rate", 1.0),
        ("learning_rate", math.nan),
        ("learning_rate", math.inf),
        ("learning_rate", 10**400),
        ("distillation", 50),
        ("distillation", -0.1),
        ("augmentation", 1.5),
        ("label_smoothing", 1),
    ],
    ids=lambda value: str(value)[:10],
)
def test_an_invalid_value_is_refused_with_name_and_range(name, value):
    with pytest.raises(ValueError, match=f"^{name} must be .* from .* to .*, not") as refusal:
        RetrainRecipe().with_overrides({name: value})
    assert len(str(refusal.value)) < 150


@pytest.mark.parametrize("overrides", [{"epochs": 0}, {"batch": 0}, {"ema_decay": 1}])
def test_training_from_scratch_has_ranges_too(overrides):
    with pytest.raises(ValueError, match=next(iter(overrides))):
        Recipe().with_overrides(overrides)
