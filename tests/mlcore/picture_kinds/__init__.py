"""Generated pictures of known digits, with different papers, lights and cameras.

`digits` has the ink, `sheets` the paper, `cameras` the light, lens and file. `papers`, `lights`,
`frames`, `files` and `photographs` combine them; KINDS has all kinds by name. Everything is seeded.
Only the strokes come from the code under test. `canvases` has plain drawings for tests of one step.
"""

from tests.mlcore.picture_kinds import files, frames, lights, papers, photographs  # noqa: F401
from tests.mlcore.picture_kinds.kinds import KINDS

__all__ = ["KINDS"]
