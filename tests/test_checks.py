"""System checks of settings."""

import resource

from recognizer.operations.checks import check_memory_limit, check_mnist_path, check_pen_path


def test_a_memory_limit_needs_a_system_with_prlimit(settings, monkeypatch):
    settings.JOB_MEMORY_LIMIT_MB = 2000
    assert check_memory_limit(None) == []
    monkeypatch.delattr(resource, "prlimit")
    (error,) = check_memory_limit(None)
    assert "JOB_MEMORY_LIMIT_MB is set, but only Linux" in error.msg
    settings.JOB_MEMORY_LIMIT_MB = 0
    assert check_memory_limit(None) == []


def test_mnist_path_must_be_a_file(settings, tmp_path):
    settings.MNIST_PATH = str(tmp_path / "mnist.npz")
    (error,) = check_mnist_path(None)
    assert "which is not a file" in error.msg
    (tmp_path / "mnist.npz").touch()
    assert check_mnist_path(None) == []


def test_pen_path_must_be_a_file_or_a_folder(settings, tmp_path):
    settings.PEN_PATH = str(tmp_path / "pen.json")
    (error,) = check_pen_path(None)
    assert "which does not exist" in error.msg
    settings.PEN_PATH = str(tmp_path)
    assert check_pen_path(None) == []
    settings.PEN_PATH = ""
    assert check_pen_path(None) == []
