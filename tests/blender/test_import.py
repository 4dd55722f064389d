"""The operator on the real worker: a video becomes an armature, a failure becomes a sentence and no data."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import os
import shutil
from pathlib import Path

import bpy
import pytest

from tests.blender.curves import fcurves
from tests.blender.motions import addon
from tests.blender.scene import SAMPLE, datablocks, import_video


def test_a_video_becomes_an_animated_armature() -> None:
    assert import_video(SAMPLE) == {"FINISHED"}
    (obj,) = (o for o in bpy.data.objects if o.type == "ARMATURE")
    assert obj.name == "sample"
    assert len(fcurves(obj)) == 79 + 52 + 4 + 1 + 3  # face, gaze, how far the face is in doubt, and what was covered
    assert bpy.context.scene.frame_end > 5


def test_one_undo_takes_the_import_back() -> None:
    bpy.ops.ed.undo_push(message="before")
    before = datablocks()
    import_video(SAMPLE, end=0.2, reference="camera")
    assert datablocks() != before
    bpy.ops.ed.undo()
    assert datablocks() == before
    assert bpy.context.scene.camera is None


def test_two_videos_become_two_armatures(tmp_path: Path) -> None:
    other = Path(shutil.copy(SAMPLE, tmp_path / "other.mp4"))
    second = Path(shutil.copy(SAMPLE, tmp_path / "second.mp4"))
    assert import_video(other, second, end=0.2) == {"FINISHED"}
    assert sorted(o.name for o in bpy.context.scene.objects if o.parent is None) == ["other", "second"]


def test_the_active_armature_is_keyed_again() -> None:
    import_video(SAMPLE, end=0.2)
    obj = bpy.context.active_object
    first = obj.animation_data.action
    import_video(SAMPLE, end=0.2, import_to="selected")
    assert len(bpy.data.armatures) == 1
    assert obj.animation_data.action != first and first.use_fake_user


@pytest.mark.parametrize("name", ["text.mp4", "folder", "missing.mp4", "cut.mp4"])
def test_a_bad_input_is_one_sentence_and_changes_nothing(name: str, tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no video")
    (tmp_path / "folder").mkdir()
    (tmp_path / "cut.mp4").write_bytes(SAMPLE.read_bytes()[:20000])
    before = datablocks()
    with pytest.raises(RuntimeError) as error:
        import_video(tmp_path / name)
    message = str(error.value).strip()
    assert message.startswith(f"Error: {name}: ") and message.endswith(".")
    assert "\n" not in message and "Traceback" not in message
    assert datablocks() == before


def test_one_bad_video_of_two_does_not_stop_the_other(tmp_path: Path) -> None:
    good = Path(shutil.copy(SAMPLE, tmp_path / "good.mp4"))
    (tmp_path / "bad.mp4").write_text("no video")
    assert import_video(tmp_path / "bad.mp4", good, end=0.2) == {"FINISHED"}
    assert [o.name for o in bpy.context.scene.objects if o.parent is None] == ["good"]


@pytest.mark.parametrize(
    ("add", "message"), [("empty_add", "No armature is selected"), ("armature_add", "no known rig")]
)
def test_what_is_no_character_is_a_sentence_before_tracking(add: str, message: str) -> None:
    getattr(bpy.ops.object, add)()
    before = datablocks()
    with pytest.raises(RuntimeError, match=message):
        import_video(SAMPLE, import_to="selected")
    assert datablocks() == before


def test_no_video_is_a_sentence() -> None:
    with pytest.raises(RuntimeError, match="No video is chosen"):
        bpy.ops.import_anim.sign_video()


def test_a_killed_worker_is_a_sentence_and_leaves_no_file() -> None:
    job = addon("tracking.job").Job([SAMPLE], addon("settings").ImportOptions())
    job.step()
    os.kill(job._worker.pid, 9)
    folder = job._worker._folder
    job.run()
    assert job.errors == {SAMPLE: "The tracking process ended unexpectedly (SIGKILL)."}
    assert not folder.exists()


def test_cancel_ends_the_process_at_once() -> None:
    job = addon("tracking.job").Job([SAMPLE], addon("settings").ImportOptions())
    job.step()
    pid, folder = job._worker.pid, job._worker._folder
    job.cancel()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not folder.exists() and not job.motions
