"""How each network is trained: frozen settings, kept in the card of whatever they produced."""

from dataclasses import dataclass, fields, replace
from typing import Any, Self


class _Overridable:
    def with_overrides(self, overrides: dict[str, Any]) -> Self:
        """The same recipe with some settings replaced; ValueError names what is not a setting."""
        known = {field.name: field.type for field in fields(self)}  # type: ignore[arg-type]
        unknown = sorted(set(overrides) - set(known))
        if unknown:
            raise ValueError(
                f"unknown settings {', '.join(unknown)}; there are {', '.join(sorted(known))}"
            )
        for name, value in overrides.items():
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise ValueError(f"{name} must be a number, not {value!r}")
            if known[name] is int and not isinstance(value, int):
                raise ValueError(f"{name} must be a whole number, not {value!r}")
        return replace(self, **overrides)  # type: ignore[type-var]


@dataclass(frozen=True)
class Recipe(_Overridable):
    """Training from scratch. Shares are fractions of the number of MNIST digits in an epoch."""

    epochs: int = 12
    batch: int = 128
    learning_rate: float = 2e-3  # peak; AdamW
    warm_up: float = 0.05  # share of all steps from 0 to the peak, then a cosine down to 0
    weight_decay: float = 1e-3
    label_smoothing: float = 0.02
    averaging: float = 0.998  # decay of the moving average of the weights, a step; 0: none
    patience: int = 6  # epochs without as good a hold-out accuracy before stopping
    augmentation: float = 0.8  # strength of the warps; 0: none
    clean: float = 0.2  # share of digits left as they are
    settling: float = 0.25  # last part of the training, in which warps fade and `clean` grows
    drawn: float = 0.08  # drawn digits, with the forms that MNIST lacks
    negatives: float = 0.12  # what is no digit


@dataclass(frozen=True)
class RetrainRecipe(_Overridable):
    """Learning from corrections without forgetting: see `mlcore.retraining`."""

    steps: int = 80
    corrections_per_batch: int = 16
    replay_per_batch: int = 112  # 7:1
    learning_rate: float = 2.5e-4  # peak; Adam, cosine to 0; three times as much forgets more
    distillation: float = 1.0  # share of the parent's answer in a rehearsed field's target
    augmentation: float = 0.5  # strength of the warps on corrections
    label_smoothing: float = 0.02  # on corrections
    replay: int = 6_000  # fields prepared to rehearse


RECIPES: dict[str, Recipe] = {
    # Nielsen's network: sigmoids learn slowly and have no room for warps.
    "mlp": Recipe(
        epochs=30, learning_rate=3e-3, label_smoothing=0.0, augmentation=0.0, patience=10
    ),
    "ann": Recipe(epochs=20, learning_rate=1e-3, augmentation=0.3),
    "small-cnn": Recipe(epochs=15, learning_rate=1e-3, augmentation=0.6),
    "double-conv-cnn": Recipe(epochs=20, learning_rate=1e-3),
    "residual-cnn": Recipe(epochs=20),
    "digit-net": Recipe(epochs=16, augmentation=0.7, patience=8),
}
