import pytest
from django.db import OperationalError

from mlcore.recognition import bundle as bundles
from recognizer.actions.drawings.recognition import read_strokes, recognize
from recognizer.actions.versions.deployment import (
    deploy_version,
    register_version,
    roll_back_version,
)
from recognizer.actions.versions.serving import ServingCache, Substitution, load_bundle
from recognizer.errors import Unavailable
from tests.conftest import SEVEN, flip_a_bit


@pytest.fixture
def cache(settings):
    settings.SERVING_CHECK_SECONDS = 0.0
    return ServingCache()


@pytest.fixture
def second(version):
    return register_version(bundle=bundles.shipped(), parent=version)


def test_without_a_version_the_error_names_the_command(cache, db):
    with pytest.raises(Unavailable, match=r"manage\.py setup"):
        cache.get()


def test_the_cache_follows_the_newest_deployment(cache, version, second):
    assert cache.get().number == 1
    deploy_version(version=second, kind="promotion")
    assert cache.get().number == 2


def test_the_cache_keeps_the_loaded_network(cache, version):
    assert cache.get() is cache.get()


def test_the_cache_queries_the_database_at_most_once_a_second(
    settings, version, django_assert_num_queries
):
    settings.SERVING_CHECK_SECONDS = 3600.0
    cache = ServingCache()
    cache.get()
    with django_assert_num_queries(0):
        cache.get()


def test_an_altered_file_never_serves(cache, version, second, caplog):
    flip_a_bit(second)
    deploy_version(version=second, kind="promotion")
    assert cache.get().number == 1  # a new process falls back to the version before
    assert "version 2 cannot be served" in caplog.text


def test_a_version_with_an_altered_card_never_serves(cache, version, second):
    second.card["calibration"]["picture"]["threshold"] = 0.01
    second.save(update_fields=["card"])
    deploy_version(version=second, kind="promotion")
    assert cache.get().number == 1


def test_a_version_without_one_of_its_files_never_serves(cache, version, second):
    second.files.filter(name="network.safetensors").delete()
    deploy_version(version=second, kind="promotion")
    assert cache.get().number == 1


def test_the_stored_bundle_is_complete(version):
    names = set(version.files.values_list("name", flat=True))
    assert names == set(bundles.BINARIES)
    assert load_bundle(version) == bundles.shipped()
    assert version.metrics == bundles.shipped().card["metrics"]


def test_the_current_version_keeps_serving_if_its_successor_is_damaged(
    cache, version, second, caplog
):
    before = cache.get()
    flip_a_bit(second)
    deploy_version(version=second, kind="promotion")
    assert cache.get() is before


def test_a_version_that_was_rolled_back_from_is_no_fallback(version, second, trainer, cache):
    third = register_version(bundle=bundles.shipped(), parent=version)
    for each in (second, third):
        deploy_version(version=each, kind="promotion")
    roll_back_version(by=trainer, reason="misreads sevens")  # from 3 to 2
    flip_a_bit(second)
    assert cache.get().number == 1
    assert cache.substitution() == Substitution(deployed=2, answering=1)


def test_a_version_that_was_rolled_back_from_stops_answering(version, second, trainer, cache):
    deploy_version(version=second, kind="promotion")
    assert cache.get().number == 2
    roll_back_version(by=trainer)
    flip_a_bit(version)
    with pytest.raises(Unavailable, match="are damaged"):
        cache.get()
    assert cache.substitution() == Substitution(deployed=1, answering=None)


def test_a_later_deployment_ends_the_substitution(version, second, cache):
    assert cache.get().number == 1
    assert cache.substitution() is None
    flip_a_bit(second)
    deploy_version(version=second, kind="promotion")
    assert cache.get().number == 1
    deploy_version(version=version, kind="promotion")
    assert cache.get().number == 1
    assert cache.substitution() is None


def test_the_loaded_version_answers_while_the_database_is_away(version, cache, monkeypatch):
    before = cache.get()

    def away():
        raise OperationalError("no route to host")

    monkeypatch.setattr(cache, "refresh", away)

    assert cache.get() is before
    cache.clear()
    with pytest.raises(OperationalError):
        cache.get()


def test_no_request_waits_while_another_one_asks_the_database(version, cache):
    before = cache.get()
    with cache.lock:  # as the other request holds it
        assert cache.get() is before


def test_a_seven_is_answered_as_a_seven(version):
    recognition = recognize(read_strokes(SEVEN))
    assert (recognition.answer.label, recognition.version_number) == (7, 1)


def test_blank_ink_is_not_given_to_the_network(version, monkeypatch):
    monkeypatch.setattr("mlcore.recognition.inference.Recognizer.recognize", None)
    recognition = recognize(read_strokes([]))
    assert recognition.answer is None
    assert recognition.ink.as_bytes == bytes(784)
