"""A library opens again with every sign: an asset in its tier's catalogue, keyed as it was tracked, with a picture."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import bpy
import numpy as np
import pympi
import pytest

from engine.face.names import FACE_NAMES
from engine.motion import Motion, save_motion
from engine.skeleton import Kind, hand_skeleton, load_skeleton
from tests.blender.characters import UPPER
from tests.blender.curves import angle_keys
from tests.blender.faced import shown, summed, with_keys
from tests.blender.motions import addon, random_motion
from tests.blender.poses import rig_of
from tests.blender.rigs import rig_file
from tests.faces import random_face

RATE = 30.0
KEYS = ("jawOpen", "mouthClose", "browInnerUp")


def library(*arguments: object) -> int:
    return addon("command.cli").main(["library", *map(str, arguments)])


def tracked(folder: Path, **motions: Motion) -> list[Path]:
    for name, motion in motions.items():
        save_motion(motion, folder / f"{name}.npz")
    return [folder / f"{name}.npz" for name in motions]


def opened(path: Path, name: str = "signer") -> bpy.types.Object:
    """An armature of a library, which is opened."""
    bpy.ops.wm.open_mainfile(filepath=str(path))
    return bpy.data.objects[name]


def play(owner: bpy.types.Object | bpy.types.Key, action: bpy.types.Action) -> None:
    owner.animation_data.action = action
    if bpy.app.version >= (4, 4):
        (owner.animation_data.action_slot,) = action.slots


def picture(action: bpy.types.Action) -> np.ndarray:
    preview: Any = action.preview
    width, height = preview.image_size
    return np.array(preview.image_pixels_float[:]).reshape(height, width, 4)


def with_head(rig: bpy.types.Object) -> None:
    with_keys(rig, "head", KEYS)


def catalogues(folder: Path) -> dict[str, str]:
    """UUID -> path, by Blender's format."""
    lines = (folder / "blender_assets.cats.txt").read_text("utf-8").splitlines()
    rows = [line.split(":") for line in lines if line and not line.startswith(("#", "VERSION"))]
    assert all(len(row) == 3 and UUID(row[0]) for row in rows)
    return {row[0]: row[1] for row in rows}


def test_every_sign_is_an_asset_that_plays_what_was_tracked(tmp_path: Path) -> None:
    motions = {name: random_motion(UPPER, 8, RATE, time=4 + np.arange(8) / RATE) for name in ("HELLO", "THANK YOU")}
    motions["WALK"] = random_motion(load_skeleton(Kind.FULL_BODY), 5, RATE)
    assert library(*tracked(tmp_path, **motions), "-o", tmp_path / "library" / "signs.blend") == 0
    obj = opened(tmp_path / "library" / "signs.blend")
    assert {action.name for action in bpy.data.actions} == motions.keys()
    assert len(bpy.data.objects) == 4 and len(bpy.data.scenes) == 1, "the pictures left something"
    assert bpy.context.scene.render.fps / bpy.context.scene.render.fps_base == pytest.approx(RATE)
    (catalogue,) = catalogues(tmp_path / "library")
    for name, motion in motions.items():
        action = bpy.data.actions[name]
        play(obj, action)
        rig = rig_of(motion.skeleton)
        keyed = np.stack([angle_keys(obj, angle)[:, 1] for angle in rig.angle_names], axis=1)
        joined = addon("signer.neck").join_angles(motion.skeleton, keyed)
        assert np.abs(joined - motion.angles).max() < 1e-5
        assert angle_keys(obj, "forearm.L.X")[:, 0].tolist() == list(range(1, 1 + len(motion.time)))
        told: Any = action.asset_data
        assert told.catalog_id == catalogue and name in told.tags and name in told.description
        wanted = {"gloss": name, "tier": "lexicon", "source": name}
        assert {key: told[key] for key in wanted} == wanted == {key: action["sign_mocap"][key] for key in wanted}
        assert motion.time[0] <= told["start"] < told["end"] <= motion.time[-1]
        assert (told["last"] - told["first"]) / RATE == pytest.approx(told["end"] - told["start"])


