"""Finger angles and one hand's bone lengths behind several views of each handshape.

How the paper made its ground truth (Ivashechkin et al. 2023, section 3): Adam over angles, bone lengths
and cameras until the joints project onto the 2D points, with the angles behind a sigmoid.

    python -m engine.training.fitting.multiview

fits the kept keypoints of the hand photographs, and keeps the handshapes that may be learnt from.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ...geometry.arrays import Array, Mask
from ...process import prepare_process
from ...skeleton import hand_skeleton
from ..photographs import LEARNT, PHOTOS, load_photographs, split
from .descend import Guess, descend, doubted, pose_hand, project_hand
from .fit import palm_frames
from .fitted_handshapes import DISTANCE, HANDSHAPES, FittedViews, report, save_handshapes
from .free import rotation_from_six

#: Each handshape starts this often, from other angles and other views; the best start goes on alone.
STARTS = 6
SEARCH_STEPS, STEPS = 150, 400
#: Root mean square distance of a half-closed hand's points from their middle in a picture, metres.
RADIUS = 0.055


def fit_views(
    points: Array,
    found: Mask,
    guess: Array,
    distance: float = DISTANCE,
) -> FittedViews:
    """Fit right hands to 2D points (N,V,21,2), pixels, y down, where found (N,V).

    `guess` (N,V,21,3) is a 3D guess of each view, any unit, camera axes, to start the cameras from;
    `distance` is that of the wrists from the cameras, metres.
    """
    corner = points.min(2, keepdims=True)
    side = np.where(found, np.ptp(points, axis=2).max(-1), 1.0)[..., None, None]
    target = torch.as_tensor((points - corner) / side, dtype=torch.float32)
    seen = torch.as_tensor(found, dtype=torch.float32)
    starts = _starts(target, torch.as_tensor(guess, dtype=torch.float32))
    template = torch.zeros(len(hand_skeleton().bones))
    often = seen.repeat(STARTS, 1)
    error = descend(starts, template, target.repeat(STARTS, 1, 1, 1), often, distance, SEARCH_STEPS)
    cost = (doubted(error) * often).sum(-1).reshape(STARTS, -1)
    best = starts.pick(cost.argmin(0) * len(target) + torch.arange(len(target)))
    _reseat(best, starts, template, target, distance)
    error = descend(best, template, target, seen, distance, STEPS)
    results = (*pose_hand(best.raw, template), rotation_from_six(best.six), error * seen[..., None])
    joints, lengths, angles, rotations, residual = (x.detach().numpy() for x in results)
    return FittedViews(angles, lengths, rotations, joints, residual)


def _starts(target: Tensor, guess: Tensor) -> Guess:
    """STARTS times N handshapes, the first half with views as guessed, in the others some have near and far exchanged.

    A hand and its mirror image in depth look alike from afar.
    """
    count, views = target.shape[:2]
    chance = torch.Generator().manual_seed(0)
    upright = torch.tensor([1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
    guess = guess - guess[..., :1, :]
    known = (guess != 0).any(-1).any(-1)[..., None]  # not where no hand was found
    as_guessed, exchanged = (
        torch.where(
            known, palm_frames((guess * torch.tensor(sign)).flatten(0, 1)).unflatten(0, (count, views)), upright
        )
        for sign in ([1.0, 1.0, 1.0], [1.0, 1.0, -1.0])
    )
    raw = torch.randn(STARTS, count, 23, generator=chance)
    raw[0] = 0.0
    flip = torch.rand(STARTS, count, views, 1, generator=chance) < 0.5
    flip[: STARTS // 2] = False
    six = torch.where(flip, exchanged, as_guessed)
    size = target.var(2).sum(-1, keepdim=True).sqrt().clamp(min=1e-3)
    place = torch.cat([target[:, :, 0], (size / RADIUS).log()], -1)
    return Guess(raw.flatten(0, 1), six.flatten(0, 1), place.repeat(STARTS, 1, 1))


def _reseat(best: Guess, starts: Guess, template: Tensor, target: Tensor, distance: float) -> None:
    """Give each view the camera, of those of all starts, that shows the best start's hand best; in place.

    The cameras of all starts are relative to the same palm, so they can be exchanged.
    """
    with torch.no_grad():
        joints, _, _ = pose_hand(best.raw, template)
        six, place = (x.unflatten(0, (STARTS, -1)) for x in (starts.six, starts.place))
        error = (project_hand(joints, six, place, distance) - target).norm(dim=-1).mean(-1)
        rows = error.argmin(0)[None, ..., None]
        best.six, best.place = (x.take_along_dim(rows, 0)[0].clone() for x in (six, place))


def main() -> None:
    """Fit both halves, each with bones of its own, report, and keep what may be learnt from."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.fitting.multiview", description=__doc__)
    parser.add_argument("--photos", type=Path, default=PHOTOS, help="what engine.training.photographs kept")
    parser.add_argument("--out", type=Path, default=HANDSHAPES)
    options = parser.parse_args()
    if not options.photos.exists():
        parser.error(f"{options.photos} does not exist; python -m engine.training.photographs makes it")
    prepare_process()
    for name, part in split(load_photographs(options.photos)).items():
        fitted = fit_views(part.points, part.found, part.image)
        print(f"Handshapes {name}:", *report(part, fitted), sep="\n")
        if name == LEARNT:
            save_handshapes(part, fitted, options.out)


if __name__ == "__main__":
    main()
