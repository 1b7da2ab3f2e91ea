"""Walk the whole way of numbers through a running site: write, digitise, correct, retrain, recover.

    python -m benchmarks.walkthrough [--page sheet_1.png] [--json OUT]

It starts a site of its own: web server, worker and reader, with an empty database. As a person with
an API token it then

1. writes a number, saves it, and corrects it;
2. sends a page (--page, otherwise a made mark sheet), corrects two cells, and takes the table;
3. sends 1,000 pictures of which three are no pictures, and kills the reader in the middle;
4. corrects ten numbers of one writer, retrains, kills the worker in the middle, and reads forty
   other numbers of that writer before and after. The writer is the first of
   `benchmarks.number_corrections` whom the shipped version misreads.

It prints one line per step. Whatever a step should have made and did not, ends it with an error.
"""

import argparse
import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import django
import numpy as np

from benchmarks.number_corrections import Number, badly_read
from mlcore.ink.strokes import Strokes, ink_of
from mlcore.pictures.encoding import photographed, png
from mlcore.recognition import bundle
from tests.actions.reading.files import archive
from tests.actions.reading.sheets import sheet

if TYPE_CHECKING:
    from tests.processes.site import Site

PICTURES, BROKEN = 1_000, {3: b"", 500: b"not a picture", 997: b"\x89PNG\r\n\x1a\n"}
ROWS = [[str(10 + (7 * row + column) % 90) for column in range(10)] for row in range(20)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--page", type=Path, help="a picture of a page with numbers")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    page = options.page.read_bytes() if options.page else sheet(ROWS)
    _, corrected, others, _ = next(badly_read(bundle.shipped()))
    with TemporaryDirectory() as folder:
        os.environ |= {"DIGITS_HOME": folder, "DJANGO_SETTINGS_MODULE": "digitsite.settings"}
        django.setup()
        from tests.processes.site import Site  # imports models

        site = Site(Path(folder)).set_up_anew().start()
        try:
            figures = {
                "written": written(site, corrected[0]),
                "page": digitised(site, page),
                "batch": batch(site, others),
                "retraining": retrained(site, corrected, others),
            }
        finally:
            site.stop()
    for step, found in figures.items():
        print(f"{step}: {json.dumps(found)}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


def points(strokes: Strokes) -> list[list[list[float]]]:
    return [np.round(stroke[:, :2], 2).tolist() for stroke in strokes]


def saved(site: "Site", number: Number, label: str) -> dict[str, Any]:
    """Save a number as its owner; a reviewer gives it a label."""
    drawing = site.post("/api/v1/drawings/", {"strokes": points(number.strokes)}, by="owner")
    path = f"/api/v1/drawings/{drawing['id']}/label/"
    site.post(path, {"label": label}, by="trainer")
    return drawing


def written(site: "Site", number: Number) -> dict[str, Any]:
    drawing = saved(site, number, number.text)
    answer = site.get(f"/api/v1/drawings/{drawing['id']}/", by="owner")
    assert answer["label_text"] == number.text, answer
    return {
        "written": number.text,
        "read": drawing["answer"]["text"],
        "corrected to": answer["label_text"],
    }


def digitised(site: "Site", page: bytes) -> dict[str, Any]:
    """Read a page, correct its two most doubtful cells, and return what became of them."""
    from tests.processes.waiting import wait_for

    pk = site.upload("/api/v1/pages/", "image", page, by="owner")["id"]
    path = f"/api/v1/pages/{pk}/"
    read = wait_for(
        lambda: done(site.get(path, by="owner")), seconds=120, name="the page has been read"
    )
    cells = [
        (cell["confidence"], row, column)
        for row, line in enumerate(read["rows"])
        for column, cell in enumerate(line)
        if cell["read"]
    ]
    doubtful = [(row, column) for _, row, column in sorted(cells)[:2]]
    for row, column in doubtful:
        body = {"row": row, "column": column, "text": "123"}
        site.request("PATCH", path, body, by="owner")
    table = site.sent("GET", f"{path}table.csv", None, "text/csv", "owner").decode()
    lines = [line.split(",") for line in table.splitlines()]
    assert [lines[row][column] for row, column in doubtful] == ["123", "123"], table
    return {"rows": len(lines), "cells read": len(cells), "corrected": doubtful}


def done(job: dict[str, Any]) -> dict[str, Any] | None:
    assert job["status"] not in ("failed", "canceled"), job
    return job if job["status"] == "succeeded" else None


def batch(site: "Site", numbers: list[Number]) -> dict[str, Any]:
    """Read many pictures of which some are broken, with the reader killed in the middle."""
    from tests.processes.waiting import wait_for

    pictures = [as_picture(number.strokes) for number in numbers]
    members = {f"{i:04}.png": pictures[i % len(pictures)] for i in range(PICTURES)}
    members |= {f"{i:04}.png": content for i, content in BROKEN.items()}
    path = "/api/v1/batches/"
    pk = site.upload(path, "archive", archive(members).getvalue(), by="owner")["id"]

    def state() -> dict[str, Any]:
        return site.get(f"{path}{pk}/", by="owner")

    wait_for(lambda: state()["done"] > PICTURES / 10, seconds=120, name="some pictures are read")
    site.kill("reader")
    left = state()["done"]
    site.start("reader")
    job = wait_for(lambda: done(state()), seconds=300, name="the batch has been read")
    rows = site.sent("GET", f"{path}{pk}/results.ndjson", None, "text/plain", "owner").splitlines()
    results = [json.loads(row) for row in rows]
    assert len(results) == len({row["name"] for row in results}) == PICTURES
    failed = {row["name"]: row["reason"] for row in results if row["status"] == "failed"}
    assert set(failed) == {f"{i:04}.png" for i in BROKEN}, failed
    return {"killed after": left, "attempts": job["attempt"], "rows": len(results), "bad": failed}


def as_picture(strokes: Strokes) -> bytes:
    ink = ink_of(strokes)
    assert ink is not None
    return png(photographed(np.pad(ink, 4), 2))


def retrained(site: "Site", corrected: list[Number], others: list[Number]) -> dict[str, Any]:
    """Correct one hand's numbers, retrain with the worker killed on the way, and read others."""
    before = read(site, others)
    for number in corrected[1:]:
        saved(site, number, number.text)
    pk = site.retrain(seed=1)
    site.replace_worker()
    job = site.wait_for_job(pk, "succeeded", "failed", seconds=900)
    assert job["status"] == "succeeded", job["error"]
    assert job["attempt"] == 2, job
    listed = site.get("/api/v1/versions/", by="owner")
    version = next(each for each in listed["results"] if each["number"] == job["version"])
    if version["verdict"]["promoted"]:
        site.follows(job["version"])
    return {
        "right before": before,
        "right after": read(site, others),
        "of": len(others),
        "attempts": job["attempt"],
        "promoted": version["verdict"]["promoted"],
        "gates failed": [
            gate["name"] for gate in version["verdict"]["gates"] if not gate["passed"]
        ],
    }


def read(site: "Site", numbers: list[Number]) -> int:
    """Return how many numbers the site reads."""
    answers = [
        site.post("/api/v1/recognize/?mode=number", {"strokes": points(each.strokes)}, by="owner")
        for each in numbers
    ]
    return sum(got["text"] == each.text for got, each in zip(answers, numbers, strict=True))


if __name__ == "__main__":
    main()
