"""Optimizers (AdamW, or Muon for convolutions) and the learning-rate schedule."""

import math
from typing import Any

import keras
from keras import ops

from mlcore.recipes import Recipe


def optimizer_of(recipe: Recipe, steps: int) -> keras.optimizers.Optimizer:
    """Make the recipe's optimizer for this number of steps."""
    if not recipe.muon_learning_rate:
        rate = learning_rate(recipe.learning_rate, steps, recipe.warmup)
        return keras.optimizers.AdamW(rate, recipe.weight_decay)
    return ConvolutionalMuon(
        learning_rate(recipe.muon_learning_rate, steps, recipe.warmup),
        weight_decay=recipe.muon_weight_decay,
        adam_lr_ratio=recipe.learning_rate / recipe.muon_learning_rate,
        adam_weight_decay=recipe.weight_decay,
    )


def learning_rate(
    peak: float, steps: int, warmup: float
) -> keras.optimizers.schedules.LearningRateSchedule:
    """Make a schedule: linear warmup to the peak, cosine decay to 0 (Loshchilov, Hutter 2017)."""
    rising = max(1, round(steps * warmup))
    return keras.optimizers.schedules.CosineDecay(
        0.0, max(1, steps - rising), alpha=0.0, warmup_target=peak, warmup_steps=rising
    )


class ConvolutionalMuon(keras.optimizers.Muon):
    """Muon for convolution kernels, AdamW for all other weights.

    Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks": the momentum of a
    kernel, as a matrix (height * width * channels in, channels out), is replaced by the nearest
    matrix with orthogonal rows or columns. Keras's Muon does this for dense layers only and does
    not reshape a kernel into a matrix. Steps are scaled to the size of AdamW's steps (Liu et al.
    2025, "Muon is scalable for LLM training").
    """

    def _should_use_adamw(self, variable: Any) -> bool:
        return len(variable.shape) != 4

    def _muon_update_step(self, gradient: Any, variable: Any, lr: Any, m: Any) -> None:
        self.assign_add(m, ops.add(gradient, m * (self.momentum - 1)))
        ahead = ops.add(gradient, self.momentum * m)
        matrix = ops.reshape(ahead, (-1, variable.shape[-1]))
        turned = self.zeropower_via_newtonschulz5(matrix, self.ns_steps)
        scale = self.rms_rate * math.sqrt(max(matrix.shape))
        self.assign_sub(variable, lr * scale * ops.reshape(turned, variable.shape))
