"""The rendered signers as small arrays: packed by `python -m engine.training.rendered`, read by `load_rendered`.

    python -m engine.training.rendered --clips DIR --out engine/training/data

packs what `render_set` wrote into one file per set, together with the angles and bone lengths behind
the true joints, so that the weights and the tables can be made again without rendering.
"""

import argparse
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..features import BODY_POINTS
from ..keypoints import HAND_NAMES, SIDES, Keypoints
from ..rotations import CAMERA_FROM_BLENDER, matrix_to_euler
from ..skeleton import body_skeleton, hand_skeleton, load_skeleton

Array = NDArray[np.float32]
DATA = Path(__file__).resolve().parent / "data"
#: What networks learn from.
TRAIN_SETS = ("train", "builds")


@dataclass(frozen=True)
class Rendered:
    """N frames of one set, clip after clip; K = 75 keypoints, J true joints, of truth.JOINTS."""

    joints: NDArray[np.str_]
    """(J,) names of the true joints."""
    positions: Array
    """(N,J,3) true joints in the camera frame, metres."""
    points: Array
    """(N,K,2) detected, pixels, with the second look."""
    confidence: Array
    """(N,K) 0..1; 0 = not seen."""
    depth: Array
    """(N,K) MediaPipe's depth, pixels; see Keypoints."""
    world: Array
    """(N,K,3) MediaPipe's world landmarks, metres; 0 in the training sets, which do not need them."""
    plain: NDArray[np.bool_]
    """(N,2) left and right hand found by Holistic alone, without the second look."""
    time: Array
    """(N,) seconds in the clip."""
    clip: NDArray[np.int32]
    """(N,) number of the clip, 0 to C - 1."""
    camera: Array
    """(C,4) true fx, fy, cx, cy, pixels."""
    size: NDArray[np.int32]
    """(C,2) width and height."""
    character: NDArray[np.str_]
    """(C,)."""
    motion: NDArray[np.str_]
    """(C,) class of motion."""
    body: Array
    """(N,19) angles of the body skeleton that explain the true joints, root in the camera frame, radians."""
    hands: Array
    """(N,2,26) of left and right hand; the left one as the right hand that its mirror image is."""
    residual: Array
    """(N,3) mean distance of body, left and right hand from the true joints, metres."""
    lengths: Array
    """(C,B) metres, of the finished skeleton's bones."""

    def keypoints(self, clip: int) -> Keypoints:
        """What the detector made of one clip."""
        rows = self.clip == clip
        time = self.time[rows].astype(np.float64)
        return Keypoints(
            points=self.points[rows],
            confidence=self.confidence[rows],
            time=time,
            fps=float(1.0 / np.median(np.diff(time))),
            size=(int(self.size[clip, 0]), int(self.size[clip, 1])),
            depth=self.depth[rows],
        )


#: Steps that the arrays are rounded to: far below the detector's errors.
_STEPS = {"positions": 2e-4, "points": 1 / 16, "depth": 1 / 16, "world": 2e-4, "confidence": 1 / 250}
_STEPS |= {"body": 2e-4, "hands": 2e-4, "residual": 1e-5}


def read_clips(folder: Path, name: str) -> Rendered:
    """The clips of one set that `render_set` wrote into a folder, fitted; ValueError where there are none."""
    paths = sorted(folder.glob(f"{name}_*.npz"))
    if not paths:
        raise ValueError(f"{folder} holds no clips of the set {name}; render them with engine.training.render_set.")
    clips: list[dict[str, Any]] = []
    for path in paths:
        with np.load(path, allow_pickle=False) as arrays:
            clips.append(dict(arrays))
    frames = [len(clip["time"]) for clip in clips]

    def each(key: str) -> NDArray[Any]:
        return np.concatenate([clip[key] for clip in clips])

    def once(key: str) -> NDArray[Any]:
        return np.stack([clip[key] for clip in clips])

    joints: list[str] = clips[0]["joints"].tolist()
    for own in clips:  # clips that were rendered later may know more joints
        known = own["joints"].tolist()
        own["positions_camera"] = own["positions_camera"][:, [known.index(name) for name in joints]]
    positions = each("positions_camera")
    clip = np.repeat(np.arange(len(clips), dtype=np.int32), frames)
    body, hands, residual, lengths = _fit(joints, positions, clip)
    return Rendered(
        joints=np.array(joints),
        positions=positions,
        points=each("detected"),
        confidence=each("confidence"),
        depth=each("depth"),
        world=each("world"),
        plain=each("plain"),
        time=each("time").astype(np.float32),
        clip=clip,
        camera=once("camera"),
        size=once("size"),
        character=once("character"),
        motion=once("motion"),
        body=body,
        hands=hands,
        residual=residual,
        lengths=lengths,
    )


