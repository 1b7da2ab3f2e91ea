import pytest

from mlcore.recipes import RetrainRecipe


def test_settings_can_be_overridden():
    assert RetrainRecipe().with_overrides({"steps": 7}).steps == 7


@pytest.mark.parametrize(
    ("overrides", "named"),
    [
        ({"stepps": 7}, "stepps"),
        ({"steps": "7"}, "steps"),
        ({"steps": 7.5}, "steps"),
        ({"steps": True}, "steps"),
    ],
)
def test_what_is_not_a_setting_or_not_a_number_is_named(overrides, named):
    with pytest.raises(ValueError, match=named):
        RetrainRecipe().with_overrides(overrides)
