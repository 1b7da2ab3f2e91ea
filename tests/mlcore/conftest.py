from pathlib import Path

import pytest

from tests.mlcore.data.pen_files import save_small_pen
from tests.mlcore.data.small_mnist import save_small_mnist


@pytest.fixture(scope="session")
def small_mnist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_small_mnist(tmp_path_factory.mktemp("data") / "mnist.npz")


@pytest.fixture(scope="session")
def small_pen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_small_pen(tmp_path_factory.mktemp("pen") / "pen.json")
