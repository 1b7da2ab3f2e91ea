"""What hasty hands and coarse pads do to strokes: odd directions, hooks, gaps, few points.

Every function takes and returns lines, points (n,2) in heights of the figure, in the order in which
the pen draws them.
"""

import numpy as np

from mlcore.data.synthesis.curves import Points, distances, path_length
from mlcore.data.synthesis.writers import Writer

_SHORT = 0.2  # heights; a shorter line is a dot or a tick, which stays as it is
_RIGHT_TO_LEFT = 0.8  # share of the bars that a writer who writes them so draws right to left
_LOOSEST = 0.12  # heights by which a line may end too late, and half of that too early
_GAP = 0.05  # heights that a skipping pen leaves out at most


def in_pen_order(lines: list[Points], writer: Writer, rng: np.random.Generator) -> list[Points]:
    """Draw some lines from their end, and sometimes the last line first."""
    drawn = [_directed(line, writer, rng) for line in lines]
    if len(drawn) > 1 and rng.random() < writer.backward:
        drawn.insert(0, drawn.pop())
    return drawn


def _directed(line: Points, writer: Writer, rng: np.random.Generator) -> Points:
    across, down = line[-1] - line[0]
    bar = across > 2 * abs(down) and across > 0.9 * path_length(line)
    backward = _RIGHT_TO_LEFT if bar and writer.right_to_left else writer.backward
    return line[::-1] if rng.random() < backward else line


def carelessly(lines: list[Points], writer: Writer, rng: np.random.Generator) -> list[Points]:
    """End lines too late or too early, with hooks, and break some where the pen skips."""
    drawn = []
    for line in lines:
        if path_length(line) < _SHORT:
            drawn.append(line)
            continue
        loose = _loose_end(line, writer, rng)
        loose = _loose_end(loose[::-1], writer, rng)[::-1]
        drawn += _skipped(loose, rng) if rng.random() < writer.skips else [loose]
    return drawn


def _loose_end(line: Points, writer: Writer, rng: np.random.Generator) -> Points:
    """Return the line with its end moved along the line, and perhaps with a hook."""
    excess = min(max(rng.normal(0, writer.looseness), -_LOOSEST / 2), _LOOSEST)
    ahead = line[-1] - line[max(-3, -len(line))]
    ahead = ahead / (np.hypot(*ahead) + 1e-9)
    if excess >= 0:
        line = np.vstack([line, line[-1] + ahead * excess])
    else:
        line = _part(line, 0, path_length(line) + excess)
    if rng.random() >= writer.hooks:
        return line
    turn = rng.choice([-1, 1]) * rng.uniform(np.pi / 3, np.pi * 0.9)
    cos, sin = np.cos(turn), np.sin(turn)
    hook = ahead @ np.array([[cos, sin], [-sin, cos]]) * rng.uniform(0.02, writer.hook)
    return np.vstack([line, line[-1] + hook])


def _skipped(line: Points, rng: np.random.Generator) -> list[Points]:
    """Return two lines, with a small gap or none between them."""
    length = path_length(line)
    stop = length * rng.uniform(0.15, 0.85)
    return [_part(line, 0, stop), _part(line, stop + rng.uniform(0, _GAP), length)]


def _part(line: Points, start: float, stop: float) -> Points:
    """Return the part of a line between two distances from its start."""
    along = distances(line)
    inside = along[(along > start) & (along < stop)]
    at = np.concatenate([[start], inside, [stop]])
    return np.stack([np.interp(at, along, axis) for axis in line.T], axis=1)


def on_pad(lines: list[Points], writer: Writer, rng: np.random.Generator) -> list[Points]:
    """Return the points that this writer's pad reports: at regular distances and on its grid."""
    if writer.spacing:
        lines = [_resampled(line, writer.spacing, rng) for line in lines]
    if writer.grid:
        lines = [np.round(line * writer.grid) / writer.grid for line in lines]
    return lines


def _resampled(line: Points, spacing: float, rng: np.random.Generator) -> Points:
    along = distances(line)
    if along[-1] <= spacing:
        return line
    between = np.arange(rng.uniform(0.3, 1) * spacing, along[-1], spacing)
    at = np.concatenate([[0], between, [along[-1]]])
    return np.stack([np.interp(at, along, axis) for axis in line.T], axis=1)
