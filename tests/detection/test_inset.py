"""An inset is found to the pixel where it is surely one, and nowhere else."""

from pathlib import Path

import numpy as np
import pytest

from engine.detection.detect import detect
from engine.detection.inset import Cuts
from engine.detection.landmarkers import MODELS_DIR
from engine.detection.people import view_of_person
from engine.detection.video import open_video
from engine.detection.view import Box
from engine.keypoints import BODY
from engine.motion import notes_on
from engine.options import TrackOptions
from engine.process import import_mediapipe
from engine.track import motion_from_keypoints
from tests.clips import Picture, write_clip

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample.mp4"
LEFT, TOP, SIZE = 830, 310, 360
#: Neck and shoulders of the sample's signer, pixels.
TRUNK = Box(260, 190, 460, 400)


@pytest.fixture(scope="module")
def pictures() -> list[Picture]:
    return [frame.image for frame in open_video(SAMPLE).frames(0, 0.9)][::5]


def shown(pictures: list[Picture]) -> list[Picture]:
    """The pictures at half their size in a larger one, before clouds that drift by."""
    y, x = np.mgrid[:720, :1280][..., None] / [90.0, 60.0, 40.0]
    canvases: list[Picture] = []
    for number, picture in enumerate(pictures):
        canvas = (127 + 60 * np.sin(x + 0.3 * number) + 60 * np.cos(1.7 * y - x)).astype(np.uint8)
        canvas[TOP : TOP + SIZE, LEFT : LEFT + SIZE] = picture[::2, ::2]
        canvases.append(canvas)
    return canvases


def inset_of(pictures: list[Picture], trunk: Box = TRUNK) -> Box | None:
    height, width = pictures[0].shape[:2]
    cuts = Cuts((width, height))
    for picture in pictures:
        cuts.add(picture)
    return cuts.around(trunk)


@pytest.mark.parametrize("quality", ["18", "23", "28"])
def test_an_inset_has_the_camera_of_the_picture_that_it_is(
    quality: str, pictures: list[Picture], tmp_path: Path
) -> None:
    import_mediapipe()
    path = write_clip(tmp_path / "clip.mp4", shown(pictures), options={"crf": quality})
    found = detect(open_video(path), TrackOptions())
    assert found.frame == (LEFT, TOP, SIZE, SIZE)
    assert any("inset" in note for note in notes_on(motion_from_keypoints(found, TrackOptions())))
    nose = found.points[:, BODY.start]
    assert ((nose > (LEFT, TOP)) & (nose < (LEFT + SIZE, TOP + SIZE))).all()
    assert detect(open_video(path), TrackOptions(inset=False)).frame is None
    assert detect(open_video(path), TrackOptions(crop=(0, 0, 1280, 720))).frame == (0, 0, 1280, 720)


def test_a_picture_on_the_wall_behind_a_person_is_no_inset(pictures: list[Picture]) -> None:
    behind = [picture.copy() for picture in pictures]
    for picture in behind:
        wall = np.abs(picture.astype(int) - picture[0, 0]).max(axis=-1) < 30
        frame = np.zeros_like(wall)
        frame[60:480, 120:600] = True
        picture[wall & frame] = (30, 60, 150)
    assert inset_of(behind) is None
    whole = [picture.copy() for picture in behind]
    for picture, original in zip(whole, pictures, strict=True):
        picture[480:] = (200, 180, 170)  # the same, but that all below it covers the person
        assert np.array_equal(picture[0], original[0])
    assert inset_of(whole, Box(260, 190, 460, 400)) == Box(120, 60, 600, 480)


def test_what_reaches_the_edge_of_the_picture_or_nearly_fills_it_is_no_inset(pictures: list[Picture]) -> None:
    bars = [np.pad(picture, ((0, 0), (280, 280), (0, 0))) for picture in pictures]
    assert inset_of(bars, Box(540, 190, 740, 400)) is None
    frame = [np.pad(picture, ((40, 40), (40, 40), (0, 0))) for picture in pictures]
    assert inset_of(frame, Box(300, 230, 500, 440)) is None


def test_of_a_still_nothing_is_known_to_stay(pictures: list[Picture]) -> None:
    trunk = Box(LEFT + 130, TOP + 95, LEFT + 230, TOP + 200)
    assert inset_of(shown(pictures[:1]), trunk) is None
    assert inset_of(shown(pictures[:2]), trunk) == Box(LEFT, TOP, LEFT + SIZE, TOP + SIZE)


def test_the_sample_itself_is_no_inset(pictures: list[Picture]) -> None:
    assert inset_of(pictures) is None


@pytest.mark.slow
def test_no_recording_is_taken_for_an_inset(shared_data: Path) -> None:
    import_mediapipe()
    recordings = sorted(shared_data.glob("videos/*.mp4")) + sorted(shared_data.glob("multiview/videos/*.mp4"))
    assert recordings
    for path in recordings:
        with open_video(path) as video:
            assert view_of_person(video, MODELS_DIR, TrackOptions()).inset is None, path
