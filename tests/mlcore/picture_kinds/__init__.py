"""Pictures of known digits: what people write on, the light it lies in and what takes the picture.

`digits` has the ink, `sheets` what it is written on, `cameras` light, lens and file; `papers`,
`lights`, `frames`, `files` and `photographs` put them together: KINDS has all of them by name. All
of it is seeded; nothing here comes from the code under test but the strokes. `canvases` has plain
drawings for tests that look at one step.
"""

from tests.mlcore.picture_kinds import files, frames, lights, papers, photographs  # noqa: F401
from tests.mlcore.picture_kinds.kinds import KINDS

__all__ = ["KINDS"]
