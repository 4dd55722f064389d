"""The map editor: bones listed, named by hand, saved, and used."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from collections.abc import Iterator
from pathlib import Path

import bpy
import pytest

from engine.retarget.recognise.map_files import read_map
from tests.blender.motions import addon
from tests.blender.rigs import metarig

#: What no name and no map says anything about.
STRANGE = {"forearm.L": "quux", "f_ring.01.L": "corge", "f_ring.02.L": "grault", "f_ring.03.L": "garply"}


@pytest.fixture
def character() -> bpy.types.Object:
    """A metarig, some bones of which bear strange names."""
    obj = metarig()
    for name, strange in STRANGE.items():
        obj.data.bones[name].name = strange
    return obj


@pytest.fixture
def maps() -> Iterator[Path]:
    """The folder of the user's own maps, empty again afterwards."""
    folder = addon("character.known_maps").user_folder(create=True)
    yield folder
    for path in folder.glob("*.toml"):
        path.unlink()


def rows(obj: bpy.types.Object) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in obj.data.sign_mocap.rows:
        found.setdefault(row.name, []).append(row.bone)
    return found


def name_by_hand(obj: bpy.types.Object) -> None:
    for row in obj.data.sign_mocap.rows:
        row.bone = STRANGE.get(row.name, row.bone)


def test_an_unknown_rig_is_listed_and_what_is_missing_comes_first(character: bpy.types.Object) -> None:
    with pytest.raises(Exception, match="map editor"):
        addon("character.character").CharacterObject.of(character)
    assert bpy.ops.armature.sign_mocap_name_bones() == {"FINISHED"}
    found = rows(character)
    assert found["forearm.L"] == [""] and found["forearm.R"] == ["forearm.R"]
    assert found["spine"] == ["spine.001", "spine.002", "spine.003"]
    first = [row.name for row in character.data.sign_mocap.rows][: len(STRANGE)]
    assert set(first) == set(STRANGE)


def test_bones_named_by_hand_are_used(character: bpy.types.Object) -> None:
    bpy.ops.armature.sign_mocap_name_bones()
    name_by_hand(character)
    recognised = addon("character.character").CharacterObject.of(character).character
    named = {ours: [recognised.rig.names[bone] for bone in bones] for ours, bones in recognised.match.bones.items()}
    assert {ours: named[ours] for ours in STRANGE} == {ours: [bone] for ours, bone in STRANGE.items()}
    assert bpy.ops.armature.sign_mocap_forget_bones() == {"FINISHED"}
    with pytest.raises(Exception, match="map editor"):
        addon("character.character").CharacterObject.of(character)


def test_a_saved_map_recognises_another_such_rig(character: bpy.types.Object, maps: Path) -> None:
    bpy.ops.armature.sign_mocap_name_bones()
    name_by_hand(character)
    character.data.sign_mocap.family = 'My "studio" rig'
    assert bpy.ops.armature.sign_mocap_save_map() == {"FINISHED"}
    (path,) = maps.glob("*.toml")
    assert read_map(path).bones["forearm.L"] == ("quux",)
    twin = character.copy()
    twin.data = character.data.copy()
    twin.data.sign_mocap.rows.clear()
    bpy.context.scene.collection.objects.link(twin)
    assert addon("character.character").CharacterObject.of(twin).character.match.family == 'My "studio" rig'


def test_a_broken_map_of_the_users_is_one_sentence(character: bpy.types.Object, maps: Path) -> None:
    (maps / "broken.toml").write_text("name = 3")
    with pytest.raises(RuntimeError, match=r"broken\.toml"):
        bpy.ops.armature.sign_mocap_name_bones()
    assert not character.data.sign_mocap.rows


def test_nothing_to_save_is_one_sentence(character: bpy.types.Object) -> None:
    with pytest.raises(RuntimeError, match="list the bones first"):
        bpy.ops.armature.sign_mocap_save_map()
    assert character.name == "metarig"


def test_a_saved_map_is_renamed_and_deleted(character: bpy.types.Object, maps: Path) -> None:
    bpy.ops.armature.sign_mocap_name_bones()
    name_by_hand(character)
    bpy.ops.armature.sign_mocap_save_map()
    (path,) = maps.glob("*.toml")
    assert bpy.ops.wm.sign_mocap_rename_map(path=str(path), name="Our studio") == {"FINISHED"}
    (renamed,) = maps.glob("*.toml")
    assert renamed.stem == "Our_studio" and read_map(renamed).name == "Our studio"
    with pytest.raises(Exception, match="already"):
        bpy.ops.wm.sign_mocap_rename_map(path=str(renamed), name="Our studio")
    assert bpy.ops.wm.sign_mocap_delete_map(path=str(renamed)) == {"FINISHED"}
    assert not list(maps.glob("*.toml"))
