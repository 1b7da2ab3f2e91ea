"""Training recipes: the frozen settings of each network, also stored in a version's card."""

import reprlib
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

from mlcore import codes
from mlcore.errors import InvalidRecipe


def _setting(usual: float, low: float, high: float) -> Any:
    """Make a field with the range of allowed overrides, both ends included."""
    return field(default=usual, metadata={"range": (low, high)})


class _Overridable:
    @classmethod
    def ranges(cls) -> dict[str, tuple[float, float]]:
        """The lowest and highest value of every setting, both included."""
        return {setting.name: setting.metadata["range"] for setting in fields(cls)}  # type: ignore[arg-type]

    def with_overrides(self, overrides: dict[str, Any]) -> Self:
        """The same recipe with some settings replaced.

        Raises InvalidRecipe that names the setting, the given value and the allowed range.
        """
        known = {setting.name: setting.type for setting in fields(self)}  # type: ignore[arg-type]
        unknown = sorted(set(overrides) - set(known))
        if unknown:
            names = {"names": ", ".join(unknown), "known": ", ".join(sorted(known))}
            raise InvalidRecipe(codes.UNKNOWN_SETTINGS(**names))
        for name, value in overrides.items():
            whole = known[name] is int
            wanted = codes.SETTING_NOT_WHOLE if whole else codes.SETTING_NOT_A_NUMBER
            low, high = self.ranges()[name]
            if not _is_number(value, whole=whole) or not low <= value <= high:
                given = reprlib.repr(value)
                raise InvalidRecipe(wanted(name=name, low=low, high=high, given=given))
        return replace(self, **overrides)  # type: ignore[type-var]


def _is_number(value: object, *, whole: bool) -> bool:
    kinds = int if whole else int | float
    return isinstance(value, kinds) and not isinstance(value, bool)


@dataclass(frozen=True)
class Recipe(_Overridable):
    """Training from scratch. Shares are fractions of the number of MNIST digits in an epoch."""

    epochs: int = _setting(12, 1, 1_000)
    batch: int = _setting(128, 1, 4_096)
    learning_rate: float = _setting(2e-3, 1e-6, 0.1)  # peak; AdamW
    warmup: float = _setting(0.05, 0, 1)  # share of all steps from 0 to the peak, then a cosine
    weight_decay: float = _setting(1e-3, 0, 1)
    muon_learning_rate: float = _setting(
        0.0, 0, 0.1
    )  # peak for kernels of convolutions by Muon; 0: AdamW
    muon_weight_decay: float = _setting(0.05, 0, 1)  # weight decay of the kernels
    label_smoothing: float = _setting(0.02, 0, 0.5)
    ema_decay: float = _setting(0.998, 0, 0.9999)  # of the weights' average, per step; 0: none
    patience: int = _setting(6, 1, 1_000)  # epochs below the best hold-out accuracy until the end
    augmentation: float = _setting(0.8, 0, 1)  # strength of the warps; 0: none
    clean: float = _setting(0.2, 0, 1)  # share of digits that are not warped
    cooldown: float = _setting(0.25, 0, 1)  # last part, in which warps fade and `clean` grows
    wear: float = _setting(0.08, 0, 1)  # share of pictures that are coarse, dotted or hidden; fades
    strokes: float = _setting(0.3, 0, 1)  # digits drawn with a pen, by people and synthetic writers
    negatives: float = _setting(0.12, 0, 1)  # non-digits
    distillation: float = _setting(0.7, 0, 1)  # share of the teachers' answer, if there are any


@dataclass(frozen=True)
class RetrainRecipe(_Overridable):
    """Learning from corrections without forgetting: see `mlcore.training.retraining`."""

    steps: int = _setting(80, 1, 10_000)
    corrections_per_batch: int = _setting(16, 1, 256)
    rehearsal_per_batch: int = _setting(112, 1, 1_024)  # 7:1
    # Peak; Adam, cosine decay to 0. Three times this rate forgets more.
    learning_rate: float = _setting(2.5e-4, 1e-6, 0.01)
    distillation: float = _setting(1.0, 0, 1)  # share of the parent's answer in rehearsal targets
    augmentation: float = _setting(0.5, 0, 1)  # strength of the warps on corrections
    label_smoothing: float = _setting(0.02, 0, 0.5)  # on corrections
    rehearsal: int = _setting(6_000, 200, 60_000)  # images prepared for rehearsal


DEFAULT = "digit-net-3"
# The architectures that see the directions of the pen. The others, which are known from books, see
# the ink alone.
WITH_DIRECTIONS = frozenset({DEFAULT})

RECIPES: dict[str, Recipe] = {
    # Nielsen's network: sigmoids learn slowly, and the capacity is too small for warps.
    "mlp": Recipe(
        epochs=30, learning_rate=3e-3, label_smoothing=0.0, augmentation=0.0, patience=10
    ),
    "ann": Recipe(epochs=20, learning_rate=1e-3, augmentation=0.3),
    "small-cnn": Recipe(epochs=15, learning_rate=1e-3, augmentation=0.6),
    "double-conv-cnn": Recipe(epochs=12, learning_rate=1e-3),
    "residual-cnn": Recipe(epochs=16),
    "digit-net-3": Recipe(
        epochs=30,
        muon_learning_rate=8e-3,
        augmentation=0.7,
        patience=12,
        strokes=0.22,
        negatives=0.1,
    ),
}
