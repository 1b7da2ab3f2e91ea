"""Every text has a translation in every language that the site ships."""

import re

import pytest
from babel.messages.catalog import Message

from tests.languages.catalogs import LANGUAGES, catalog, in_source, in_templates, keys

DOMAINS = ["django", "djangojs"]
PLACES = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}|</?\w+|\n")
EVERY = [(language, domain) for language in LANGUAGES for domain in DOMAINS]


def sides(message: Message) -> list[tuple[str, str]]:
    """Return (English, translation) of a text or of each of its plural forms."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    assert isinstance(message.string, tuple | list)
    return [(message.id[min(i, 1)], form) for i, form in enumerate(message.string)]


def test_german_is_shipped() -> None:
    assert "de" in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalog_has_exactly_the_texts_of_the_source(language: str) -> None:
    folders = ("mlcore", "recognizer", "digitsite")
    python = set().union(*(in_source("python", folder, "*.py") for folder in folders))

    assert keys(catalog(language, "django")) == python | in_templates()
    assert keys(catalog(language, "djangojs")) == in_source("javascript", "static/js", "*.js")


@pytest.mark.parametrize(("language", "domain"), EVERY)
def test_everything_is_translated(language: str, domain: str) -> None:
    messages = [message for message in catalog(language, domain) if message.id]
    halves = [pair for message in messages for pair in sides(message)]

    assert len(messages) > 50
    assert [english for english, translation in halves if not translation.strip()] == []
    assert [message.id for message in messages if message.fuzzy] == []


@pytest.mark.parametrize(("language", "domain"), EVERY)
def test_translations_keep_placeholders_and_elements(language: str, domain: str) -> None:
    """The first plural form may leave its number out: "a minute"."""
    messages = [message for message in catalog(language, domain) if message.id]
    last = [sides(message)[-1] for message in messages]

    wrong = [pair for pair in last if set(PLACES.findall(pair[0])) != set(PLACES.findall(pair[1]))]
    assert wrong == []
