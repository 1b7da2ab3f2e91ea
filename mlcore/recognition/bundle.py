"""A model version's files: three networks, each as weights and as the LiteRT file that serves, and
the card.

One network reads digits. One separates ink from paper in pictures (`mlcore.pictures.ink_network`).
One reads lines as a whole (`mlcore.recognition.line_network`), for numbers. The card records how
the version was made and how good it is. In card.json it also holds, under "files", the size and
SHA-256 of the other files. A file that does not match is not loaded.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from mlcore import codes
from mlcore.errors import UnusableBundle
from mlcore.pictures import ink_network
from mlcore.pictures.ink_network import InkNetwork
from mlcore.recognition import line_network
from mlcore.recognition.inference import Recognizer
from mlcore.recognition.line_network import LineNetwork
from mlcore.recognition.numbers import NumberReader

FORMAT = 3
WEIGHTS = "network.safetensors"
LITERT = "network.tflite"
CARD = "card.json"
BINARIES = (
    *(WEIGHTS, LITERT),
    *(ink_network.WEIGHTS, ink_network.LITERT),
    *(line_network.WEIGHTS, line_network.LITERT),
)
NAMES = (*BINARIES, CARD)

SHIPPED = ink_network.SHIPPED


@cache
def _of_program(name: str) -> bytes:
    return (SHIPPED / name).read_bytes()


@dataclass(frozen=True)
class Bundle:
    """A version in memory.

    card: the content of card.json without "files". weights, litert: the bytes of the files of the
    network that reads digits. ink_weights, ink_litert, line_weights, line_litert: those of the ink
    network and of the line network; without them they are those that come with the program.
    """

    card: dict[str, Any]
    weights: bytes
    litert: bytes
    ink_weights: bytes = field(default_factory=lambda: _of_program(ink_network.WEIGHTS))
    ink_litert: bytes = field(default_factory=lambda: _of_program(ink_network.LITERT))
    line_weights: bytes = field(default_factory=lambda: _of_program(line_network.WEIGHTS))
    line_litert: bytes = field(default_factory=lambda: _of_program(line_network.LITERT))

    @property
    def checksum(self) -> str:
        """SHA-256 in hex over the files' digests and the card; it identifies the version."""
        digests = [_sha256(self.binaries[name]) for name in BINARIES]
        return _sha256("\n".join([*digests, _canonical(self._plain_card)]).encode())

    @property
    def binaries(self) -> dict[str, bytes]:
        """The files beside the card, by name."""
        contents = (
            *(self.weights, self.litert),
            *(self.ink_weights, self.ink_litert),
            *(self.line_weights, self.line_litert),
        )
        return dict(zip(BINARIES, contents, strict=True))

    @property
    def files(self) -> dict[str, bytes]:
        """All files by name, as `from_files` expects them."""
        card = self._plain_card | {"files": _manifest(self.binaries)}
        return self.binaries | {CARD: json.dumps(card, indent=2, allow_nan=False).encode() + b"\n"}

    @property
    def _plain_card(self) -> dict[str, Any]:
        card = self.card | {"format": FORMAT}
        card.pop("files", None)
        return card

    def recognizer(self) -> Recognizer:
        return Recognizer(self.litert, self.card)

    def ink_network(self) -> InkNetwork:
        return InkNetwork(self.ink_litert)

    def number_reader(self) -> NumberReader:
        return NumberReader(self.recognizer(), LineNetwork(self.line_litert))


def from_binaries(card: Mapping[str, Any], files: Mapping[str, bytes]) -> Bundle:
    """The bundle of a card and the files beside it; raises UnusableBundle if one is missing.

    Whether they belong together is for the caller to see, by `Bundle.checksum`.
    """
    _require(files, *BINARIES)
    return Bundle(dict(card), *(files[name] for name in BINARIES))


def from_files(files: Mapping[str, bytes]) -> Bundle:
    """Read a bundle from its files; raise UnusableBundle if one is missing or altered."""
    _require(files, *NAMES)
    card = _read_card(files[CARD])
    recorded = card.pop("files", None)
    for name, found in _manifest({name: files[name] for name in BINARIES}).items():
        if not isinstance(recorded, dict) or recorded.get(name) != found:
            raise UnusableBundle(codes.FILE_ALTERED(file=name, card=CARD))
    return from_binaries(card, files)


def read(folder: Path) -> Bundle:
    """Read a bundle from a folder; raise UnusableBundle, naming the folder, if it is unusable."""
    try:
        return from_files({name: (folder / name).read_bytes() for name in NAMES})
    except (OSError, UnusableBundle) as error:
        reason = error.message if isinstance(error, UnusableBundle) else str(error)
        raise UnusableBundle(codes.NO_USABLE_MODEL(folder=str(folder), reason=reason)) from error


def write(bundle: Bundle, folder: Path) -> None:
    """Write a bundle's files into a folder and create the folder if it is missing.

    Each file is renamed into place only when it is complete, and the card comes last. A concurrent
    reader may find files that do not match the card, but never half a file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = bundle.files
    for name in NAMES:
        (folder / f".{name}.part").write_bytes(files[name])
    for name in NAMES:
        (folder / f".{name}.part").replace(folder / name)


def shipped() -> Bundle:
    """Read the version that is shipped with the program."""
    return read(SHIPPED)


def _require(files: Mapping[str, bytes], *names: str) -> None:
    if missing := [name for name in names if name not in files]:
        raise UnusableBundle(codes.FILES_MISSING(names=", ".join(missing)))


def _canonical(card: Mapping[str, Any]) -> str:
    """The card as one text, also after PostgreSQL kept it, which knows no negative zero."""
    text = json.dumps(card, allow_nan=False)
    plain = json.loads(text, parse_float=lambda number: float(number) + 0.0)
    return json.dumps(plain, sort_keys=True, separators=(",", ":"))


def _read_card(data: bytes) -> dict[str, Any]:
    try:
        card = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnusableBundle(codes.CARD_NOT_JSON(card=CARD, reason=str(error))) from error
    if not isinstance(card, dict) or card.get("format") != FORMAT:
        raise UnusableBundle(codes.CARD_OF_ANOTHER_FORMAT(card=CARD, number=FORMAT))
    return card


def _manifest(files: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    return {name: {"sha256": _sha256(data), "bytes": len(data)} for name, data in files.items()}


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
