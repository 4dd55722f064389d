"""Keys per second as JSON: `python -m addon.demo.key_rate MOTION.npz`."""

# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ..headless import run


def main(argv: list[str]) -> int:
    """Print the writer's rate for a motion, and keyframe_insert's on all bones of its armature.

    As many frames for both: the more keys a curve has, the longer keyframe_insert takes for one.
    """
    import bpy

    from ...engine.motion import load_motion
    from ..signer.armature import build_armature
    from ..signer.keyframes import write_keyframes
    from ..signer.placement import place

    motion = load_motion(Path(argv[0]))
    rig = build_armature(motion.skeleton, motion.lengths_of_bones().tolist(), "rig")
    bpy.context.scene.collection.objects.link(rig)
    frames = len(motion.time)
    placement = place(rig, motion)
    bones = list(rig.pose.bones)

    def write() -> None:
        rig.animation_data_clear()
        write_keyframes(rig, motion, placement, 1, set(), "motion")

    def insert() -> None:
        rig.animation_data_clear()
        for frame in range(1, frames + 1):
            for bone in bones:
                bone.keyframe_insert("rotation_euler", frame=frame)

    # By turns, and the best of each: what an undisturbed machine does.
    rounds = [(_seconds(write, 10), _seconds(insert, 1)) for _ in range(3)]
    written, inserted = (min(seconds) for seconds in zip(*rounds, strict=True))
    channels = len(motion.angle_names) + 3
    rates = {
        "frames": frames,
        "channels": channels,
        "written": channels * frames / written,
        "inserted_channels": 3 * len(bones),
        "inserted": 3 * len(bones) * frames / inserted,
    }
    sys.stdout.write(json.dumps(rates) + "\n")
    return 0


def _seconds(work: Callable[[], object], times: int) -> float:
    """Duration of the fastest run."""
    seconds: list[float] = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


if __name__ == "__main__":
    run("demo.key_rate", sys.argv[1:])
