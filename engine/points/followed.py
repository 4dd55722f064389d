"""People of a `.pose` file, followed from frame to frame: programs write those of a frame in any order.

One is where one was. The nearest go together first, by the distance of their points from where each was seen last; who
is further from everybody than their points are from their middle (RMS: a shoulder's width or less) is somebody new.
"""

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Index, Mask
from .pose_format import PoseFile

#: People at once, and in all: of more it is not told who is who.
_MOST = 30


def follow(file: PoseFile) -> list[Index]:
    """Of every human being which of a frame's people it is, (F,), -1 where it is not there; ValueError of too many.

    Where no frame shows two, all are the same.
    """
    known = file.known
    there = known.any(-1)
    most = int(there.sum(1).max())
    if most < 2:
        return [np.where(there.any(1), there.argmax(1), -1)]
    if most > _MOST:
        raise ValueError(f"it shows {most} people at once, and {_MOST} are the most that are told apart")
    people: list[Index] = []
    last, ever = np.zeros((_MOST, known.shape[2], 2), np.float32), np.zeros((_MOST, known.shape[2]), bool)
    sizes = np.zeros(_MOST, np.float32)
    for frame, shown in enumerate(there):
        places = np.flatnonzero(shown)
        seen, sure, so_far = file.data[frame, places, :, :2], known[frame, places], slice(0, len(people))
        pairs = _pairs(last[so_far], ever[so_far], sizes[so_far], seen, sure)
        for which in [own for own in range(len(places)) if own not in pairs.values()][: _MOST - len(people)]:
            pairs[len(people)] = which
            people.append(np.full(len(there), -1))
        for person, which in pairs.items():
            people[person][frame] = places[which]
            last[person, sure[which]] = seen[which, sure[which]]
            ever[person] |= sure[which]
            sizes[person] = np.sqrt(last[person, ever[person]].var(0).sum())
    return people


def _pairs(
    last: NDArray[np.float32], ever: Mask, sizes: NDArray[np.float32], seen: NDArray[np.float32], sure: Mask
) -> dict[int, int]:
    """Which people are which of those who are seen, where they can be.

    Of people (P) and of those seen (S): points (...,K,2), which of them are known (...,K); and how large people are.
    """
    both = ever[:, None] & sure
    apart = np.where(both, np.hypot(*np.moveaxis(last[:, None] - seen, -1, 0)), 0.0).sum(-1)
    apart /= np.maximum(both.sum(-1), 1)
    apart[~both.any(-1) | (apart > sizes[:, None])] = np.inf
    pairs: dict[int, int] = {}
    while apart.size and apart.min() < np.inf:
        person, which = divmod(int(apart.argmin()), apart.shape[1])
        pairs[person] = which
        apart[person], apart[:, which] = np.inf, np.inf
    return pairs
