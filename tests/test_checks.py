"""System checks find settings that cannot work."""

import resource

from recognizer.operations.checks import check_memory_limit, check_mnist_path


def test_a_memory_limit_needs_a_system_that_supports_it(settings, monkeypatch):
    settings.JOB_MEMORY_LIMIT_MB = 2000
    assert check_memory_limit(None) == []
    monkeypatch.delattr(resource, "prlimit")
    (error,) = check_memory_limit(None)
    assert "JOB_MEMORY_LIMIT_MB is set, and only Linux" in error.msg
    settings.JOB_MEMORY_LIMIT_MB = 0
    assert check_memory_limit(None) == []


def test_the_mnist_path_must_exist(settings, tmp_path):
    settings.MNIST_PATH = str(tmp_path / "mnist.npz")
    (error,) = check_mnist_path(None)
    assert "which is no file" in error.msg
    (tmp_path / "mnist.npz").touch()
    assert check_mnist_path(None) == []
