"""Packs rendered clips into one file per set, with the angles and bone lengths behind the true joints.

    python -m engine.training.fitting.pack --clips DIR --out engine/training/data

packs what `render_clips` wrote, so that the weights and the tables can be made again without rendering. Without
`--clips` the packed sets are fitted again, as they must be when a skeleton's table has changed.
"""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...geometry.arrays import Array
from ...geometry.rotations import CAMERA_FROM_BLENDER, matrix_to_euler
from ...keypoints import HAND_NAMES, Side
from ...lifting.features import BODY_POINTS
from ...skeleton import body_skeleton, hand_skeleton, load_skeleton
from ..clips import DATA, TRAIN_SETS, ClipSet, load_clips, save_clips
from .fit import Fitted, fit_bodies, fit_hands

PACKED = (*TRAIN_SETS, "dev", "test", "hard", "signing", "gesture", "whole", "asl")


def read_clips(folder: Path, name: str) -> ClipSet:
    """The clips of one set that `render_clips` wrote into a folder, fitted; ValueError where there are none."""
    paths = sorted(folder.glob(f"{name}_*.npz"))
    if not paths:
        raise ValueError(
            f"{folder} holds no clips of the set {name}; render them with engine.training.rendering.render_clips."
        )
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
    return ClipSet(
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
    """ClipSet.body, hands, residual and lengths of true joints (N,J,3)."""

    def part(chosen: list[str]) -> Array:
        points = positions[:, [names.index(name) for name in chosen]] @ CAMERA_FROM_BLENDER
        return np.asarray(points - points[:, :1], np.float32)

    def angles(fitted: Fitted, order: str) -> Array:
        return np.concatenate([matrix_to_euler(fitted.root, order), fitted.angles], 1).astype(np.float32)

    full, body, hand = load_skeleton(), body_skeleton(), hand_skeleton()
    bodies = fit_bodies(body, part(list(BODY_POINTS)), clip.astype(np.int64))
    both = np.stack([part([f"{side}_hand_{name}" for name in HAND_NAMES]) for side in Side], 1)
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


def fit_again(path: Path) -> None:
    """Fit the angles and bone lengths of a packed set again."""
    clips = load_clips(path)
    body, hands, residual, lengths = _fit(clips.joints.tolist(), clips.positions, clips.clip)
    save_clips(replace(clips, body=body, hands=hands, residual=residual, lengths=lengths), path)


def main() -> None:
    """Pack every set."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.fitting.pack", description=__doc__)
    parser.add_argument("--clips", type=Path, help="folder that render_clips wrote")
    parser.add_argument("--out", type=Path, default=DATA)
    arguments = parser.parse_args()
    if arguments.clips is None:
        for path in sorted(arguments.out.glob("*.npz")):
            if path.stem in PACKED:
                fit_again(path)
        return
    for name in sorted({path.stem.rpartition("_")[0] for path in arguments.clips.glob("*_*.npz")}):
        packed = read_clips(arguments.clips, name)
        if name in TRAIN_SETS:
            packed.world[:] = 0
        save_clips(packed, arguments.out / f"{name}.npz")


if __name__ == "__main__":
    main()
