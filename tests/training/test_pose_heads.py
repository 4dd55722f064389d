"""Heads of `.pose` files that are not whole, in a real take that four cameras measured."""

import numpy as np

from engine.training.measuring.multiview import judged, true_track
from engine.training.measuring.pose_heads import HEAD, KEPT, arms_apart, lifted, without
from engine.training.measuring.recordings import load_recordings


def test_arms_are_as_near_with_the_five_points_of_body_25_as_with_a_whole_head() -> None:
    recording = load_recordings()["hands"]
    camera = judged(recording)[0]

    def apart(kept: frozenset[str]) -> float:
        motion = lifted(without(recording, camera, HEAD - kept))
        assert any("nothing of the head" in note for note in motion.notes) == (not kept)
        return float(np.median(arms_apart(motion, true_track(recording, camera), "t")))

    whole, five, none = (apart(KEPT[kind]) for kind in ("all 11 points", "nose, eyes, ears: BODY_25", "nothing"))
    assert five < 1.05 * whole
    assert none < 1.4 * whole < 7.0
