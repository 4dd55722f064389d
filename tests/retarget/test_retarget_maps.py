"""Rig maps: read, written, recognised, guessed from names, and controls followed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import InputError, OutputError
from engine.retarget.anatomy.segments import rig_rest
from engine.retarget.recognise.guess import guess
from engine.retarget.recognise.map_files import RigMap, load_maps, read_map, write_map
from engine.retarget.recognise.match import FINGERS, Match, without_mechanism
from engine.retarget.recognise.recognise import match_map, recognise, recognise_in_part
from engine.retarget.rig import Rig
from engine.retarget.transfer.transfer import transfer
from engine.skeleton import forward_kinematics
from tests.rigs import MAPS, OURS, joined, makehuman, mixamo, named

FAMILIES = {
    "default": "MakeHuman default",
    "default_no_toes": "MakeHuman default",
    "game_engine": "Unreal mannequin",
    "game_engine_with_breast": "Unreal mannequin",
    "mixamo": "Mixamo",
    "mixamo_unity": "Mixamo",
    "cmu_mb": "CMU",
    "human": "Rigify metarig",
    "human_toes": "Rigify metarig",
}
#: Names that are nobody's: our bones by those of a studio, {s} a side; what a style does not name is left out.
STYLES: dict[str, tuple[tuple[str, str], dict[str, str]]] = {
    "joints": (
        ("L", "R"),
        {
            "pelvis": "Hips",
            "spine": "Spine_01",
            "chest": "Spine_02",
            "head": "Head",
            "shoulder": "Clavicle_{s}",
            "upper_arm": "Shoulder_{s}",
            "forearm": "Elbow_{s}",
            "hand": "Hand_{s}",
            "thigh": "UpperLeg_{s}",
            "shin": "LowerLeg_{s}",
            "foot": "Ankle_{s}",
            "heel": "Ball_{s}",
            **{f"{f}.0{k}": f"{f.removeprefix('f_')}Finger_0{k}_{{s}}" for f in FINGERS for k in (1, 2, 3)},
        },
    ),
    "glued, numbers from 0, with metacarpals": (
        ("l", "r"),
        {
            "pelvis": "cog",
            "spine": "waist",
            "chest": "torso",
            "head": "head",
            "shoulder": "{s}collar",
            "upper_arm": "{s}upperarm",
            "forearm": "{s}lowerarm",
            "hand": "{s}hand",
            "thigh": "{s}thigh",
            "shin": "{s}calf",
            "foot": "{s}foot",
            "heel": "{s}toe",
            **{f"thumb.0{k}": f"{{s}}thumb{k - 1}" for k in (1, 2, 3)},
            **{f"f_middle.0{k}": f"{{s}}mid{k - 1}" for k in (1, 2, 3)},
            **{f"palm.{f}": f"{{s}}{f}0" for f in ("index", "ring", "pinky")},
            **{f"f_{f}.0{k}": f"{{s}}{f}{k}" for f in ("index", "ring", "pinky") for k in (1, 2, 3)},
        },
    ),
    "anatomy": (
        ("left", "right"),
        {
            "pelvis": "Armature_Pelvis",
            "spine": "Armature_Abdomen",
            "chest": "Armature_Thorax",
            "head": "Armature_Head",
            "shoulder": "Armature_{s}Scapula",
            "upper_arm": "Armature_{s}Arm",
            "forearm": "Armature_{s}Radius",
            "hand": "Armature_{s}Wrist",
            "thigh": "Armature_{s}Femur",
            "shin": "Armature_{s}Tibia",
            "foot": "Armature_{s}Foot",
            "heel": "Armature_{s}Toe",
            **{
                f"{f}.0{k}": f"Armature_{{s}}{word}{segment}"
                for f, word in zip(FINGERS, ("Thumb", "Pointer", "Middle", "Ring", "Little"), strict=True)
                for k, segment in enumerate(("Proximal", "Intermediate", "Distal"), 1)
            },
        },
    ),
}


def styled(style: str) -> tuple[Rig, dict[str, str]]:
    """A rig in a style, and our bone -> its name."""
    words, table = STYLES[style]
    sides = dict(zip("LR", words, strict=True))

    def rename(ours: str) -> str | None:
        part, side = (ours[:-2], sides[ours[-1]]) if ours[-2:] in (".L", ".R") else (ours, "")
        return table[part].format(s=side) if part in table else None

    return named(rename), {ours: name for ours in OURS.names if (name := rename(ours))}


def names_of(rig: Rig, found: Match) -> dict[str, tuple[str, ...]]:
    return {ours: tuple(rig.names[bone] for bone in bones) for ours, bones in found.bones.items()}


@pytest.mark.parametrize("name", FAMILIES)
def test_rigs_of_makehuman_are_recognised_and_point_where_we_do(name: str) -> None:
    rig = makehuman(name)
    found = recognise(rig, MAPS)
    assert found.family == FAMILIES[name] and not found.missing
    angles = np.random.default_rng(1).uniform(OURS.lower, OURS.upper, (5, len(OURS.freedoms)))
    own = forward_kinematics(OURS, OURS.clamp(angles), OURS.lengths).rotations
    world = transfer(rig, found, OURS, OURS.clamp(angles))
    rest = rig_rest(rig, found)
    for side in "LR":
        chains = [("upper_arm", "forearm"), ("forearm", "hand"), ("thigh", "shin"), ("shin", "foot")]
        for start, end in chains + [(f"{finger}.01", f"{finger}.02") for finger in FINGERS]:
            if f"{start}.{side}" not in found.bones or f"{end}.{side}" not in found.bones:
                assert name == "cmu_mb" and start[-1] == "1"
                continue
            first, last = found.bones[f"{start}.{side}"][0], found.bones[f"{end}.{side}"][0]
            along = world[:, first] @ rig.rest[first].T @ (rig.heads[last] - rig.heads[first])
            wanted = own[:, OURS.names.index(f"{start}.{side}"), :, 1] @ rest.body.T
            along /= np.linalg.norm(along, axis=1, keepdims=True)
            np.testing.assert_allclose(along, wanted, atol=1e-6, err_msg=start)


@pytest.mark.parametrize("name", [name for name in FAMILIES if "human" not in name])  # whose head is spine.006
def test_a_guess_from_names_agrees_with_the_map(name: str) -> None:
    rig = makehuman(name)
    found, guessed = recognise(rig, MAPS), guess(rig)
    assert guessed is not None and guessed.family == "by name"
    unnamed = ("palm", "forearm_twist")
    if name in ("default", "default_no_toes", "cmu_mb"):  # finger2-1, FingerBase
        unnamed += ("f_", "thumb")
    for ours, bones in found.bones.items():
        assert ours.startswith(unnamed) or guessed.bones[ours][0] == bones[0], ours


@pytest.mark.parametrize("style", STYLES)
def test_unknown_names_are_guessed(style: str) -> None:
    rig, table = styled(style)
    found = recognise(rig, MAPS)
    assert found.family == "by name" and set(found.missing) == {"neck"}
    guessed = names_of(rig, found)
    assert guessed.pop("spine") == (table.pop("spine"), table.pop("chest"))
    wanted = {ours.replace("heel", "toe"): (name,) for ours, name in table.items() if not ours.startswith("palm")}
    assert guessed == wanted


def test_a_renamed_upper_arm_does_not_hide_a_mixamo_character() -> None:
    plain, rig = mixamo(), mixamo(LeftArm="Arm_L_upper", RightHandIndex2="pointer.b.R")
    assert recognise(plain, MAPS).family == "Mixamo"
    found = recognise(rig, MAPS)
    assert found.family == "by name" and found.bones == recognise(plain, MAPS).bones


def test_what_a_known_family_lacks_is_found_by_name() -> None:
    rig = mixamo(LeftShoulder="Clavicle.L", RightHandIndex2="pointer.b.R", LeftHandRing1="Something")
    found = recognise(rig, MAPS)
    names = names_of(rig, found)
    assert found.family == "Mixamo" and names["shoulder.L"] == ("Clavicle.L",)
    assert names["f_index.02.R"] == ("pointer.b.R",)
    assert set(found.missing) == {"neck", "f_ring.01.L"}


def test_twists_and_tips_are_no_segments() -> None:
    _, table = styled("joints")
    table |= {"chest": "Spine_twist", "heel.L": "Foot_end_L", "heel.R": "FootTwist_R", "eye.L": "Head_tip"}
    rig = named(table.get)
    found = recognise(rig, MAPS)
    names = names_of(rig, found)
    assert names["spine"] == ("Spine_01",) and names["head"] == ("Head",) and set(found.missing) == {"neck"}
    assert not {"toe.L", "toe.R"} & set(names)


def test_bones_called_after_the_joint_they_end_at_are_not_guessed() -> None:
    rig = makehuman("openpose")
    renamed = {"LEye": "Head", "LAnkle": "x", "RAnkle": "y"}
    person = replace(rig, names=tuple(renamed.get(name, name) for name in rig.names))
    for unusable in (rig, person):
        with pytest.raises(InputError, match="fits no known rig"):
            recognise(unusable, MAPS)


def test_of_an_unknown_control_rig_nothing_is_guessed() -> None:
    _, table = styled("joints")
    with pytest.raises(InputError, match="fits no known rig"):
        recognise(named((table | {"nose": "MCH-nose"}).get), MAPS)


@pytest.mark.parametrize("rig", [styled("joints")[0], mixamo()], ids=["guessed", "Mixamo"])
def test_duplicates_never_win_over_plain_names(rig: Rig) -> None:
    plain = recognise(rig, MAPS)
    assert recognise(joined(rig, rig), MAPS) == plain
    after = joined(replace(rig, names=tuple(f"{name}.001" for name in rig.names)), rig)
    assert names_of(after, recognise(after, MAPS)) == names_of(rig, plain)


def test_of_two_characters_in_one_armature_the_first_counts() -> None:
    second = replace(mixamo(), names=tuple(name.replace("rig", "rig1") for name in mixamo().names))
    assert recognise(joined(mixamo(), second), MAPS) == recognise(mixamo(), MAPS)


def test_a_users_map_wins_a_tie() -> None:
    rig = mixamo()
    own = RigMap("mine", "me", "", "", {ours: (n[0],) for ours, n in names_of(rig, recognise(rig, MAPS)).items()})
    own = replace(own, bones=own.bones | {"spine": names_of(rig, recognise(rig, MAPS))["spine"]})
    assert recognise(rig, [own, *MAPS]).family == "mine"
    assert recognise(rig, [*MAPS, own]).family == "Mixamo"


def test_spaces_may_have_become_underscores() -> None:
    biped = next(known for known in MAPS if known.name == "3ds Max Biped")
    for space in " _":
        table = {ours: f"Bip001 {names[0]}".replace(" ", space) for ours, names in biped.bones.items()}
        found = recognise(named(table.get), MAPS)
        assert found.family == "3ds Max Biped" and set(found.missing) == {"neck"}


def test_an_error_names_what_the_nearest_family_lacks() -> None:
    with pytest.raises(InputError, match=r"nearest, Mixamo, LeftArm is missing\); name the bones in the map editor"):
        recognise(mixamo(LeftArm="x"), MAPS)
    rig = mixamo()
    hand = rig.names.index("mixamorig:LeftHand")
    torn = replace(rig, parents=tuple(0 if bone == hand else parent for bone, parent in enumerate(rig.parents)))
    with pytest.raises(InputError, match="mixamorig:LeftHand does not hang on mixamorig:LeftForeArm"):
        recognise(torn, MAPS)
    with pytest.raises(InputError, match="and 4 more"):
        recognise(named({"pelvis": "Hips", "head": "x"}.get), [known for known in MAPS if known.name == "Mixamo"])
    for nobody in (named({"pelvis": "a", "head": "b"}.get), named(lambda _: None)):
        with pytest.raises(InputError, match="none of its bones is named like a person's"):
            recognise(nobody, MAPS)


def test_controls_hang_on_each_other_as_in_a_body_and_settings_are_those_of_the_rig() -> None:
    rigify = next(known for known in MAPS if known.name == "Rigify")
    table = {ours: names[0] for ours, names in rigify.bones.items()} | {"chest": "spine_fk.003"}
    table |= {"nose": "torso mechanism", "eye.L": "upper_arm_parent.L"}
    rig = named(table.get)
    # All but the spine and the arms hang on a bone of the mechanism, as fingers do on ORG- bones.
    mechanism = rig.names.index("torso mechanism")
    loose = tuple(
        mechanism if name.startswith(("f_", "thumb")) else p for name, p in zip(rig.names, rig.parents, strict=True)
    )
    found = recognise(replace(rig, parents=loose), MAPS)
    assert found.controls and set(found.settings) == {"torso", "upper_arm_parent.L"}
    assert found.settings["upper_arm_parent.L"] == {"IK_FK": 1.0, "FK_limb_follow": 0.0}
    own, renumbered = without_mechanism(replace(rig, parents=loose), found)
    assert names_of(own, renumbered) == names_of(rig, found) and len(own.names) == len(rig.names) - 2
    parents = {name: own.names[p] if p >= 0 else "" for name, p in zip(own.names, own.parents, strict=True)}
    assert all(own.names.index(parent) < own.names.index(name) for name, parent in parents.items() if parent)
    chain = ["f_ring.02.R", "f_ring.01.R", "hand_fk.R", "forearm_fk.R", "upper_arm_fk.R", "shoulder.R"]
    chain += ["spine_fk.003", "spine_fk.002", "torso", ""]
    assert [parents[name] for name in chain[:-1]] == chain[1:]
    assert parents["thigh_fk.L"] == "torso" and parents["head"] == "spine_fk.003"
    for name in own.names:
        np.testing.assert_array_equal(own.heads[own.names.index(name)], rig.heads[rig.names.index(name)])
        np.testing.assert_array_equal(own.rest[own.names.index(name)], rig.rest[rig.names.index(name)])


def test_an_ordinary_rig_stays_as_it_is() -> None:
    rig = mixamo()
    found = recognise(rig, MAPS)
    assert without_mechanism(rig, found) == (rig, found)


@pytest.mark.parametrize("known", MAPS, ids=lambda known: known.name)
def test_every_map_matches_its_own_names(known: RigMap) -> None:
    """Names of one family belong to it alone, whichever maps there are."""
    table = {ours: names[0] for ours, names in known.bones.items()} | {"chest": known.bones["spine"][-1]}
    table |= dict(zip(("nose", "eye.L", "eye.R"), known.tells, strict=False))
    rig = named(table.get)
    assert match_map(rig, known) is not None
    assert recognise(rig, MAPS).family == known.name


def test_a_written_map_reads_back_equal(tmp_path: Path) -> None:
    odd = {"pelvis": ('a "b" \\ c',), "spine": ("背骨\t1", "😀\x7f"), "hand.L": ("{S} {x}", "l'été\n")}
    known = RigMap("my map", "me", "", "rig#:|rig ", odd, True, {'parent "x"': {"IK/FK": 0.5}, "y": {}})
    write_map(known, tmp_path / "new" / "mine.toml")
    assert read_map(tmp_path / "new" / "mine.toml") == known
    for bundled in MAPS:
        write_map(bundled, tmp_path / "again.toml")
        assert read_map(tmp_path / "again.toml") == bundled
    assert not list(tmp_path.glob(".*")) and not list((tmp_path / "new").glob(".*"))


def test_a_map_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").mkdir()
    with pytest.raises(OutputError, match=r"Cannot write .*mine\.toml"):
        write_map(MAPS[0], tmp_path / "mine.toml")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


HEAD = 'name = "a"\nsource = "b"\n'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"name = ", "Invalid value"),
        (b'name = "\xff"', "utf-8"),
        (b'source = "b"', "its name has to be a text"),
        (b'name = "a"', "its source has to be a text"),
        (b'name = 1\nsource = "b"', "its name has to be a text"),
        (HEAD + "hand = 3", "'hand' has to be the name"),
        (HEAD + 'pelvis = ["a", 3]', "'pelvis' has to be the name"),
        (HEAD + "pelvis = []", "'pelvis' has to be the name"),
        (HEAD + 'tail = "{S}"', "'tail' is no bone of ours"),
        (HEAD + 'hand = "hand"', "'hand' is no bone of ours with a side"),
        (HEAD + 'prefix = "(a+)+b"', "its prefix has a \\(, but is no regular expression"),
        (HEAD + 'controls = "yes"', "controls has to be true or false"),
        (HEAD + "settings = 1", "'settings' have to be numbers"),
        (HEAD + "[settings]\na = 1", "'a' have to be numbers"),
        (HEAD + '[settings]\na = { b = "1" }', "'a' have to be numbers"),
    ],
)
def test_a_broken_map_is_named_with_its_fault(tmp_path: Path, text: bytes | str, reason: str) -> None:
    file = tmp_path / "broken.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError, match=reason) as raised:
        load_maps(tmp_path)
    assert str(raised.value).startswith(f"{file} is no rig map: ") and "\n" not in str(raised.value)


def test_a_map_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"Cannot read the rig map .*none\.toml"):
        read_map(tmp_path / "none.toml")


def without_separators(name: str) -> str | None:
    """As some games' exporters write it: the side at the end of the word, first segments without a number."""
    middle = {"pelvis": "Hips", "spine": "Spine", "chest": "Chest", "head": "Head"}
    limbs = {"upper_arm": "UpperArm", "forearm": "LowerArm", "hand": "Hand", "thigh": "UpperLeg", "shin": "LowerLeg"}
    limbs["foot"] = "Foot"
    fingers = {"thumb": "Thumb", "f_index": "Index", "f_middle": "Middle", "f_ring": "Ring", "f_pinky": "Little"}
    part, _, side = name.rpartition(".")
    finger, _, segment = part.rpartition(".")
    if finger in fingers:
        return f"{fingers[finger]}{int(segment) - 1 or ''}{side}"
    return middle.get(name) or (f"{limbs[part]}{side}" if part in limbs else None)


