"""What the pages say is there is there: links, files, commands, the `.npz` table, the example of a rig map."""

import re
from pathlib import Path

import numpy as np
import pytest

from engine.motion import save_motion
from engine.retarget.face.map_files import load_face_maps, read_face_map
from engine.retarget.face.recognise import recognise_face
from engine.retarget.recognise.guess import guess
from engine.retarget.recognise.map_files import load_maps, read_map
from engine.retarget.recognise.match import SIDED, TRUNK
from engine.retarget.recognise.recognise import recognise
from engine.skeleton import Kind, load_skeleton
from tests.blender.motions import random_motion
from tests.rigs import named

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
MAP_PAGE = (ROOT / "docs" / "adding_a_rig_map.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_are_named_exist(page: Path) -> None:
    named = re.findall(r"`((?:addon|engine|examples|rigs|tests)/[\w./-]*)`", page.read_text(encoding="utf-8"))
    built = ("engine/detection/models/",)
    assert [path for path in named if path not in built and not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_that_are_named_can_be_run(page: Path) -> None:
    for module in re.findall(r"python -m ((?:addon|engine|examples)[\w.]*\w)", page.read_text(encoding="utf-8")):
        place = ROOT / module.replace(".", "/")
        file = place / "__main__.py" if place.is_dir() else place.with_suffix(".py")
        assert file.is_file(), module
        assert module.startswith("examples") or "__main__" in file.read_text(encoding="utf-8"), module


def test_the_table_of_the_npz_is_what_is_written(tmp_path: Path) -> None:
    skeleton = load_skeleton(Kind.UPPER_BODY)
    motion = random_motion(skeleton, frames=7)
    save_motion(motion, tmp_path / "clip.npz")
    letters = {"F": 7, "J": len(skeleton.joints), "K": motion.keypoints.shape[1], "A": len(skeleton.freedoms)}
    page = (ROOT / "docs" / "conventions.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| \(([\w,]*)\) \| (\w+) \|", page, re.MULTILINE)
    told = {name: (tuple(letters.get(n) or int(n) for n in shape.split(",") if n), kind) for name, shape, kind in rows}
    with np.load(tmp_path / "clip.npz", allow_pickle=False) as arrays:
        written = {name: (arrays[name].shape, arrays[name].dtype) for name in arrays.files}
    kinds = {name: "str" if dtype.kind == "U" else dtype.name for name, (_, dtype) in written.items()}
    assert told == {name: (shape, kinds[name]) for name, (shape, _) in written.items()}


def test_the_table_of_skeletons_is_right() -> None:
    page = (ROOT / "docs" / "conventions.md").read_text(encoding="utf-8")
    for kind in Kind:
        skeleton = load_skeleton(kind)
        row = rf"\|[^|\n]*{kind.value}[^|\n]*\| (\d+) \| (\d+) \| (\d+) \|"
        counts = len(skeleton.bones), len(skeleton.joints), len(skeleton.freedoms)
        assert re.findall(row, page) == [tuple(map(str, counts))]


def test_the_example_of_a_map_recognises_a_rig_that_names_alone_do_not(tmp_path: Path) -> None:
    (tmp_path / "puppet.toml").write_text(MAP_PAGE.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    puppet = read_map(tmp_path / "puppet.toml")
    table = {ours: f"pup1:{names[0]}" for ours, names in puppet.bones.items()} | {"chest": "pup1:C_S2"}
    rig = named(table.get)
    assert guess(rig) is None
    found = recognise(rig, [*load_maps(), puppet])
    assert found.family == "Puppet" and len(found.bones["spine"]) == 2
    assert puppet.name not in {known.name for known in load_maps()}


def test_the_example_of_a_face_map_recognises_a_face(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "adding_a_face_map.md").read_text(encoding="utf-8")
    (tmp_path / "puppet.toml").write_text(page.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    puppet = read_face_map(tmp_path / "puppet.toml")
    found = recognise_face(["pup1_lid_l", "Pup:pup1_lid_r", "pup1_gape", "Basis"], [*load_face_maps(), puppet])
    assert found.family == "Puppet" and len(found.names) == 3


def test_the_page_lists_every_bone_that_a_map_can_name() -> None:
    ends = {f"{part[:-1]}{end}" for part in SIDED if part[-1].isdigit() for end in "13"}
    assert [b for b in (*TRUNK, *SIDED) if (b in ends or not b[-1].isdigit()) and f"`{b}`" not in MAP_PAGE] == []
