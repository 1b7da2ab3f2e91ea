"""Adding a compiled catalog adds a language."""

from pathlib import Path

from digitsite.languages import translated_languages


def test_every_compiled_catalog_is_a_language(tmp_path: Path) -> None:
    for name in ("de", "pt_BR", "tlh"):
        folder = tmp_path / name / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "django.mo").touch()
    (tmp_path / "fr" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "fr" / "LC_MESSAGES" / "django.po").touch()  # not compiled

    languages = translated_languages(tmp_path)

    assert languages == [("de", "Deutsch"), ("pt-br", "Português Brasileiro"), ("tlh", "tlh")]
