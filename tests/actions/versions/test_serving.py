import pytest

from mlcore.recognition import bundle as bundles
from recognizer.actions.drawings.recognition import read_strokes, recognize
from recognizer.actions.versions.deployment import deploy_version, register_version
from recognizer.actions.versions.serving import ServingCache, load_bundle
from recognizer.errors import Unavailable
from recognizer.models import VersionFile
from tests.conftest import SEVEN


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


def flip_a_bit(version):
    file = VersionFile.objects.get(version=version, name="network.tflite")
    content = bytearray(file.content)
    content[len(content) // 2] ^= 1
    VersionFile.objects.filter(pk=file.pk).update(content=bytes(content))


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


def test_a_seven_is_answered_as_a_seven(version):
    recognition = recognize(read_strokes(SEVEN))
    assert (recognition.answer.label, recognition.version_number) == (7, 1)


def test_blank_ink_is_not_given_to_the_network(version, monkeypatch):
    monkeypatch.setattr("mlcore.recognition.inference.Recognizer.recognize", None)
    recognition = recognize(read_strokes([]))
    assert recognition.answer is None
    assert recognition.ink.as_bytes == bytes(784)
