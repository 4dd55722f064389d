"""Shape keys are told by their names, however a family spells them; a map that is none says why."""

from pathlib import Path

import pytest

from engine.errors import InputError
from engine.face.names import FACE_NAMES
from engine.retarget.face.map_files import FaceMap, load_face_maps, read_face_map
from engine.retarget.face.recognise import plain, recognise_face

MAPS = load_face_maps()
SPELLED = ["{}", "blendShape1.{}", "head_lod0_mesh__{}", "Wolf3D_Head:{}", "A25_{}"]


@pytest.mark.parametrize("known", MAPS, ids=lambda known: known.name)
def test_every_map_recognises_its_own_keys(known: FaceMap) -> None:
    found = recognise_face([*known.keys, "Basis", "Body Fat"], MAPS)
    assert found.family == known.name and len(found.names) == len(known.keys)
    assert all(names == (key,) for key, names in found.names.items())


@pytest.mark.parametrize("known", MAPS, ids=lambda known: known.name)
def test_no_two_keys_of_a_map_read_alike(known: FaceMap) -> None:
    assert len({*map(plain, known.keys)}) == len(known.keys)


@pytest.mark.parametrize("around", SPELLED)
@pytest.mark.parametrize("write", ["camel", "Pascal", "snake", "letter", "dotted"])
def test_arkits_names_are_read_however_they_are_spelled(around: str, write: str) -> None:
    def spell(name: str) -> str:
        snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
        short = name.replace("Left", "_L").replace("Right", "_R")
        ways = {"camel": name, "Pascal": name[0].upper() + name[1:], "snake": snake, "letter": short}
        return ways.get(write, short.replace("_", "."))

    written = {around.format(spell(name)): name for name in FACE_NAMES}
    found = recognise_face(written, MAPS)
    assert found.family == "ARKit" and found.missing == ()
    for key, (name,) in found.names.items():
        assert found.looks[key] == {written[name]: 1.0}


@pytest.mark.parametrize(
    ("names", "family"),
    [
        ("Fcl_MTH_A Fcl_MTH_I Fcl_EYE_Close_L", "VRoid"),
        ("Face.M_F00_000_00_Fcl_MTH_A Face.M_F00_000_00_Fcl_EYE_Close", "VRoid"),
        ("A I U E O Blink Blink_L Blink_R Joy", "VRM"),
        ("aa ih ou ee oh blink lookUp happy", "VRM"),
        ("viseme_sil viseme_PP viseme_aa viseme_O mouthOpen mouthSmile", "Oculus visemes"),
        ("vrc.v_aa vrc.v_oh vrc.v_ou vrc.v_pp vrc.blink_left", "Oculus visemes"),
        ("Brow_Raise_Inner_L Brow_Raise_Inner_R Mouth_Smile_L V_Open Eye_Blink_L", "Character Creator"),
        ("facs_bs_MouthSmileLeft_div2 facs_jnt_EyesWideLeft facs_ctrl_BrowInnerUp", "Daz Genesis 8.1 and 9"),
        ("Genesis8Female__eCTRLEyesClosedL Genesis8Female__eCTRLMouthOpen", "Daz Genesis 3 and 8"),
        ("Facial_Blends.Blink_Left Facial_Blends.MouthOpen Facial_Blends.BrowsUp_Left", "Mixamo Fuse"),
        ("mouth_open brow_mid_up_left mouth_corner_up_right", "MakeHuman"),
        ("mouth-open eyebrows-left-down eye-right-closure", "MakeHuman"),
        ("Basis Fat Muscular jawOpen", ""),
        ("", ""),
    ],
)
def test_a_family_is_told_by_its_names(names: str, family: str) -> None:
    assert recognise_face(names.split(), MAPS).family == family


def test_of_visemes_beside_arkits_keys_the_latter_count() -> None:
    both = [*FACE_NAMES, *(f"viseme_{name}" for name in ("PP", "FF", "aa", "O", "U"))]
    assert recognise_face(both, MAPS).family == "ARKit"


def test_the_same_key_of_several_meshes_is_one() -> None:
    found = recognise_face(["body.viseme_aa", "teeth.viseme_aa", "body.viseme_O"], MAPS)
    assert found.names["aa"] == ("body.viseme_aa", "teeth.viseme_aa")


HEAD = 'name = "a"\nsource = "b"\n'


def test_a_row_names_both_sides(tmp_path: Path) -> None:
    rows = (
        '"up {S}" = "browOuterUp{Side}"\nboth = { "mouthSmile{Side}" = 0.5, jawOpen = 1 }\n"x_{side}" = "cheekPuff"\n'
    )
    (tmp_path / "own.toml").write_text(HEAD + "[keys]\n" + rows)
    assert read_face_map(tmp_path / "own.toml").keys == {
        "up L": {"browOuterUpLeft": 1.0},
        "up R": {"browOuterUpRight": 1.0},
        "both": {"mouthSmileLeft": 0.5, "mouthSmileRight": 0.5, "jawOpen": 1.0},
        "x_left": {"cheekPuff": 1.0},
        "x_right": {"cheekPuff": 1.0},
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"name = ", "Invalid value"),
        (b'name = "\xff"', "utf-8"),
        (b'source = "b"', "its name has to be a text"),
        (HEAD + "prefix = 3", "its prefix has to be a text"),
        (HEAD + 'suffix = "(a|b)"', "its suffix has a \\(, but is no regular expression"),
        (HEAD + "jaw_bone = 1", "jaw_bone has to be true or false"),
        (HEAD, r"it has no table \[keys\]"),
        (HEAD + "[keys]", r"it has no table \[keys\]"),
        (HEAD + "keys = 3", r"it has no table \[keys\]"),
        (HEAD + 'jawOpen = "x"\n[keys]\na = "jawOpen"', "'jawOpen' is unknown"),
        (HEAD + "[keys]\na = 3", "'a' has to be a coefficient, or a table"),
        (HEAD + "[keys]\na = {}", "'a' has to be a coefficient, or a table"),
        (HEAD + '[keys]\na = "jawopen"', "'jawopen' of 'a' is no coefficient of a face"),
        (HEAD + '[keys]\na = { jawOpen = "1" }', "'jawOpen' of 'a' has to be a number"),
        (HEAD + "[keys]\na = { jawOpen = 0 }", "'jawOpen' of 'a' has to be a number other than 0"),
        (HEAD + '[keys]\n"a{S}" = "eyeBlink"', "'eyeBlink' of 'a{S}' is no coefficient"),
    ],
)
def test_a_broken_map_is_named_with_its_fault(tmp_path: Path, text: bytes | str, reason: str) -> None:
    file = tmp_path / "broken.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError, match=reason) as raised:
        load_face_maps(tmp_path)
    assert str(raised.value).startswith(f"{file} is no face map: ") and "\n" not in str(raised.value)


def test_a_map_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"Cannot read the face map .*none\.toml"):
        read_face_map(tmp_path / "none.toml")
