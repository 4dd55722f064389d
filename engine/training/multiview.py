"""Finger angles and one hand's bone lengths behind several views of each handshape.

How the paper made its ground truth (Ivashechkin et al. 2023, section 3): Adam over angles, bone lengths
and cameras until the joints project onto the 2D points, with the angles behind a sigmoid.

    python -m engine.training.multiview

fits the kept keypoints of the hand photographs, and keeps the handshapes that may be learnt from.
"""

import argparse
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..features import hand_scaled
from ..keypoints import HAND_NAMES
from ..kinematics import forward_kinematics, joint_positions
from ..lift import default_camera
from ..process import prepare_process
from ..sight import see_hand
from ..skeleton import hand_skeleton
from .fit import palm_frames
from .network import rotation_from_six, spread
from .observed import CAMERA, ObservedHands, hand_model, joints_of
from .photos import LEARNT, PHOTOS, Photographs, load_photographs, split, still
from .rendered import DATA

Array = NDArray[np.float32]

HANDSHAPES = DATA / "handshapes.npz"
SOURCE = "sign-language-processing/3d-hands-benchmark, one man's right hand"
#: Each handshape starts this often, from other angles and other views; the best start goes on alone.
STARTS = 6
SEARCH_STEPS, STEPS = 150, 400
LEARNING_RATE = 0.03
#: A view whose mean residual is beyond this, sides of the box, counts less and less: one wrong view of
#: six must not bend the hand. Measured by views held out of the fit, as DISTANCE is.
DOUBT = 0.05
#: From the camera to the wrist of a photographed hand, metres: only perspective depends on it.
DISTANCE = 0.4
#: Weight of squared angles, sides of the box per radian^2: of several poses the one nearest to rest.
REST = 2e-4
#: Weight of squared logarithms of bone length over the table's, sides of the box.
LENGTH = 1e-2
#: Root mean square distance of a half-closed hand's points from their middle in a picture, metres.
RADIUS = 0.055
#: A view whose mean residual is larger, sides of the box, was detected wrongly or shows another pose.
OUTLIER = 0.08
#: A handshape whose views' mean residual is larger, sides of the box, was seen too badly to learn from. Drawn
#: over their photographs, nine of ten fits below it show the photographed shape, of those above two of five.
USABLE = 0.06


@dataclass(frozen=True)
class FittedViews:
    """What explains V views of each of N handshapes, and how well."""

    angles: Array
    """(N,23) radians: the finger angles, without the root."""
    lengths: Array
    """(B,) metres: of the one hand, up to an unknown size."""
    rotations: Array
    """(N,V,3,3) from hand_skeleton's frame to each view's camera."""
    joints: Array
    """(N,21,3) metres, hand_skeleton's frame, from the wrist."""
    residual: Array
    """(N,V,21) distance of each joint in the picture from its 2D point, in sides of the hand's box; 0 if not found."""


@dataclass
class _Guess:
    """The variables of N handshapes in V views."""

    raw: Tensor
    """(N,23) angles before the sigmoid."""
    six: Tensor
    """(N,V,6) camera rotations."""
    place: Tensor
    """(N,V,3) where the wrist is seen, and the logarithm of the scale in sides of the box per metre."""

    @property
    def tensors(self) -> list[Tensor]:
        """All three."""
        return [getattr(self, field.name) for field in fields(self)]

    def pick(self, rows: Tensor) -> "_Guess":
        """A copy of some handshapes' variables."""
        return _Guess(*(x.detach()[rows].clone() for x in self.tensors))


