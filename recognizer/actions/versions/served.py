"""Which versions of the log served well: the targets of a roll-back and of a fallback."""

from collections.abc import Iterable

from recognizer.models import Deployment

ROLLBACK = Deployment.Kind.ROLLBACK


def good_versions() -> list[int]:
    """Return the ids of the versions that served and were not rolled back from, newest first.

    The first one is the deployed version.
    """
    log = Deployment.objects.order_by("sequence").values_list("version_id", "kind")
    return still_good(log)


def still_good(log: Iterable[tuple[int, str]]) -> list[int]:
    """Return the good versions after these deployments, oldest first, as (version id, kind).

    A roll-back withdraws every version that began to serve after its target. A version that is
    promoted again is good again.
    """
    line: list[int] = []
    for version_id, kind in log:
        if kind == ROLLBACK:
            # A target outside the line was itself withdrawn before: only the top is left.
            line = line[: line.index(version_id)] if version_id in line else line[:-1]
        elif version_id in line:
            line.remove(version_id)
        line.append(version_id)
    return line[::-1]
