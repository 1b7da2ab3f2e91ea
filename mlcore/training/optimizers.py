"""Optimizers (AdamW, or Muon for convolutions) and the learning-rate schedule."""

import math
from typing import Any

import keras
from keras import ops

from mlcore.recipes import Recipe

# Of Muon, as published.
MOMENTUM = 0.95
NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
ITERATIONS = 5
ADAM_SIZE = 0.2  # root mean square of a step of AdamW


def optimizer_of(recipe: Recipe, steps: int) -> keras.optimizers.Optimizer:
    """Make the recipe's optimizer for this number of steps."""
    if not recipe.muon_learning_rate:
        rate = learning_rate(recipe.learning_rate, steps, recipe.warmup)
        return keras.optimizers.AdamW(rate, recipe.weight_decay)
    return ConvolutionalMuon(
        learning_rate(recipe.muon_learning_rate, steps, recipe.warmup),
        kernel_decay=recipe.muon_weight_decay,
        adam_decay=recipe.weight_decay,
        adam_ratio=recipe.learning_rate / recipe.muon_learning_rate,
    )


def learning_rate(
    peak: float, steps: int, warmup: float
) -> keras.optimizers.schedules.LearningRateSchedule:
    """Make a schedule: linear warmup to the peak, cosine decay to 0 (Loshchilov, Hutter 2017)."""
    rising = max(1, round(steps * warmup))
    return keras.optimizers.schedules.CosineDecay(
        0.0, max(1, steps - rising), alpha=0.0, warmup_target=peak, warmup_steps=rising
    )


class ConvolutionalMuon(keras.optimizers.Adam):
    """Muon for convolution kernels, AdamW for all other weights.

    Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks": the momentum of a
    kernel, as a matrix (height * width * channels in, channels out), is replaced by the nearest
    matrix with orthogonal rows or columns. Steps are scaled to the size of AdamW's steps (Liu et
    al. 2025, "Muon is scalable for LLM training"). Only public methods of Keras are overridden:
    those of its own Muon are private and differ between releases.
    """

    def __init__(
        self,
        learning_rate: keras.optimizers.schedules.LearningRateSchedule,
        *,
        kernel_decay: float,
        adam_decay: float,
        adam_ratio: float,
    ) -> None:
        """adam_ratio: Adam's learning rate as a multiple of Muon's. Weights of both kinds decay by
        their share of Muon's rate."""
        super().__init__(learning_rate)
        self.kernel_decay = kernel_decay
        self.adam_decay = adam_decay
        self.adam_ratio = adam_ratio

    def build(self, variables: Any) -> None:
        if self.built:
            return
        super().build(variables)
        self.kernel_momentums = {  # by the variable of TensorFlow's that `update_step` is given
            id(each.value): self.add_variable_from_reference(each, name="kernel_momentum")
            for each in variables
            if is_kernel(each)
        }

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        rate = ops.cast(learning_rate, variable.dtype)
        decay = self.kernel_decay if is_kernel(variable) else self.adam_decay
        self.assign(variable, variable - variable * decay * rate)
        if is_kernel(variable):
            self.update_kernel(ops.cast(gradient, variable.dtype), variable, rate)
        else:
            super().update_step(gradient, variable, rate * self.adam_ratio)

    def update_kernel(self, gradient: Any, kernel: Any, rate: Any) -> None:
        momentum = self.kernel_momentums[id(kernel)]
        self.assign(momentum, gradient + momentum * MOMENTUM)
        ahead = gradient + MOMENTUM * momentum  # Nesterov's
        matrix = ops.reshape(ahead, (-1, kernel.shape[-1]))
        scale = ADAM_SIZE * math.sqrt(max(matrix.shape))
        step = ops.reshape(orthogonalized(matrix), kernel.shape)
        self.assign_sub(kernel, rate * scale * step)


def is_kernel(variable: Any) -> bool:
    """Whether it is the kernel of a convolution."""
    return len(variable.shape) == 4


def orthogonalized(matrix: Any) -> Any:
    """About the nearest matrix with orthogonal rows or columns, by Newton-Schulz iteration."""
    a, b, c = NEWTON_SCHULZ
    is_tall = matrix.shape[0] > matrix.shape[1]
    x = ops.transpose(matrix) if is_tall else matrix
    x = x / (ops.norm(x) + 1e-7)
    for _ in range(ITERATIONS):
        square = ops.matmul(x, ops.transpose(x))
        x = a * x + ops.matmul(b * square + c * ops.matmul(square, square), x)
    return ops.transpose(x) if is_tall else x
