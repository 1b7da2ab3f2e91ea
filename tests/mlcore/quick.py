"""`python -m mlcore`, but it measures on a tenth of the reference sets, which saves seconds.

python -m tests.mlcore.quick retrain FOLDER
"""

import sys
from collections.abc import Callable
from unittest.mock import patch

import numpy as np

from mlcore.cli import main
from mlcore.data import reference_sets
from mlcore.data.datasets import Part
from mlcore.data.lines import Lines
from mlcore.evaluation import version_comparison


def a_tenth(read: Callable[[], Part]) -> Callable[[], Part]:
    part = read()
    fewer = part.take(np.arange(0, len(part), 10))
    return lambda: fewer


def few_references() -> list[tuple[object, str, object]]:
    """Return what to replace by what: (module, name, value)."""
    few = {name: a_tenth(read) for name, read in version_comparison.FROZEN.items()}
    numbers = reference_sets.numbers()
    few_numbers = Lines(numbers.inks[::10], numbers.texts[::10])
    return [
        (version_comparison, "FROZEN", few),
        (reference_sets, "numbers", lambda: few_numbers),
    ]


if __name__ == "__main__":
    for module, name, value in few_references():
        patch.object(module, name, value).start()
    sys.exit(main(sys.argv[1:]))