def _fit(names: list[str], positions: Array, clip: NDArray[np.int32]) -> tuple[Array, Array, Array, Array]:
    """Rendered.body, hands, residual and lengths of true joints (N,J,3)."""
    from .fit import Fitted, fit_bodies, fit_hands  # torch

    def part(chosen: list[str]) -> Array:
        points = positions[:, [names.index(name) for name in chosen]] @ CAMERA_FROM_BLENDER
        return np.asarray(points - points[:, :1], np.float32)

    def angles(fitted: Fitted, order: str) -> Array:
        return np.concatenate([matrix_to_euler(fitted.root, order), fitted.angles], 1).astype(np.float32)

    full, body, hand = load_skeleton(), body_skeleton(), hand_skeleton()
    bodies = fit_bodies(part(list(BODY_POINTS)), clip.astype(np.int64))
    both = np.stack([part([f"{side}_hand_{name}" for name in HAND_NAMES]) for side in SIDES], 1)
    both[:, 0, :, 0] *= -1.0
    owner = np.repeat(clip.astype(np.int64), 2)
    hands = fit_hands(both.reshape(-1, len(HAND_NAMES), 3), owner, owner)
    first = np.unique(clip, return_index=True)[1]
    lengths = np.tile(full.lengths.astype(np.float32), (len(first), 1))
    for skeleton, fitted, rows in ((body, bodies, first), (hand, hands, 2 * first)):
        for bone, name in enumerate(skeleton.names):
            own = full.names.index(name)
            for column in {own, full.mirrored[own]}:
                lengths[:, column] = fitted.lengths[rows, bone]
    return (
        angles(bodies, body.bones[0].order),
        angles(hands, hand.bones[0].order).reshape(len(positions), 2, -1),
        np.column_stack([bodies.residual.mean(1), hands.residual.mean(1).reshape(-1, 2)]),
        lengths,
    )


def save_rendered(rendered: Rendered, path: Path) -> None:
    """Write a set, rounded to whole steps of 16 bits."""
    arrays = {field.name: getattr(rendered, field.name) for field in fields(Rendered)}
    for name, step in _STEPS.items():
        arrays[name] = np.clip(np.rint(arrays[name] / step), -32767, 32767).astype(np.int16)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)


def load_rendered(path: Path) -> Rendered:
    """Read what `save_rendered` wrote."""
    with np.load(path, allow_pickle=False) as stored:
        arrays = {field.name: stored[field.name] for field in fields(Rendered)}
    for name, step in _STEPS.items():
        arrays[name] = arrays[name].astype(np.float32) * np.float32(step)
    return Rendered(**arrays)


def main() -> None:
    """Pack every set."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.rendered", description=__doc__)
    parser.add_argument("--clips", type=Path, required=True, help="folder that render_set wrote")
    parser.add_argument("--out", type=Path, default=DATA)
    arguments = parser.parse_args()
    for name in sorted({path.stem.rpartition("_")[0] for path in arguments.clips.glob("*_*.npz")}):
        rendered = read_clips(arguments.clips, name)
        if name in TRAIN_SETS:
            rendered.world[:] = 0
        save_rendered(rendered, arguments.out / f"{name}.npz")


if __name__ == "__main__":
    main()
