"""Messages in every language: each code has a text with placeholders for its parameters."""

from typing import Any

import pytest
from django.utils.translation import override

import mlcore.codes
from mlcore.messages import CODES, EXTRA_KEYS, PLACEHOLDER, Code, short_reason
from mlcore.recipes import RECIPES
from recognizer import codes
from recognizer.permissions import ROLES
from recognizer.presentation import messages
from recognizer.presentation.messages import brief, in_english, name_of, text_of, words
from tests.languages.catalogs import LANGUAGES, catalog

EVERY = sorted(CODES.values(), key=lambda code: code.code)
SAME = {"at_place", "other_line", "not_learned"}  # texts of placeholders only
NUMBERS = (1, 2)  # for the singular and the plural


def example(code: Code, number: int = 2) -> dict[str, Any]:
    """Return a message of the code with a number for every parameter."""
    return code(**dict.fromkeys(code.parameters, number))


def test_all_codes_of_mlcore_and_the_site_are_known() -> None:
    found = [value for each in (mlcore.codes, codes) for value in vars(each).values()]
    known = [value for value in found if isinstance(value, Code)]
    assert sorted(code.code for code in known) == [code.code for code in EVERY]
    assert len(EVERY) > 100


def test_a_code_fits_in_its_column() -> None:
    assert max(len(code.code) for code in EVERY) <= 40


@pytest.mark.parametrize("language", ["en-gb", *LANGUAGES])
@pytest.mark.parametrize("code", EVERY, ids=lambda code: code.code)
def test_a_text_has_placeholders_for_its_parameters(code: Code, language: str) -> None:
    with override(language):
        texts = {text_of(code, example(code, number)) for number in NUMBERS}
        said = words(example(code))

    assert code.parameters.isdisjoint({"code", *EXTRA_KEYS})
    assert set(code.formats) <= code.parameters
    for text in texts:
        assert set(PLACEHOLDER.findall(text)) == code.parameters
    assert said
    assert not any(f"{{{name}}}" in said for name in code.parameters)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_in_the_catalog(language: str) -> None:
    known = catalog(language, "django")
    plural = {code.code for code in EVERY if isinstance(code, codes.Counted)}
    missing = [
        code.code
        for code in EVERY
        if code.code not in SAME | plural and not getattr(known.get(code.english), "string", "")
    ]
    assert plural == {
        *("labeler_too_new", "nothing_to_learn", "points"),
        *("on_drawings", "on_old_drawings", "on_imported"),
    }
    assert missing == []


@pytest.mark.parametrize("names", messages.NAMES.values(), ids=messages.NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_is_in_the_catalog(language: str, names: dict[str, str]) -> None:
    known = catalog(language, "django")
    assert [name for name in names.values() if not getattr(known.get(name), "string", "")] == []


def test_every_network_and_every_role_has_a_name() -> None:
    assert list(messages.NETWORKS) == list(RECIPES)
    assert list(messages.ROLES) == list(ROLES)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (
            codes.FAILED_GATES(
                gates=[codes.SET_DIGIT(set=codes.GOLD_SET(), digit=4), codes.NON_DIGITS_REFUSED()]
            ),
            "Nicht bestandene Gates: Goldsatz, Ziffer 4; Nicht-Ziffern zurückgewiesen.",
        ),
        (codes.MAY_FALL(points=codes.POINTS(number=0.2)), "darf um 0,2 Punkte fallen"),
        (codes.MAY_FALL(points=codes.POINTS(number=1)), "darf um 1 Punkt fallen"),
        (
            codes.AT_MOST_OR_FEW(share=0.4, count=5),
            "höchstens 40\N{NO-BREAK SPACE}%, oder weniger als 5",
        ),
        (
            mlcore.codes.FILE_TOO_LARGE(size=6_000_000, most=5_242_880),
            "Die Datei hat 6.000.000 Bytes; höchstens 5.242.880 sind erlaubt.",
        ),
        (codes.LABELER_TOO_NEW(days=1), "gelabelt von einem Konto, das jünger als 1 Tag ist"),
        (codes.OTHER_LINE(text="in {other} words"), "in {other} words"),
    ],
)
def test_parameters_are_formatted_and_translated(said: dict[str, Any], text: str) -> None:
    with override("de"):
        assert words(said) == text


CRASH = codes.CHILD_ENDED(status=1) | {"detail": "Traceback\n  in x"}


def test_output_of_another_program_is_for_logs_only() -> None:
    with override("de"):
        assert words(CRASH | {"cause": codes.OUT_OF_MEMORY()}).splitlines()[1:] == [
            "Der Speicher ist ausgegangen.",
        ]
        assert words("what a person wrote") == "what a person wrote"


def test_the_brief_form_is_the_cause_or_the_message() -> None:
    assert brief(CRASH | {"cause": codes.OUT_OF_MEMORY()}) == "It ran out of memory."
    assert brief(CRASH) == "The training process ended with exit status 1."
    assert brief(codes.CHILD_ENDED(status=1)) == "The training process ended with exit status 1."
    assert short_reason(CRASH | {"cause": CRASH}) == codes.CHILD_ENDED(status=1)
    assert (brief({}), brief(""), brief(None)) == ("", "", "")


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"code": "of_another_release", "number": 7}, "of_another_release"),
        ({"code": "points"}, "{number} points"),
        ({"code": ["points"]}, "['points']"),
        ({"text": "no code"}, ""),
    ],
)
def test_an_unknown_message_is_not_an_error(said: dict[str, Any], text: str) -> None:
    assert words(said) == text
    assert name_of("of-another-release", "network") == "of-another-release"


def test_programs_get_english_in_every_language() -> None:
    with override("de"):
        assert in_english(codes.OUT_OF_MEMORY()) == "It ran out of memory."
