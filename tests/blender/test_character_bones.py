"""Characters with bones missing, renamed or copied play what they have."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import re

import pytest

from tests.blender.characters import CLOSE, apart, carry, directions, edit_bones, signer
from tests.blender.curves import fcurves
from tests.blender.rigs import metarig

FINGERS = [
    f"{finger}.0{segment}" for finger in ("thumb", "f_index", "f_middle", "f_ring", "f_pinky") for segment in (1, 2, 3)
]


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        ("f_|thumb|palm", f"; without {', '.join(FINGERS)}"),
        (
            r"f_ring|.*\.03\.L",
            "; without thumb.03.L, f_index.03.L, f_middle.03.L, f_ring.01, f_ring.02, f_ring.03, f_pinky.03.L",
        ),
        ("shoulder.L", "; without shoulder.L"),
        ("toe|heel|face|spine.002|spine.004|palm", ""),
        ("thigh|shin|foot|toe|heel", "; without thigh, shin, foot"),
    ],
)
def test_what_a_character_lacks_is_left_out_and_told(gone: str, told: str, capfd: pytest.CaptureFixture[str]) -> None:
    source, obj = signer(), metarig()
    with edit_bones(obj) as bones:
        for bone in [bone for bone in bones if re.match(gone, bone.name)]:
            for child in bone.children:
                child.parent = bone.parent
            bones.remove(bone)
    carry(source, obj)
    assert re.search(rf" bones{re.escape(told)}(; face: [^;]*)?\n", capfd.readouterr().out)
    assert apart(directions(source), directions(obj)) < CLOSE


def test_constraints_that_hold_an_arm_are_told(capfd: pytest.CaptureFixture[str]) -> None:
    source, obj = signer(), metarig()
    for name, kind in (
        ("forearm.L", "IK"),
        ("forearm.R", "LIMIT_SCALE"),
        ("hand.L", "COPY_ROTATION"),
        ("hand.R", "IK"),
    ):
        obj.pose.bones[name].constraints.new(kind).mute = name == "hand.R"
    carry(source, obj)
    assert "; constraints hold forearm.L, hand.L, mute them to see the keys\n" in capfd.readouterr().out


def test_names_of_no_family_are_guessed() -> None:
    source, obj = signer(), metarig()
    wanted = directions(source)
    renamed = {"spine": "Hips", "spine.006": "Head", "forearm.L": "lowerarm_l", "f_index.02.L": "Pointer B.L"}
    for old, new in renamed.items():
        obj.data.bones[old].name = new
    carry(source, obj)
    for old, new in renamed.items():
        obj.data.bones[new].name = old
    assert apart(wanted, directions(obj)) < CLOSE


def test_copies_of_bones_stay_still() -> None:
    source, obj = signer(), metarig()
    with edit_bones(obj) as bones:
        for name in ("upper_arm.L", "forearm.L", "hand.L", "f_index.01.L"):
            copy = bones.new(f"{name}.001")
            copy.matrix, copy.length, copy.parent = bones[name].matrix.copy(), bones[name].length, bones[name].parent
    carry(source, obj)
    assert apart(directions(source), directions(obj)) < CLOSE
    assert not any(".001" in path for path, _ in fcurves(obj) if "spine" not in path)
