"""Agreement between two people who labeled the same things."""

from collections import Counter
from collections.abc import Hashable, Sequence


def cohens_kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Return Cohen's kappa (1960): 1 for full agreement, 0 for as much as by chance.

    pairs: the first and the second person's label of each thing. None without pairs, or if both
    gave one and the same label throughout, since chance alone agrees as well then.
    """
    total = len(pairs)
    if not total:
        return None
    firsts = Counter(first for first, second in pairs)
    seconds = Counter(second for first, second in pairs)
    observed = sum(first == second for first, second in pairs) / total
    expected = sum(count * seconds[label] for label, count in firsts.items()) / total**2
    return None if expected == 1 else (observed - expected) / (1 - expected)
