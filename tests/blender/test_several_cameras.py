"""A take of two real cameras in Blender: the person's own size, which one camera cannot tell."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from pathlib import Path

import bpy
import numpy as np
import pytest

from engine.cameras.calibration import Calibrated
from engine.cameras.distortion import COEFFICIENTS
from engine.cameras.toml import save_calibration
from engine.geometry.camera import Camera, Extrinsics
from engine.training.measuring.recordings import load_recordings
from tests.blender.scene import datablocks, import_video

FRONT, SIDE = "cam04", "cam03"


@pytest.fixture
def videos(shared_data: Path) -> list[Path]:
    return [shared_data / "multiview" / "videos" / f"static_{name}.mp4" for name in (FRONT, SIDE)]


@pytest.fixture
def calibration(tmp_path: Path) -> Path:
    recording = load_recordings()["static"]
    told: list[Calibrated] = []
    for name in (FRONT, SIDE):
        number = recording.cameras.tolist().index(name)
        matrix, lens = recording.intrinsics[number], np.zeros(COEFFICIENTS)
        lens[: recording.distortion.shape[1]] = recording.distortion[number]
        camera = Camera.of(np.array([matrix[0, 0], matrix[1, 1], matrix[0, 2], matrix[1, 2]]))
        stands = Extrinsics(recording.rotation[number], recording.translation[number])
        width, height = recording.size[number].tolist()
        told.append(Calibrated(name, camera, lens, stands, (width, height)))
    save_calibration(told, tmp_path / "cameras.toml")
    return tmp_path / "cameras.toml"


def true_span() -> float:
    """Metres from wrist to wrist of the man with his arms out, by four cameras."""
    recording = load_recordings()["static"]
    wrists = [recording.names.tolist().index(f"{side}_wrist") for side in ("left", "right")]
    return float(np.nanmedian(np.linalg.norm(np.diff(recording.positions[0][:, wrists], axis=1), axis=-1)))


def span_in_blender() -> float:
    """The same of the armature, as Blender evaluates it in the middle of the clip."""
    scene = bpy.context.scene
    scene.frame_set((scene.frame_start + scene.frame_end) // 2)
    obj = bpy.context.active_object.evaluated_get(bpy.context.evaluated_depsgraph_get())
    left, right = (obj.matrix_world @ obj.pose.bones[f"hand.{letter}"].head for letter in "LR")
    return (left - right).length


def test_a_second_calibrated_view_gives_the_armature_the_mans_own_span(videos: list[Path], calibration: Path) -> None:
    front, side = videos
    assert import_video(front, view=str(side), calibration=str(calibration), in_step=True) == {"FINISHED"}
    assert len(bpy.data.armatures) == 1
    assert span_in_blender() == pytest.approx(true_span(), rel=0.015)  # one camera alone is off by 0.025


def test_a_view_that_is_missing_is_one_sentence_and_changes_nothing(videos: list[Path], tmp_path: Path) -> None:
    before = datablocks()
    with pytest.raises(RuntimeError, match=r"missing\.mp4") as error:
        import_video(videos[0], view=str(tmp_path / "missing.mp4"))
    assert len(str(error.value).strip().splitlines()) == 1
    assert datablocks() == before
