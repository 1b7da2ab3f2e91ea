"""How long another person's save takes while a large account is deleted.

    DIGITS_HOME=FOLDER python -m benchmarks.account_deletion --drawings 50000

FOLDER: the folder of a site that was set up with `manage.py setup` and does not run.

Expected with 50,000 drawings on SQLite and one busy core: deleted in 35 s, the slowest save 0.1 s.
"""

import argparse
import os
import statistics
import threading
import time
from typing import Any


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drawings", type=int, default=50_000)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digitsite.settings")
    import django

    django.setup()
    print(sentence(measure(options.drawings)))


def measure(count: int) -> dict[str, Any]:
    from django.db import DatabaseError, connections, transaction

    from recognizer.actions.accounts.deletion import delete_account, delete_closed_accounts
    from recognizer.actions.drawings.recognition import read_strokes, recognize_to_store
    from recognizer.actions.drawings.store import new_drawing, save_drawing, save_drawings
    from recognizer.models import Drawing, User

    ink = read_strokes([[[80, 80], [160, 60], [240, 80]], [[240, 80], [150, 300]]])
    leaving, staying = (User.objects.create_user(name) for name in ("leaving", "staying"))
    recognition = recognize_to_store(ink)
    for start in range(0, count, 1000):
        with transaction.atomic():
            save_drawings(
                [
                    new_drawing(owner=leaving, recognition=recognition)
                    for _ in range(start, min(start + 1000, count))
                ]
            )
    saves: list[float] = []
    errors: list[str] = []
    over = threading.Event()

    def save() -> None:
        while not over.is_set():
            started = time.perf_counter()
            try:
                save_drawing(owner=staying, ink=ink)
            except DatabaseError as error:
                errors.append(repr(error))
            saves.append(time.perf_counter() - started)
            time.sleep(0.05)
        connections.close_all()

    writer = threading.Thread(target=save)
    writer.start()
    started = time.perf_counter()
    delete_account(person=leaving)
    closed = time.perf_counter() - started
    delete_closed_accounts()
    deleted = time.perf_counter() - started
    over.set()
    writer.join()
    left = Drawing.objects.filter(owner=leaving.pk).count()
    staying.delete()
    return {
        "count": count,
        "closed": closed,
        "deleted": deleted,
        "saves": saves,
        "errors": errors,
        "left": left,
    }


def sentence(figures: dict[str, Any]) -> str:
    saves = figures["saves"]
    return (
        f"{figures['count']:,} drawings: closed in {figures['closed']:.2f} s, deleted in "
        f"{figures['deleted']:.1f} s, {figures['left']} left; {len(saves)} saves of another person "
        f"meanwhile, median {statistics.median(saves):.3f} s, slowest {max(saves):.2f} s, "
        f"{len(figures['errors'])} errors {figures['errors'][:2]}"
    )


if __name__ == "__main__":
    main()
