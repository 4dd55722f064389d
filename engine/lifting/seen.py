"""In which frames each angle was seen, and in which it has to be bridged."""

import numpy as np

from ..geometry.arrays import Mask
from ..keypoints import POSE_NAMES, Keypoints
from ..skeleton import Skeleton, hand_skeleton
from .features import SEEN
from .smooth import short_gaps
from .wrist import wrist_angles

#: Seconds for which a wrist that is not seen is on its way, not at rest.
MOMENT = 0.2


def angles_seen(skeleton: Skeleton, keypoints: Keypoints) -> Mask:
    """(F,A) whether the part that tells an angle was detected: wrist and pronation are the hand's.

    An arm whose wrist is lost for a moment is not seen either; one that is lost for longer is taken to rest.
    """
    columns = np.zeros(len(skeleton.angle_names), dtype=np.int64)
    for side in skeleton.kind.hands:
        telling = {name for name in hand_skeleton(side).angle_names if name in skeleton.angle_names}
        if skeleton.kind.has_body:
            telling |= {skeleton.angle_names[angle] for angle in wrist_angles(skeleton, side)}
        columns[[name in telling for name in skeleton.angle_names]] = side.column
    seen = keypoints.seen[:, columns]
    for side in skeleton.kind.hands:
        wrist = keypoints.confidence[:, POSE_NAMES.index(f"{side}_wrist")] >= SEEN
        lost = short_gaps(wrist | keypoints.seen[:, side.column], keypoints.time, MOMENT)
        bones = (f"{side.bone('upper_arm')}.", f"{side.bone('forearm')}.X")
        arm = np.array([name.startswith(bones) for name in skeleton.angle_names])
        seen[lost[:, None] & arm] = False
    return seen
