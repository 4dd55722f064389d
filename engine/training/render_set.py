"""Rendered signers for training: short random clips through the real detector, arrays only.

    python -m engine.training.render_set --data DIR --out DIR --clips 500

Each clip is one file; files that exist are kept, so a run resumes where it stopped. Characters and
recorded handshapes are divided by split, so neither is shared between train, dev and test.
"""

import argparse
import logging
import os
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..holistic import Holistic
from ..landmarkers import MODELS_DIR
from ..process import prepare_process
from .hand_data import load_hands
from .handshape import Handshape, handshape_from_points
from .motion import legal_motion, pose_at
from .render import Image, act, crop_stage, draw, dress, empty_stage, enter_actor, leave_actor, paint, place_camera
from .scenery import degrade, random_camera, random_look, random_quality, random_scales, random_wall
from .truth import JOINTS

Array = NDArray[np.floating]

SPLITS = {
    "train": ("signer_01_mixamo", "signer_02_mixamo", "signer_04_mixamo", "signer_05_mixamo", "signer_07_game_engine"),
    "dev": ("signer_03_mixamo",),
    "test": ("signer_06_mixamo", "signer_08_game_engine"),
}
# Motion at ordinary speed in larger steps: more poses for the same number of pictures, and the
# detector still follows from frame to frame.
FPS, FRAMES = 12, 30
# Drawn larger and shrunk: cheaper than Workbench's own smoothing of edges.
_OVERSAMPLE = 1.5
_log = logging.getLogger(__name__)


class Studio:
    """Renders clips and detects them."""

    def __init__(self, data: Path, split: str) -> None:
        self._data, self._split = data, split
        self._scene = empty_stage()
        hands = load_hands(data)
        self._hands = hands.joints[hands.dev == (split != "train")]
        self._quest = hands.source[hands.dev == (split != "train")] == 1

    def _pick(self, rng: np.random.Generator) -> Handshape:
        # Recorded signing and the alphabet's shapes in equal parts.
        rows = np.flatnonzero(self._quest == (rng.random() < 0.5))
        return handshape_from_points(self._hands[rng.choice(rows)].astype(float), "right")

    def clip(self, rng: np.random.Generator) -> dict[str, NDArray[np.generic]]:
        """One clip of one character: detected keypoints and the truth."""
        name = SPLITS[self._split][rng.integers(len(SPLITS[self._split]))]
        path = self._data / "characters" / f"{name}.blend"
        actor = enter_actor(self._scene, path, random_scales(rng))
        motion = legal_motion(rng, actor.character, lambda: self._pick(rng), FRAMES / FPS)
        camera, look = random_camera(rng, actor.character), random_look(rng)
        wall, quality = random_wall(rng, camera.size), random_quality(rng)
        dress(self._scene, actor, look)
        place_camera(self._scene, camera, _OVERSAMPLE)
        joints: list[Array] = []
        rows: list[tuple[Array, Array]] = []
        with Holistic(MODELS_DIR, video=True, second_look=True) as detector:
            for frame in range(FRAMES):
                truth, vertices = act(actor, pose_at(actor.character, motion, frame / FPS))
                joints.append(truth)
                region = crop_stage(self._scene, camera, vertices)
                picture = wall.copy()
                picture[region] = shrink_over(draw(self._scene), wall[region])
                rows.append(detector(degrade(rng, picture, quality), frame / FPS))
        leave_actor(actor)
        positions = camera.to_camera(np.stack(joints))
        return {
            "joints": np.array(JOINTS),
            "positions_camera": positions.astype(np.float32),
            "keypoints": camera.project(positions).astype(np.float32),
            "detected": np.stack([points for points, _ in rows]),
            "confidence": np.stack([confidence for _, confidence in rows]),
            "camera": camera.intrinsics.astype(np.float32),
            "size": np.array(camera.size, np.int32),
            "time": np.arange(FRAMES) / FPS,
            "character": np.array(name),
            "split": np.array(self._split),
            "quality": np.array([quality.blur, quality.noise, quality.gain], np.float32),
        }


def shrink_over(picture: Image, wall: Image) -> Image:
    """A drawn picture (H,W,4) shrunk to the size of the wall (h,w,3) that it covers.

    Its alpha is 0 or 255 and it is black where it is clear, so shrinking multiplies by alpha.
    """
    import av

    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgra")
    small = frame.reformat(width=wall.shape[1], height=wall.shape[0], interpolation="AREA").to_ndarray(format="bgra")
    small = small.astype(np.float32)
    return paint(small[..., :3], small[..., 3:] / 255, wall)


def main() -> None:
    """Render clips that are not there yet."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.render_set", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of characters/ and hands/")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--split", choices=tuple(SPLITS), default="train")
    parser.add_argument("--clips", type=int, required=True)
    parser.add_argument("--first", type=int, default=0, help="number of the first clip")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    prepare_process()
    studio = Studio(arguments.data, arguments.split)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for number in range(arguments.first, arguments.first + arguments.clips):
        path = arguments.out / f"{arguments.split}_{number:05d}.npz"
        if path.exists():
            continue
        started = time.monotonic()
        rng = np.random.default_rng([number, list(SPLITS).index(arguments.split)])
        partial = path.with_suffix(f".{os.getpid()}.part")
        with partial.open("wb") as file:
            np.savez_compressed(file, **studio.clip(rng))
        partial.replace(path)
        _log.info("%s %.1f s", path.name, time.monotonic() - started)
    sys.stdout.flush()
    # A bpy process can hang at exit.
    os._exit(0)


if __name__ == "__main__":
    main()