def called_alike(name: str) -> str | None:
    """As CesiumMan's, whose limbs are chains of one name, counted either way, and whose head is a neck."""
    middle = {"pelvis": "Skeleton_torso_joint_1", "spine": "torso_joint_2", "chest": "torso_joint_3"}
    arm, leg = {"upper_arm": 4, "forearm": 3, "hand": 2}, {"thigh": 1, "shin": 2, "foot": 3, "heel": 5}
    part, _, side = name.rpartition(".")
    if part in arm:
        return f"Skeleton_arm_joint_{side}__{arm[part]}_"
    if name == "head":
        return "Skeleton_neck_joint_2"
    return middle.get(name) or (f"leg_joint_{side}_{leg[part]}" if part in leg else None)


@pytest.mark.parametrize("rename", [without_separators, called_alike])
def test_names_of_no_family_are_guessed_right(rename: Callable[[str], str | None]) -> None:
    rig = named(rename)
    matched = recognise(rig, MAPS)
    assert matched.family == "by name"
    segments = [name for name in OURS.names if rename(name) and name.rpartition(".")[0] != "heel" and name != "chest"]
    assert {"upper_arm.L", "hand.R", "shin.L"} <= {*segments}
    for name in segments:
        assert rename(name) in [rig.names[bone] for bone in matched.bones[name]], name


def test_a_family_is_told_from_another_of_the_same_names_by_its_other_bones() -> None:
    table = {ours: names[0] for ours, names in next(k for k in MAPS if k.name == "Mixamo").bones.items()}
    plain = {**table, "chest": "Spine1", "eye.L": "LeftEye", "eye.R": "RightEye", "nose": "HeadTop_End"}
    assert recognise(named(plain.get), MAPS).family == "Ready Player Me"
    prefixed = {ours: f"mixamorig:{name}" for ours, name in plain.items()}
    assert recognise(named(prefixed.get), MAPS).family == "Mixamo"
    assert recognise(named({**table, "chest": "Spine1"}.get), MAPS).family == "Mixamo"


def test_an_unknown_rig_is_of_no_family_and_what_it_names_is_there() -> None:
    rig = named({"pelvis": "root", "head": "skull", "upper_arm.L": "upperarm_l", "hand.L": "hand_l"}.get)
    matched = recognise_in_part(rig, MAPS)
    assert matched.family == "" and rig.names[matched.bones["hand.L"][0]] == "hand_l"