def fit_views(
    points: NDArray[np.floating],
    found: NDArray[np.bool_],
    guess: NDArray[np.floating],
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
    error = _descend(starts, template, target.repeat(STARTS, 1, 1, 1), often, distance, SEARCH_STEPS)
    cost = (_doubted(error) * often).sum(-1).reshape(STARTS, -1)
    best = starts.pick(cost.argmin(0) * len(target) + torch.arange(len(target)))
    _reseat(best, starts, template, target, distance)
    error = _descend(best, template, target, seen, distance, STEPS)
    results = (*_hand(best.raw, template), rotation_from_six(best.six), error * seen[..., None])
    joints, lengths, angles, rotations, residual = (x.detach().numpy() for x in results)
    return FittedViews(angles, lengths, rotations, joints, residual)


def _hand(raw: Tensor, template: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Joints (N,21,3), metres, from the wrist; bone lengths (B,); angles (N,23)."""
    skeleton = hand_skeleton()
    order = [skeleton.joints.index(f"right_hand_{name}") for name in HAND_NAMES]
    angles = spread(skeleton, raw)
    lengths = torch.as_tensor(skeleton.lengths, dtype=torch.float32) * torch.exp(template)
    pose = forward_kinematics(skeleton, torch.cat([torch.zeros(len(raw), 3), angles], 1), lengths)
    return joint_positions(skeleton, pose)[:, order], lengths, angles


def _project(joints: Tensor, six: Tensor, place: Tensor, distance: float) -> Tensor:
    """Joints (...,21,3) in views (...,V) -> (...,V,21,2), sides of the box."""
    turned = joints[..., None, :, :] @ rotation_from_six(six).mT
    nearer = distance / (distance + turned[..., 2:]).clamp(min=distance / 4)
    return turned[..., :2] * nearer * place[..., None, 2:].exp() + place[..., None, :2]


def _doubted(error: Tensor) -> Tensor:
    """The cost (N,V) of distances (N,V,21): their mean, growing ever more slowly (Cauchy's, of L1)."""
    return DOUBT * torch.log1p(error.mean(-1) / DOUBT)


def _descend(guess: _Guess, template: Tensor, target: Tensor, seen: Tensor, distance: float, steps: int) -> Tensor:
    """Adam over everything, in place; the distances (N,V,21) that remain."""
    variables = [*guess.tensors, template]
    for variable in variables:
        variable.requires_grad_()
    optimizer = torch.optim.Adam(variables, lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    error = target[..., 0]
    for _ in range(steps):
        joints, _, angles = _hand(guess.raw, template)
        error = (_project(joints, guess.six, guess.place, distance) - target).norm(dim=-1)
        loss = (_doubted(error) * seen).sum() / seen.sum()
        loss = loss + REST * (angles**2).sum(-1).mean() + LENGTH * (template**2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return error.detach()


def _starts(target: Tensor, guess: Tensor) -> _Guess:
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
    return _Guess(raw.flatten(0, 1), six.flatten(0, 1), place.repeat(STARTS, 1, 1))


def _reseat(best: _Guess, starts: _Guess, template: Tensor, target: Tensor, distance: float) -> None:
    """Give each view the camera, of those of all starts, that shows the best start's hand best; in place.

    The cameras of all starts are relative to the same palm, so they can be exchanged.
    """
    with torch.no_grad():
        joints, _, _ = _hand(best.raw, template)
        six, place = (x.unflatten(0, (STARTS, -1)) for x in (starts.six, starts.place))
        error = (_project(joints, six, place, distance) - target).norm(dim=-1).mean(-1)
        rows = error.argmin(0)[None, ..., None]
        best.six, best.place = (x.take_along_dim(rows, 0)[0].clone() for x in (six, place))


def view_residuals(photographs: Photographs, fitted: FittedViews) -> Array:
    """(N,V) mean of each view, sides of the box; NaN where no hand was found."""
    return np.where(photographs.found, fitted.residual.mean(-1), np.nan).astype(np.float32)


def usable(photographs: Photographs, fitted: FittedViews) -> NDArray[np.bool_]:
    """(N,) handshapes good enough to learn from."""
    return np.nanmean(view_residuals(photographs, fitted), axis=1) < USABLE


def save_handshapes(photographs: Photographs, fitted: FittedViews, path: Path) -> None:
    """Keep the usable handshapes (M): names, source, angles, lengths (M,B), rotations, residual (M,V) of views."""
    rows = usable(photographs, fitted)
    np.savez_compressed(
        path,
        names=photographs.names[rows],
        source=np.full(rows.sum(), SOURCE),
        angles=fitted.angles[rows],
        lengths=np.tile(fitted.lengths, (rows.sum(), 1)),
        rotations=fitted.rotations[rows],
        residual=view_residuals(photographs, fitted)[rows],
    )


def load_handshapes(path: Path = HANDSHAPES) -> tuple[Array, Array]:
    """Finger angles (M,23), radians, and bone lengths (M,B), metres, of hand_skeleton(): to learn from."""
    with np.load(path, allow_pickle=False) as stored:
        return stored["angles"], stored["lengths"]


def photographed_hands(path: Path = HANDSHAPES, photos: Path = PHOTOS) -> ObservedHands:
    """The kept handshapes as the detector sees them in their photographs, wrongly detected views left out."""
    with np.load(path, allow_pickle=False) as stored:
        names, residual, rotations = (stored[name] for name in ("names", "residual", "rotations"))
    kept = load_photographs(photos)
    kept = kept.rows(np.isin(kept.names, names))
    rows, views = np.nonzero(residual < OUTLIER)
    stills = [still(kept, at) for at in zip(rows, views, strict=True)]
    sights = [see_hand(keypoints, default_camera(keypoints.size, None), "right") for keypoints in stills]
    seen = (torch.as_tensor(np.concatenate(x)).float() for x in zip(*((s.plane, s.depth) for s in sights), strict=True))
    skeleton, distance = hand_skeleton(), torch.full((len(rows),), DISTANCE)
    rest = torch.as_tensor(skeleton.rest[0]).float()
    root = rest.T @ CAMERA.T @ torch.as_tensor(rotations[rows, views]) @ rest
    angles, lengths = (torch.as_tensor(values[rows]) for values in load_handshapes(path))
    points = joints_of(skeleton, tuple(f"right_hand_{name}" for name in HAND_NAMES), root, angles, lengths)
    errors = [a - b for a, b in zip(hand_scaled(*seen), hand_model(points, distance), strict=True)]
    return ObservedHands(torch.arange(len(rows)), root, angles, lengths, torch.ones(len(rows)), distance, *errors)


def report(photographs: Photographs, fitted: FittedViews) -> list[str]:
    """Lines about what remains, in percent of the hand's box: over all, and by view."""
    found = photographs.found
    views = {"all views": found} | {
        f"view {v + 1}": found & (np.arange(found.shape[1]) == v) for v in range(found.shape[1])
    }
    good = usable(photographs, fitted)
    lines = [f"{good.sum()} of {len(good)} handshapes have a mean residual below {USABLE:.0%}"]
    for name, which in views.items():
        residual = fitted.residual[which]
        half, most = 100 * np.percentile(residual, [50, 90])
        off = (residual.mean(-1) > OUTLIER).mean()
        lines.append(
            f"{name}: median {half:.1f} %, 9 in 10 below {most:.1f} %, mean {100 * residual.mean():.1f} %; "
            f"{off:.0%} of views beyond {OUTLIER:.0%}"
        )
    return lines


def main() -> None:
    """Fit both halves, each with bones of its own, report, and keep what may be learnt from."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.multiview", description=__doc__)
    parser.add_argument("--photos", type=Path, default=PHOTOS, help="what engine.training.photos kept")
    parser.add_argument("--out", type=Path, default=HANDSHAPES)
    options = parser.parse_args()
    if not options.photos.exists():
        parser.error(f"{options.photos} does not exist; python -m engine.training.photos makes it")
    prepare_process()
    for name, part in split(load_photographs(options.photos)).items():
        fitted = fit_views(part.points, part.found, part.image)
        print(f"Handshapes {name}:", *report(part, fitted), sep="\n")
        if name == LEARNT:
            save_handshapes(part, fitted, options.out)


if __name__ == "__main__":
    main()
