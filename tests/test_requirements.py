"""The lock files (requirements/, made by `make lock`) agree with their ranges."""

import itertools
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ["site", "web", "test", "check", "audit", "peers"]
PLATFORMS = [("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("win32", "AMD64")]
MACHINES = [
    {
        "sys_platform": platform,
        "platform_machine": machine,
        "python_version": python,
        "python_full_version": f"{python}.9",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    for (platform, machine), python in itertools.product(PLATFORMS, ["3.11", "3.12", "3.13"])
]


def ranges() -> dict[str, list[Requirement]]:
    """Return the hand-written requirements by lock file."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    site = written("requirements.txt")
    left_out = {requirement.name for requirement in written("requirements/not-in-web.txt")}
    return {
        "site": site,
        "web": [requirement for requirement in site if requirement.name not in left_out],
        "test": [Requirement(line) for line in groups["test"]],
        "check": [Requirement(line) for line in groups["check"]],
        "audit": [Requirement(line) for line in groups["audit"]],
        "peers": [Requirement(line) for line in groups["peers"]],
    }


def written(path: str) -> list[Requirement]:
    lines = (line.partition("#")[0].strip() for line in (ROOT / path).read_text().splitlines())
    return [Requirement(line) for line in lines if line]


def locked(name: str) -> list[Requirement]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return [Requirement(line) for line in re.findall(r"^([a-z0-9].*?) *\\$", text, re.MULTILINE)]


def versions(lock: Iterable[Requirement], machine: dict[str, str]) -> dict[str, str]:
    """Return the locked versions by name on a machine. Fails if a name has two versions."""
    found: dict[str, str] = {}
    for requirement in lock:
        if requirement.marker is None or requirement.marker.evaluate(machine):
            name = canonicalize_name(requirement.name)
            assert name not in found, f"two versions of {name}"
            found[name] = str(requirement.specifier).removeprefix("==")
    return found


def disagreements(wanted: Iterable[Requirement], lock: Iterable[Requirement]) -> set[str]:
    """Return the requirements that a lock file does not meet on every machine."""
    wanted, lock = list(wanted), list(lock)
    return {
        str(requirement)
        for machine in MACHINES
        for installed in [versions(lock, machine)]
        for requirement in wanted
        if requirement.marker is None or requirement.marker.evaluate(machine)
        if not meets(installed.get(canonicalize_name(requirement.name)), requirement)
    }


def meets(version: str | None, requirement: Requirement) -> bool:
    return version is not None and requirement.specifier.contains(version, prereleases=True)


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_meets_every_range(name: str) -> None:
    assert disagreements(ranges()[name], locked(name)) == set(), "run: make lock UPGRADE="


@pytest.mark.parametrize(
    "wanted",
    ["absent>=1", "django>=5.3", "numpy>=2.4", "tensorflow>=2.20", "cloud[storage]>=1"],
)
def test_an_unmet_range_is_found(wanted: str) -> None:
    lock = [
        Requirement("django==5.2.19"),
        Requirement("numpy==2.3.1; python_version < '3.12'"),
        Requirement("numpy==2.4.1; python_version >= '3.12'"),
        Requirement("tensorflow==2.21; sys_platform == 'linux'"),
    ]
    assert disagreements([Requirement(wanted)], lock) == {str(Requirement(wanted))}


def test_names_are_normalized() -> None:
    lock = [Requirement("dj-database-url==3.1"), Requirement("numpy==2.4")]
    assert disagreements([Requirement("DJ_database.url>=3"), Requirement("numpy<3")], lock) == set()


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: "-".join(machine.values()))
def test_all_locks_install_the_same_version_of_a_package(machine: dict[str, str]) -> None:
    known: dict[str, str] = {}
    for name in LOCKS:
        here = versions(locked(name), machine)
        assert {key: known.get(key, version) for key, version in here.items()} == here
        known |= here


@pytest.mark.parametrize("name", LOCKS)
def test_everything_is_pinned_with_checksums(name: str) -> None:
    packages = re.split(r"\n(?=[a-z0-9])", (ROOT / "requirements" / f"{name}.txt").read_text())[1:]
    assert len(packages) == len(locked(name)) > 10
    for package in packages:
        assert re.match(r"[a-z0-9.-]+==[\w.+!]+ ", package)
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", package)


@pytest.mark.parametrize("name", LOCKS)
def test_it_has_no_addresses_and_no_paths(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    assert re.findall(r"\S*(?:://|--(?!hash=)|(?<!\S)/|\\Users)\S*", text) == []


def test_the_web_image_has_no_tensorflow() -> None:
    web = {requirement.name for requirement in locked("web")}
    assert web < {requirement.name for requirement in locked("site")}
    assert not web & {"tensorflow", "tensorflow-cpu", "keras", "scikit-learn", "scipy", "h5py"}
    assert web >= {"django", "gunicorn", "numpy", "ai-edge-litert"}
