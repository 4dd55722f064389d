"""Track a video, then read the result: `python -m examples.track VIDEO DIR`, in the folder of the checkout."""

import sys
from pathlib import Path

import numpy as np

from engine.motion import load_motion, save_motion
from engine.options import TrackOptions
from engine.process import prepare_process
from engine.track import track

video, folder = map(Path, sys.argv[1:])
prepare_process()
save_motion(track(video, TrackOptions(end=1.0)), folder / f"{video.stem}.npz")

motion = load_motion(folder / f"{video.stem}.npz")
elbow = motion.skeleton.angle_names.index("forearm.R.X")
print(f"{len(motion.time)} frames of the {motion.kind.value}, {len(motion.joints)} joints")
print(f"right elbow, degrees: {np.degrees(motion.angles[:5, elbow]).round(1)}")
wrist = motion.positions[:, motion.joints.index("right_wrist")] + motion.translation
print(f"right wrist from the camera, metres: {wrist[0]}")
