"""Smoothing an imported action again is the import's own filter, and changes nothing else."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy
import numpy as np
import pytest

from engine.lifting.smooth import smooth_angles
from engine.skeleton import Kind, load_skeleton
from tests.blender.curves import angle_keys, fcurves, keys
from tests.blender.edited import FPS, imported, played, select, signing, tails

FRAMES = range(1, 61)


def jitter(points: np.ndarray) -> float:
    """Of points (F,B,3): their mean second difference, metres."""
    return float(np.linalg.norm(np.diff(points, 2, axis=0), axis=-1).mean())


@pytest.mark.parametrize("kind", [Kind.UPPER_BODY, Kind.FULL_BODY, Kind.RIGHT_HAND])
def test_the_keys_become_what_the_engines_filter_makes_of_them(kind: Kind) -> None:
    skeleton = load_skeleton(kind)
    obj = imported(kind=kind, noise=0.02)
    angles = signing(skeleton, 60, 0.02).astype(np.float64)
    seen = np.ones_like(angles, dtype=bool)
    wanted = skeleton.clamp(smooth_angles(angles, skeleton.bones[0].order, seen, np.arange(60) / FPS, 1.5))
    assert bpy.ops.object.sign_mocap_smooth(strength=1.5) == {"FINISHED"}
    for column, name in enumerate(skeleton.angle_names):
        if name.startswith("head"):
            continue  # the armature may divide it among bones
        frames, values = angle_keys(obj, name).T
        assert list(frames) == [*FRAMES]
        np.testing.assert_allclose(values, wanted[:, column], atol=2e-6)
        assert (skeleton.lower[column] <= values).all() and (values <= skeleton.upper[column]).all()


def test_noise_is_less_and_the_motion_is_where_it_was() -> None:
    obj = imported(noise=0.02)
    rough = tails(obj, played(obj, FRAMES))
    bpy.ops.object.sign_mocap_smooth(strength=1.0)
    smooth = tails(obj, played(obj, FRAMES))
    clean = imported()
    truth = tails(clean, played(clean, FRAMES))
    assert jitter(smooth) < 0.5 * jitter(rough)
    assert np.abs(smooth - truth).mean() < np.abs(rough - truth).mean()


def test_outside_the_range_and_the_selected_bones_no_key_changes_and_the_range_begins_without_a_jump() -> None:
    obj = imported(noise=0.02)
    before = {channel: keys(curve) for channel, curve in fcurves(obj).items()}
    select(obj, "forearm.L", "hand.L")
    bpy.ops.object.sign_mocap_smooth(in_range=True, first=20, last=45, selected=True, strength=2.0)
    for channel, curve in fcurves(obj).items():
        change = np.abs(keys(curve) - before[channel])
        if channel[0].endswith('["doubt"]'):  # not a pose
            assert not change.any()
            continue
        chosen = any(name in channel[0] for name in ('"forearm.L"', '"hand.L"'))
        assert change[:20].max() == change[44:].max() == change[:, 0].max() == 0
        assert (change[20:44, 1].max() > 1e-3) == chosen


def test_a_root_that_has_turned_round_and_round_keeps_its_turns() -> None:
    skeleton = load_skeleton()
    angles = signing(skeleton, 60)
    angles[:, 1] = np.linspace(0, 4 * np.pi, 60)
    obj = imported(angles=angles)
    bpy.ops.object.sign_mocap_smooth(strength=1.0)
    np.testing.assert_allclose(angle_keys(obj, "pelvis.Y")[:, 1], angles[:, 1], atol=0.1)
