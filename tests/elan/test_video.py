"""The video of an .eaf: found by its name or within a folder, and never outside what the user gave."""

from pathlib import Path

import pytest

from engine.elan import Annotations, Medium, file_of, find_video
from engine.errors import InputError


def linking(url: str, relative: str = "", mime: str = "video/mp4", origin: float = 0.0) -> Annotations:
    return Annotations((Medium(url, relative, mime, origin),), ())


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


@pytest.mark.parametrize(
    ("url", "relative", "there"),
    [
        ("file:///elsewhere/clip.mp4", "./clip.mp4", "clip.mp4"),
        ("file:///elsewhere/clip.mp4", "", "clip.mp4"),
        ("file:///C:/Users/me/my%20clip.mp4", "", "my clip.mp4"),
        ("file:///C:/Users/me/100%25.mp4", "", "100%25.mp4"),
        ("C:\\Users\\me\\clip.mp4", "", "clip.mp4"),
        ("file:///elsewhere/clip.mp4", "./video/front/clip.mp4", "video/front/clip.mp4"),
        ("file:///elsewhere/clip.mp4", "../video/clip.mp4", "clip.mp4"),
    ],
)
def test_a_video_beside_the_file_or_below_is_found(url: str, relative: str, there: str, tmp_path: Path) -> None:
    video = touch(tmp_path / there)
    found = find_video(tmp_path / "a.eaf", linking(url, relative, origin=1.5))
    assert (found.path, found.origin) == (video, 1.5)


def test_a_video_in_the_folder_given_comes_first(tmp_path: Path) -> None:
    touch(tmp_path / "clip.mp4")
    video = touch(tmp_path / "videos" / "clip.mp4")
    assert find_video(tmp_path / "a.eaf", linking("file:///clip.mp4"), tmp_path / "videos").path == video


def test_sound_is_no_video(tmp_path: Path) -> None:
    touch(tmp_path / "clip.wav")
    with pytest.raises(InputError, match=r"links no video"):
        find_video(tmp_path / "a.eaf", linking("file:///clip.wav", mime="audio/x-wav"))


@pytest.mark.parametrize(
    "address",
    [
        "../secret.mp4",
        "..\\secret.mp4",
        "%2e%2e/secret.mp4",
        "./inside/../../secret.mp4",
        "{outside}/secret.mp4",
        "file://{outside}/secret.mp4",
        "//server/share/secret.mp4",
        "http://192.0.2.1/secret.mp4",
        "C:/secret.mp4",
        "secret.mp4%00.txt",
        "secret.mp4\n",
        "x" * 5000,
        "..",
        "/",
        "",
    ],
)
def test_an_address_leads_nowhere_outside(address: str, tmp_path: Path) -> None:
    touch(tmp_path / "secret.mp4")
    inside = tmp_path / "inside"
    inside.mkdir()
    for link in (linking(address.format(outside=tmp_path)), linking("x", address.format(outside=tmp_path))):
        with pytest.raises(InputError, match=r"^.* links .*; give the folder where its video is\.$"):
            find_video(inside / "a.eaf", link)


def test_the_file_of_a_video_is_the_one_that_links_its_name() -> None:
    read = {Path("a.eaf"): linking("file:///x/Clip%201.MP4"), Path("b.eaf"): linking("file:///x/other.mp4")}
    assert file_of(Path("/videos/clip 1.mp4"), read) == Path("a.eaf")
    with pytest.raises(InputError, match=r"a\.eaf and c\.eaf link clip 1\.mp4"):
        file_of(Path("/videos/clip 1.mp4"), read | {Path("c.eaf"): linking("clip 1.mp4")})
    with pytest.raises(InputError, match=r"no \.eaf that was given links new\.mp4"):
        file_of(Path("/videos/new.mp4"), read)
