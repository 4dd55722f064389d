"""A library opens again with every sign: an asset in its tier's catalogue, keyed as it was tracked, with a picture."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import bpy
import numpy as np
import pytest

from engine.motion import Motion, save_motion
from engine.skeleton import Kind, hand_skeleton, load_skeleton
from tests.blender.characters import UPPER
from tests.blender.curves import angle_keys
from tests.blender.motions import addon, random_motion
from tests.blender.poses import rig_of
from tests.blender.rigs import rig_file

RATE = 30.0


def library(*arguments: object) -> int:
    return addon("command.cli").main(["library", *map(str, arguments)])


def tracked(folder: Path, **motions: Motion) -> list[Path]:
    for name, motion in motions.items():
        save_motion(motion, folder / f"{name}.npz")
    return [folder / f"{name}.npz" for name in motions]


def opened(path: Path) -> bpy.types.Object:
    """The armature of a library, which is opened."""
    bpy.ops.wm.open_mainfile(filepath=str(path))
    (obj,) = (obj for obj in bpy.data.objects if obj.type == "ARMATURE")
    return obj


def play(obj: bpy.types.Object, action: bpy.types.Action) -> None:
    obj.animation_data.action = action
    if bpy.app.version >= (4, 4):
        (obj.animation_data.action_slot,) = action.slots


def picture(action: bpy.types.Action) -> np.ndarray:
    preview: Any = action.preview
    width, height = preview.image_size
    return np.array(preview.image_pixels_float[:]).reshape(height, width, 4)


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
        wanted = {"gloss": name, "tier": "lexicon", "source": name, "first": 1, "last": len(motion.time)}
        assert {key: told[key] for key in wanted} == wanted == {key: action["sign_mocap"][key] for key in wanted}
        assert told["start"] == motion.time[0] and told["end"] == motion.time[-1]


def test_pictures_show_the_signs(tmp_path: Path) -> None:
    still, bent = np.zeros((2, 1, len(UPPER.angle_names)), dtype=np.float32)
    bent[:, UPPER.angle_names.index("forearm.L.X")] = 2.0
    motions = {name: random_motion(UPPER, 1, RATE, angles=angles) for name, angles in (("A", still), ("B", bent))}
    assert library(*tracked(tmp_path, **motions), "-o", tmp_path / "signs.blend") == 0
    opened(tmp_path / "signs.blend")
    first, second = (picture(bpy.data.actions[name]) for name in "AB")
    for shown in (first, second):
        solid = shown[..., 3] > 0.5
        assert 0.05 < solid.mean() < 0.8 and solid[64, 64] and not solid[[0, -1], :].all()
    assert np.abs(first - second).max() > 0.2


def test_signs_of_one_gloss_are_numbered_within_blenders_length() -> None:
    taken: set[str] = set()
    for gloss in ("YES", "YES", "YES.2", "YES", "x" * 70, "x" * 80, "ж" * 40):
        taken.add(addon("library.signs").free_name(gloss, taken))
    assert taken == {"YES", "YES.2", "YES.2.2", "YES.3", "x" * 63, "x" * 61 + ".2", "ж" * 31}


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
    obj = opened(tmp_path / "signs.blend")
    for name in "AB":
        action = bpy.data.actions[name]
        assert action.asset_data is not None
        play(obj, action)
        bpy.context.scene.frame_set(1)
        first = np.array(obj.pose.bones["forearm.L"].matrix)
        bpy.context.scene.frame_set(3)
        assert np.abs(np.array(obj.pose.bones["forearm.L"].matrix) - first).max() > 0.01
