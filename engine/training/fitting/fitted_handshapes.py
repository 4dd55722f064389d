"""Handshapes that were fitted to photographs: which may be learnt from, their keeping, and how they look there."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...geometry.arrays import Array, Mask, check_shapes
from ...skeleton import hand_skeleton
from ..clips import DATA
from ..photographs import Photographs

HANDSHAPES = DATA / "handshapes.npz"
SOURCE = "sign-language-processing/3d-hands-benchmark, one man's right hand"
#: From the camera to the wrist of a photographed hand, metres: only perspective depends on it.
DISTANCE = 0.4
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

    def __post_init__(self) -> None:
        skeleton, (shapes, views) = hand_skeleton(), self.rotations.shape[:2]
        check_shapes(
            self,
            angles=(shapes, len(skeleton.freedoms) - 3),
            lengths=(len(skeleton.bones),),
            rotations=(shapes, views, 3, 3),
            joints=(shapes, 21, 3),
            residual=(shapes, views, 21),
        )


def view_residuals(photographs: Photographs, fitted: FittedViews) -> Array:
    """(N,V) mean of each view, sides of the box; NaN where no hand was found."""
    return np.where(photographs.found, fitted.residual.mean(-1), np.nan).astype(np.float32)


def usable(photographs: Photographs, fitted: FittedViews) -> Mask:
    """(N,) handshapes good enough to learn from."""
    return np.nanmean(view_residuals(photographs, fitted), axis=1) < USABLE


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
