"""English of mlcore and of the database, in the reader's language."""

import ast
import builtins
import inspect
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.utils.translation import override

from mlcore import recipes
from mlcore.errors import InvalidInk, UnusableBundle
from mlcore.ink import strokes
from mlcore.pictures import preprocessing
from mlcore.recognition import bundle
from recognizer.actions.jobs import lifecycle
from recognizer.actions.jobs.child_process import log_lines
from recognizer.actions.training import from_scratch, selection
from recognizer.actions.versions import promotion
from recognizer.presentation.told import find, told
from tests.actions.versions import verdicts


class Any7:
    """Whatever a message is made of: a number that has every attribute and length 7."""

    def __getattr__(self, name: str) -> "Any7":
        return self

    def __format__(self, spec: str) -> str:
        return "7"

    def __iter__(self) -> Any:
        return iter(["seven"])

    def __len__(self) -> int:
        return 7

    def __lt__(self, other: object) -> bool:
        return False


PLACES = {"where": "Stroke 7, point 7", "what": "Stroke 7, point 7: x"}  # of the strokes


def raised(module: ModuleType, *errors: type[Exception]) -> list[str]:
    """What the module's errors say, with 7 for every value that is not known beforehand."""
    names = {error.__name__ for error in errors}
    raises = [node for node in ast.walk(ast.parse(inspect.getsource(module))) if is_raise(node)]
    calls = [node.exc for node in raises if node.exc.func.id in names]
    return [evaluated(call.args[0], module) for call in calls]


def is_raise(node: Any) -> bool:
    return isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)


def evaluated(node: ast.expr, module: ModuleType) -> str:
    """What the expression gives where everything that the module does not define is an Any7."""
    known = vars(builtins) | vars(module)
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    code = compile(ast.Expression(node), module.__name__, "eval")
    values = {name: Any7() for name in names - set(known)} | PLACES
    return str(eval(code, known | values))  # noqa: S307


def messages_of(name: str) -> list[str]:
    """What a module of mlcore, which may import TensorFlow and is only read, reports in words."""
    tree = ast.parse((Path(recipes.__file__).parent / name).read_text())
    keywords = [node for node in ast.walk(tree) if isinstance(node, ast.keyword)]
    return [worded(each.value) for each in keywords if each.arg == "message"]


def notes_of_workers() -> list[str]:
    """What the actions on jobs note down in words of their own."""
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(lifecycle))) if is_note(node)]
    words = [each for call in calls for each in call.args[1:]]
    return [worded(each) for each in words if isinstance(each, ast.Constant | ast.JoinedStr)]


def is_note(node: Any) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"note", "step"}


def worded(node: ast.AST) -> str:
    """The text of a constant or of an f-string, with 7 for every value."""
    if isinstance(node, ast.JoinedStr):
        return "".join(map(worded, node.values))
    if isinstance(node, ast.FormattedValue):
        return "7%" if "%" in ast.unparse(node.format_spec or node.value) else "7"
    assert isinstance(node, ast.Constant)
    return str(node.value)


ENDS = ("succeeded", "failed", "canceled")
SOURCES = [
    (strokes, (InvalidInk,), 7),
    (preprocessing, (InvalidInk,), 4),
    (bundle, (UnusableBundle,), 4),
]


@pytest.mark.parametrize(("module", "errors", "least"), SOURCES)
def test_every_refusal_of_mlcore_is_known(module: ModuleType, errors: Any, least: int) -> None:
    texts = raised(module, *errors)

    assert len(texts) >= least
    assert [text for text in texts if find(text) is None and "No usable model" not in text] == []


def test_so_is_what_a_verdict_says(settings: Any) -> None:
    report = verdicts.report()
    report["after"]["corrections"]["correct"] = 0
    report["after"]["gold"] = report["before"]["gold"] = {"confusion": verdicts.CONFUSION_OF_GOLD}
    held = {"n": 2, "correct": 1, "right": "10"}
    report["after"]["corrections_holdout"] = report["before"]["corrections_holdout"] = held
    both = [promotion.judge(verdicts.report()), promotion.judge(report), from_scratch.VERDICT]
    rows = [row for verdict in both for row in verdict["gates"]]
    texts = [text for row in rows for text in (row["name"], row["rule"])]
    texts += [verdict["reason"] for verdict in both]

    assert len(texts) > 40
    assert [text for text in texts if find(text) is None] == []


def test_so_is_what_a_job_logs() -> None:
    texts = [
        *messages_of("training/retraining.py"),
        *messages_of("cli.py"),
        *log_lines({"epoch": 1, "epochs": 10, "loss": 0.25, "accuracy": 0.5}),
        *log_lines(
            {"epoch": 1, "epochs": 9, "loss": 0.25, "accuracy": 0.5, "holdout_accuracy": 0.75}
        ),
        *notes_of_workers(),
        *(lifecycle.ending(status, "") for status in ENDS),
        lifecycle.ending("failed", "Traceback\nIt ran out of memory."),
    ]

    assert len(texts) >= 18
    assert [text for text in texts if find(text) is None] == []


def test_so_is_why_a_label_is_not_learned(settings: Any) -> None:
    texts = [selection.HELD_OUT, selection.GOLD, selection.NEAR, selection.SPOILT]
    for settings.MIN_ACCOUNT_AGE_DAYS in (1, 3):
        texts.append(selection.too_young())
    texts.append("beyond the newest 20 of the same person")

    assert [text for text in texts if find(text) is None] == []


@pytest.mark.parametrize("wrong", [{"x": 1}, {"epochs": 0.5}, {"muon": "much"}, {"epochs": 5_000}])
def test_so_is_what_is_wrong_with_a_recipe(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011  # the text is what is looked at
        recipes.Recipe().with_overrides(wrong)

    assert find(str(refusal.value)) is not None


def test_so_are_the_networks() -> None:
    assert [text for text in recipes.SUMMARIES.values() if find(text) is None] == []


def test_values_are_told_in_their_turn() -> None:
    with override("de"):
        stopped = told("Stopped by: Gold set, digit 4; Non-digits refused.")
        assert stopped == "Gescheitert an: Goldsatz, Ziffer 4; Nicht-Ziffern zurückgewiesen."
        assert told("may fall by 0.2 points") == "darf um 0,2 Punkte fallen"
        few = told("at most 40%, or fewer than 5")
        assert few == "höchstens 40\N{NO-BREAK SPACE}%, oder weniger als 5"


def test_what_is_not_known_stays() -> None:
    with override("de"):
        assert (
            told("Traceback\n  in x\nIt ran out of memory.")
            == "Traceback\n  in x\nDer Speicher ist ausgegangen."
        )