def test_pictures_show_the_signs(tmp_path: Path) -> None:
    still, bent = np.zeros((2, 1, len(UPPER.angle_names)), dtype=np.float32)
    bent[:, UPPER.angle_names.index("forearm.L.X")] = 2.0
    motions = {name: random_motion(UPPER, 1, RATE, angles=angles) for name, angles in (("A", still), ("B", bent))}
    assert library(*tracked(tmp_path, **motions), "-o", tmp_path / "signs.blend") == 0
    opened(tmp_path / "signs.blend")
    first, second = (picture(bpy.data.actions[name]) for name in "AB")
    for drawn in (first, second):
        solid = drawn[..., 3] > 0.5
        assert 0.05 < solid.mean() < 0.8 and solid[64, 64] and not solid[[0, -1], :].all()
    assert np.abs(first - second).max() > 0.2


def test_signs_of_one_gloss_are_numbered_within_blenders_length() -> None:
    taken: set[str] = set()
    for gloss in ("YES", "YES", "YES.2", "YES", "x" * 70, "x" * 80, "ж" * 40):
        taken.add(addon("library.signs").free_name(gloss, taken))
    assert taken == {"YES", "YES.2", "YES.2.2", "YES.3", "x" * 63, "x" * 61 + ".2", "ж" * 31}


def test_what_another_file_calls_a_sign_is_one_only_with_all_its_parts() -> None:
    known = {"gloss": "A", "tier": "t", "source": "s", "start": 0.0, "end": 1.0, "first": 1, "last": 9}
    for name, value in known.items():
        for other in ("1" if not isinstance(value, str) else 1, [1, 2], {"a": 1}, None):
            action = bpy.data.actions.new("A")
            action["sign_mocap"] = {key: own for key, own in (known | {name: other}).items() if own is not None}
    whole = bpy.data.actions.new("whole")
    whole["sign_mocap"] = known
    ((action, sign),) = addon("library.signs").signs_in(bpy.data.actions)
    assert action == whole and (sign.gloss, sign.end, sign.last) == ("A", 1.0, 9)


def test_a_library_made_again_keeps_the_catalogues_that_are_there(tmp_path: Path) -> None:
    mine = "9f0c0f2e-6d3a-4c57-9a53-3f6c5d9d4f1b:My/Poses:My-Poses"
    (tmp_path / "blender_assets.cats.txt").write_text(f"# mine\nVERSION 1\n\n{mine}")
    files = tracked(tmp_path, A=random_motion(UPPER, 2, RATE))
    for _ in range(2):
        assert library(*files, "-o", tmp_path / "signs.blend") == 0
    known = catalogues(tmp_path)
    assert sorted(known.values()) == ["My/Poses", "lexicon"]
    text = (tmp_path / "blender_assets.cats.txt").read_text()
    assert text.startswith(f"# mine\nVERSION 1\n\n{mine}\n")
    (tmp_path / "blender_assets.cats.txt").write_text(text.replace(":lexicon:lexicon", ":Signs/Words:Words"))
    assert library(*files, "-o", tmp_path / "signs.blend") == 0
    assert catalogues(tmp_path).keys() == known.keys() and "Signs/Words" in catalogues(tmp_path).values()


def test_names_of_tiers_cannot_leave_their_line(tmp_path: Path) -> None:
    tiers = ["a:b", "a/../b", "two\nlines", " ", "gloss RH"]
    addon("library.catalogues").add_catalogues(tmp_path, tiers)
    assert sorted(catalogues(tmp_path).values()) == ["a .. b", "a b", "gloss RH", "two lines", "unnamed"]


