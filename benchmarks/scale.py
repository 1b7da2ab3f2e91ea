"""How long every page, list and endpoint takes with many drawings, beside few.

    python -m benchmarks.scale [--drawings 1000 1000000] [--database sqlite postgresql]
        [--rounds 5] [--only TEXT] [--json OUT]

For each database and number of drawings a new site is made and filled through SQL: a thousand
people, and for each drawing an answer; a third have a label, of which one in fifty is suspect; one
in a hundred waits for review, one in 1,200 is gold. PostgreSQL is started for this, where Debian's
package is installed. Every page is then asked for by Django's test client, signed in as an
administrator or as the owner of a twentieth of all drawings: the first time unmeasured, then ROUNDS
times, the sites of one database in turn, since a machine may be faster now than in a minute. What
workers count is counted before. Printed are the medians in milliseconds, the queries of one
request, and the ratio of the largest site to the smallest.
"""

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

PEOPLE = 1_000
LAST = 40  # drawings on the last page of the history
ADMIN_PAGE = 100  # rows of a page of the administration
SLOW = 1.3  # times as long as with few drawings
ADMIN, OWNER = "admin", "owner"
# (name, who asks, path). The placeholders are ids of the filled site.
PAGES = (
    ("studio", OWNER, "/"),
    ("history", OWNER, "/drawings/"),
    ("history, last page", OWNER, "/drawings/?before={early}"),
    ("history, one label", OWNER, "/drawings/?label=7"),
    ("history, two filters that match little", OWNER, "/drawings/?label=7&answer=3"),
    ("history, unsure first", OWNER, "/drawings/?sort=unsure"),
    ("a drawing", OWNER, "/drawings/{drawing}/"),
    ("account", OWNER, "/account/"),
    ("training", ADMIN, "/jobs/"),
    ("versions", ADMIN, "/versions/"),
    ("a version", ADMIN, "/versions/1/"),
    ("a version's drawings", ADMIN, "/versions/1/drawings/"),
    ("review", ADMIN, "/review/"),
    ("answers (drift)", ADMIN, "/answers/"),
    ("dashboard", ADMIN, "/dashboard/"),
    ("audit", ADMIN, "/audit/"),
    ("API: drawings", OWNER, "/api/v1/drawings/"),
    ("API: a drawing", OWNER, "/api/v1/drawings/{drawing}/"),
    ("API: versions", ADMIN, "/api/v1/versions/"),
    ("API: jobs", ADMIN, "/api/v1/jobs/"),
    ("admin: home", ADMIN, "/admin/"),
    ("admin: drawings", ADMIN, "/admin/recognizer/drawing/"),
    ("admin: drawings, page 1,000 or last", ADMIN, "/admin/recognizer/drawing/?p={page}"),
    ("admin: drawings, pending", ADMIN, "/admin/recognizer/drawing/?label_state__exact=pending"),
    ("admin: corrections", ADMIN, "/admin/recognizer/correction/"),
    ("admin: people", ADMIN, "/admin/recognizer/user/"),
    ("metrics", ADMIN, "/metrics"),
    ("readiness", ADMIN, "/readyz?exclude=worker&exclude=disk"),
    ("API: next in review", ADMIN, "/api/v1/review/next/"),
    ("API: save a drawing", OWNER, "/api/v1/drawings/"),
)
# SQL by i, the number of a copy. The moment is 30 seconds after that of the copy before.
MOMENTS = {
    "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', "
    "'-' || (({count} - i) * 30) || ' seconds')",
    "postgresql": "now() - ({count} - i) * interval '30 seconds'",
}
DIGIT = "CAST(i * 7 %% 10 AS varchar)"
LABELED = "(i %% 100 = 3 OR i %% 3 = 0)"
STROKES = [[[80, 80], [160, 78], [240, 80]], [[240, 80], [190, 190], [150, 300]]]
POSTED: dict[str, Any] = {
    "API: next in review": {},
    "API: save a drawing": {"strokes": STROKES},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--drawings", type=int, nargs="+", default=[1_000, 1_000_000])
    parser.add_argument("--database", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="pages whose name contains this")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--fill-and-measure", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.fill_and_measure:
        for line in measured(options.fill_and_measure, options.only):
            print(json.dumps(line), flush=True)
            if not sys.stdin.readline():  # waits for this site's turn
                return
    figures = {}
    for kind in options.database:
        with ExitStack() as opened:
            sites = {
                count: Measured(count, opened.enter_context(database(kind)), options.only)
                for count in options.drawings
            }
            for _ in range(options.rounds):
                for _ in PAGES:
                    for site in sites.values():
                        site.measure_next()
            figures[kind] = {count: site.end() for count, site in sites.items()}
        print(table(kind, figures[kind]), flush=True)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


@contextmanager
def database(kind: str) -> Iterator[dict[str, str]]:
    """Yield the environment of a new site with a database of its own."""
    with tempfile.TemporaryDirectory() as home:
        common = {"DIGITS_HOME": home, "API_RATE": "1000000/min", "QUOTA_DRAWINGS": "0"}
        if kind == "sqlite":
            yield {**common, "DATABASE_URL": ""}
            return
        os.environ |= {"DIGITS_HOME": home, "DJANGO_SETTINGS_MODULE": "digitsite.settings"}
        import django

        django.setup()
        from tests.processes.servers import postgresql

        with postgresql() as url:
            yield {**common, "DATABASE_URL": url, "SECRET_KEY": "k" * 50}


class Measured:
    """A new site that is filled and measured in a process of its own, a page at a time."""

    def __init__(self, count: int, environment: dict[str, str], only: str) -> None:
        command = [sys.executable, "-m", "benchmarks.scale", "--fill-and-measure", str(count)]
        self.process = subprocess.Popen(
            [*command, "--only", only],
            env=new_site(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.queries = self._line()
        self.times: dict[str, list[float]] = {name: [] for name in self.queries}

    def measure_next(self) -> None:
        self.process.stdin.write("\n")  # type: ignore[union-attr]
        self.process.stdin.flush()  # type: ignore[union-attr]
        for name, ms in self._line().items():
            self.times[name].append(ms)

    def end(self) -> dict[str, Any]:
        """Return milliseconds and queries by page."""
        self.process.communicate()
        return {
            name: {"ms": statistics.median(self.times[name]), "queries": queries}
            for name, queries in self.queries.items()
        }

    def _line(self) -> Any:
        for line in self.process.stdout or ():
            if line.startswith("{"):
                return json.loads(line)
        sys.exit("A site could not be measured.")


def new_site(environment: dict[str, str]) -> dict[str, str]:
    """Set up the site's tables; return the whole environment of its programs."""
    known = os.environ | environment | {"DJANGO_SETTINGS_MODULE": "digitsite.settings"}
    setup = [sys.executable, "manage.py", "setup", "--verbosity", "0"]
    subprocess.run(setup, env=known, check=True, stdout=subprocess.DEVNULL)
    return known


def measured(count: int, only: str) -> Iterator[dict[str, float]]:
    """Fill the site of this process. Yield queries by page, then milliseconds of page after page.

    Pages that are not measured are empty.
    """
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from recognizer.actions import tallies
    from recognizer.management.commands.serve import collect_static_files
    from recognizer.models import ModelVersion

    collect_static_files()
    ids = fill(count)
    for name in (tallies.EXAMPLES, f"{tallies.ANSWERS} {ModelVersion.objects.get().pk}"):
        tallies.count(name)
    clients = {}
    for who in (ADMIN, OWNER):
        clients[who] = Client(SERVER_NAME="localhost")
        clients[who].force_login(get_user_model().objects.get(username=who))
    pages = [(name, who, path.format(**ids)) for name, who, path in PAGES]

    def once(name: str, who: str, path: str) -> float:
        began = time.perf_counter()
        if name in POSTED:
            answer = clients[who].post(path, POSTED[name], content_type="application/json")
        else:
            answer = clients[who].get(path)
        if getattr(answer, "streaming", False):
            b"".join(answer.streaming_content)
        if answer.status_code not in (200, 201):
            sys.exit(f"{name}: {answer.status_code} {answer.content[:300]!r}")
        return 1000 * (time.perf_counter() - began)

    queries = {}
    for page in pages:
        if only in page[0]:
            with CaptureQueriesContext(connection) as captured:
                once(*page)
            queries[page[0]] = len(captured)
    yield queries
    for page in itertools.cycle(pages):
        yield {page[0]: once(*page)} if page[0] in queries else {}


def fill(count: int) -> dict[str, int]:
    """Make people and `count` drawings, as copies of one that was saved and labeled."""
    from recognizer.actions.drawings.quota import forget_usage
    from recognizer.actions.drawings.recognition import read_strokes
    from recognizer.actions.drawings.store import save_drawing
    from recognizer.actions.labels.label_history import label_drawing
    from recognizer.models import Drawing, User

    User.objects.create_superuser(ADMIN)
    owner = User.objects.create_user(OWNER)
    User.objects.bulk_create([User(username=f"person {i}") for i in range(PEOPLE)])
    model = save_drawing(owner=owner, ink=read_strokes(STROKES))
    correction = label_drawing(drawing=model, by=owner, label=7, source="api")
    first = User.objects.get(username="person 0").pk
    whose = f"{first} + i %% {PEOPLE} * 7919 %% {PEOPLE}"
    whose = f"CASE WHEN i %% 20 = 1 THEN {owner.pk} ELSE {whose} END"
    copy_drawings(count, whose, model=model, correction=correction)
    forget_usage(Drawing.objects.all())
    tidied()
    mine = Drawing.objects.filter(owner=owner)
    oldest = mine.order_by("id").values_list("pk", flat=True)[:LAST]
    return {
        "drawing": mine.latest("id").pk,
        "early": oldest[len(oldest) - 1],
        "page": min(1_000, count // ADMIN_PAGE),
    }


def copy_drawings(count: int, whose: str, *, model: Any, correction: Any) -> None:
    """Copy a drawing with its answer and label. whose: SQL of the owner's key, by i."""
    from django.db import connection

    from recognizer.models import Answer, Correction, Drawing

    moment = MOMENTS[connection.vendor].format(count=count)
    base, answer = model.pk, model.answers.get().pk
    copied(
        Drawing,
        count,
        id=f"{base} + i",
        owner_id=whose,
        created_at=moment,
        label=f"CASE WHEN {LABELED} THEN {DIGIT} END",
        label_state="CASE WHEN i %% 100 = 3 THEN 'pending' WHEN i %% 3 = 0 THEN 'approved' "
        "ELSE '' END",
        gold_at=f"CASE WHEN i %% 1200 = 0 THEN {moment} END",
        _where=f"id = {base}",
    )
    copied(
        Answer,
        count,
        id=f"{answer} + i",
        drawing_id=f"{base} + i",
        owner_id=whose,
        created_at=moment,
        # One answer in 97 is wrong; confidences from 0.3 to 1, few of them low.
        label=f"CASE WHEN i %% 97 = 5 THEN '3' ELSE {DIGIT} END",
        confidence="CASE WHEN i %% 50 = 7 THEN 0.3 + i %% 99 / 200.0 ELSE 1 - i %% 89 / 1e3 END",
        _where=f"drawing_id = {base}",
    )
    copied(
        Correction,
        count,
        id=f"{correction.pk} + i",
        drawing_id=f"{base} + i",
        by_id=whose,
        created_at=moment,
        to_label=DIGIT,
        state="CASE WHEN i %% 100 = 3 THEN 'pending' ELSE 'approved' END",
        label_quality="CASE WHEN i %% 50 = 1 THEN 0.3 ELSE 0.6 + i %% 89 / 3e2 END",
        _where=f"id = {correction.pk}",
        _of=LABELED,
    )


def tidied() -> None:
    """Let the database know how its tables look now, and PostgreSQL which keys are free."""
    from django.core.management.color import no_style
    from django.db import connection

    from recognizer.models import Answer, Correction, Drawing

    resets = connection.ops.sequence_reset_sql(no_style(), [Drawing, Answer, Correction])
    with connection.cursor() as cursor:
        for statement in resets:
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def copied(model: Any, count: int, *, _where: str, _of: str = "1 = 1", **changed: str) -> None:
    """Insert copies of one row; changed: SQL of the columns that differ, by i from 1 to count."""
    from django.db import connection

    columns = [field.column for field in model._meta.concrete_fields]
    values = [changed.get(column, f"model.{column}") for column in columns]
    name = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {name} ({', '.join(columns)}) "  # noqa: S608  # all of it is ours
            f"WITH RECURSIVE numbers(i) AS "
            f"(SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < %s) "
            f"SELECT {', '.join(values)} FROM numbers, "
            f"(SELECT * FROM {name} WHERE {_where} LIMIT 1) AS model WHERE {_of}",
            [count],
        )


def table(kind: str, sizes: dict[int, dict[str, Any]]) -> str:
    """Return a Markdown table of one database."""
    few, many = min(sizes), max(sizes)
    heads = [kind, *(f"{count:,}: ms" for count in sizes), "queries", "ratio"]
    lines = [heads, ["---"] * len(heads)]
    for name in sizes[few]:
        by_size = [sizes[count][name] for count in sizes]
        ratio = sizes[many][name]["ms"] / sizes[few][name]["ms"]
        shown = f"**{ratio:.1f}**" if ratio > SLOW else f"{ratio:.1f}"
        queries = " / ".join(str(each["queries"]) for each in by_size)
        lines.append([name, *(f"{each['ms']:.1f}" for each in by_size), queries, shown])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


if __name__ == "__main__":
    main()