def test_what_is_damaged_is_a_sentence_and_the_rest_is_built(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    files = tracked(tmp_path, GOOD=random_motion(UPPER, 2, RATE))
    (tmp_path / "bad.npz").write_text("no motion")
    assert library(tmp_path, "-o", tmp_path / "signs.blend") == 1
    assert capfd.readouterr().err.count("bad.npz is missing or damaged") == 1
    opened(tmp_path / "signs.blend")
    assert [action.name for action in bpy.data.actions] == ["GOOD"]
    assert library(tmp_path / "bad.npz", "-o", tmp_path / "none.blend") == 1
    (tmp_path / "blender_assets.cats.txt").write_text("VERSION 2\n")
    assert library(*files, "-o", tmp_path / "none.blend") == 1
    assert "no catalogue file of version 1" in capfd.readouterr().err
    assert not (tmp_path / "none.blend").exists()


def test_hands_alone_are_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert library(*tracked(tmp_path, HAND=random_motion(hand_skeleton())), "-o", tmp_path / "signs.blend") == 1
    assert "of a person" in capfd.readouterr().err


def test_a_character_has_the_signs_as_assets(tmp_path: Path) -> None:
    files = tracked(tmp_path, A=random_motion(UPPER, 3, RATE), B=replace(random_motion(UPPER, 4, RATE), fps=60.0))
    rig = rig_file(tmp_path)
    assert library(*files, "-o", tmp_path / "signs.blend", "--rig", f"{rig}:rig") == 0
    obj = opened(tmp_path / "signs.blend", "rig")
    assert not bpy.data.objects["signer"].visible_get()
    for name in "AB":
        action = bpy.data.actions[name]
        assert action.asset_data is not None
        play(obj, action)
        bpy.context.scene.frame_set(1)
        first = np.array(obj.pose.bones["forearm.L"].matrix)
        bpy.context.scene.frame_set(3)
        assert np.abs(np.array(obj.pose.bones["forearm.L"].matrix) - first).max() > 0.01


def test_signs_of_a_character_have_its_face_which_comes_along_where_they_are_appended(tmp_path: Path) -> None:
    faces = {name: random_face(4, seed) for seed, name in enumerate("AB")}
    motions = {name: random_motion(UPPER, 4, RATE, face=face) for name, face in faces.items()}
    files = tracked(tmp_path, **motions, NONE=random_motion(UPPER, 4, RATE))
    rig = rig_file(tmp_path, with_head)
    assert library(*files, "-o", tmp_path / "signs.blend", "--rig", f"{rig}:rig") == 0
    opened(tmp_path / "signs.blend", "rig")
    assert {action.name for action in bpy.data.actions if action.asset_data} == {"A", "B", "NONE"}
    assert not bpy.data.actions["NONE"]["sign_mocap"]["faces"]
    mesh = bpy.data.objects["head"]
    keys = mesh.data.shape_keys
    for name, face in faces.items():
        (play_key,) = bpy.data.actions[name]["sign_mocap"]["faces"].to_dict().items()
        assert play_key[0] == repr(keys)
        play(keys, play_key[1])
        for frame in range(4):
            wanted = {key: float(face.coefficients[frame, FACE_NAMES.index(key)]) for key in KEYS}
            np.testing.assert_allclose(shown(mesh, 1 + frame), summed(mesh, wanted), atol=1e-5)
    bpy.ops.wm.read_homefile(use_empty=True)
    libraries: Any = bpy.data.libraries
    with libraries.load(str(tmp_path / "signs.blend")) as (_, wanted):
        wanted.actions = ["B"]
    assert {*bpy.data.actions.keys()} == {"B", "B, face", "B, signer"}


def eaf(path: Path, media: Sequence[tuple[str, float]], **tiers: list[tuple[float, float, str]]) -> Path:
    """Annotations in seconds, by another writer than ours; media by their names and time origins, s."""
    written = pympi.Eaf(author="test")
    written.remove_tier("default")
    for name, origin in media:
        written.add_linked_file(f"file:///elsewhere/{name}", mimetype="video/mp4", time_origin=round(1000 * origin))
    for tier, annotations in tiers.items():
        written.add_tier(tier.replace("_", " "))
        for start, end, value in annotations:
            written.add_annotation(tier.replace("_", " "), round(1000 * start), round(1000 * end), value)
    written.to_file(str(path))
    return path


def test_annotations_are_cut_by_the_times_of_the_video(tmp_path: Path) -> None:
    (tmp_path / "eaf").mkdir()
    (tmp_path / "npz").mkdir()
    uneven = np.cumsum(np.random.default_rng(0).uniform(0.02, 0.05, 120))
    motion = random_motion(UPPER, 120, 25.0, time=uneven)
    tracked(tmp_path / "npz", talk=motion, other=random_motion(UPPER, 50, 25.0))
    glosses = [(0.0, 0.5, "YES"), (1.0, 1.4, " YOUR\n NAME "), (2, 2.2, " "), (8, 9, "LATER")]
    eaf(tmp_path / "eaf" / "session.eaf", [("talk.mp4", 0.5)], Gloss_RH=glosses, Gloss_LH=[(0.2, 0.4, "YES")])
    eaf(tmp_path / "eaf" / "other.eaf", [], Gloss_RH=[(0.4, 0.8, "YES")], Free=[(0.0, 1.0, "He says yes.")])
    tiers = ["--tier", "Gloss RH", "--tier", "Gloss LH"]
    assert library(tmp_path / "npz", "--eaf", tmp_path / "eaf", *tiers, "-o", tmp_path / "signs.blend") == 0
    obj = opened(tmp_path / "signs.blend")
    told = {action.name: dict(action["sign_mocap"]) for action in bpy.data.actions}
    spans = {name: (own["gloss"], own["tier"], own["source"], own["start"], own["end"]) for name, own in told.items()}
    assert spans == {
        "YES": ("YES", "Gloss RH", "other", 0.4, 0.8),
        "YES.2": ("YES", "Gloss RH", "talk.mp4", 0.5, 1.0),
        "YES.3": ("YES", "Gloss LH", "talk.mp4", 0.7, 0.9),
        "YOUR NAME": ("YOUR NAME", "Gloss RH", "talk.mp4", 1.5, 1.9),
    }
    paths = catalogues(tmp_path)
    for action in bpy.data.actions:
        assert paths[action.asset_data.catalog_id] == told[action.name]["tier"]
    rate = bpy.context.scene.render.fps / bpy.context.scene.render.fps_base
    assert rate == pytest.approx(25.0)
    for name in ("YES.2", "YOUR NAME"):
        play(obj, bpy.data.actions[name])
        own = told[name]
        assert (own["last"] - own["first"]) / rate == pytest.approx(own["end"] - own["start"], abs=1 / rate)
        keyed = angle_keys(obj, "forearm.L.X")
        assert keyed[0, 0] == 1 < own["first"] and own["last"] < keyed[-1, 0]
        begin = uneven[np.searchsorted(uneven, own["start"] - 0.15)]
        angles = motion.angles[:, UPPER.angle_names.index("forearm.L.X")]
        expected = np.interp(begin + (keyed[:, 0] - 1) / rate, uneven, angles)
        assert np.abs(keyed[:, 1] - expected)[:-1].max() < 1e-5, "the last pose may be half a frame late"
        assert begin + (own["first"] - 1) / rate == pytest.approx(own["start"], abs=0.5 / rate)


def test_what_has_no_annotations_is_a_sentence(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    files = tracked(tmp_path, a=random_motion(UPPER, 30, RATE), b=random_motion(UPPER, 30, RATE))
    known = eaf(tmp_path / "a.eaf", [], Gloss=[(0.1, 0.5, "ONE"), (3.0, 3.5, "TWO")])
    (tmp_path / "damaged.eaf").write_text("<")
    assert library(*files, "--eaf", tmp_path, "-o", tmp_path / "signs.blend") == 1
    said = capfd.readouterr().err
    assert f"{files[0]}: signs that are not within what was tracked: 1." in said
    assert f"{files[1]}" in said and "No .eaf" in said and "damaged.eaf is no .eaf" in said
    opened(tmp_path / "signs.blend")
    assert [action.name for action in bpy.data.actions] == ["ONE"]
    assert library(files[1], "--eaf", known, "-o", tmp_path / "signs.blend") == 0, "an only one is meant"
    assert library(files[0], "--eaf", known, "--tier", "Glosses", "-o", tmp_path / "signs.blend") == 1
    assert "has no tier Glosses; there are Gloss." in capfd.readouterr().err
