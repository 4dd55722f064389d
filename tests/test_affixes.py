"""What may stand before and after names: the same as regular expressions tell, but never for ever."""

import re

import pytest

from engine.affixes import LONGEST, bare, check_affixes

NAMES = (
    *("Bip01 L Hand", "Bip001_L_Hand", "Bip Hand", "Bipod", "mixamorig:Hips", "mixamorig12_Hips", "mixamorigHips"),
    *(
        "A01_Jaw_Open",
        "A_x",
        "a01_Jaw",
        "facs_bs_Smile_div2",
        "facs_Smile",
        "facs_ctrl_bs_Smile_div2_div2",
        "viseme_PP",
    ),
    *(
        "v_aa",
        "viseme_v_aa",
        "M_F00_000_00_Fcl_BRW",
        "M_F00_Fcl",
        "x.y",
        "xzy",
        "",
        "_div2",
        "\U0001d7d8Bip\u0663 Hand",
    ),
)


@pytest.mark.parametrize(
    ("prefix", "suffix", "expression"),
    [
        ("Bip# |Bip#_", "", r"^Bip[0-9]*[ _]"),
        ("mixamorig#:|mixamorig#_", "", r"^mixamorig[0-9]*[:_]"),
        ("A#_", "", r"^A[0-9]*_"),
        ("facs_|facs_bs_|facs_ctrl_|facs_jnt_", "_div2", r"^facs_(bs_|ctrl_|jnt_)?|_div2$"),
        ("v_|viseme_", "#", r"^(viseme_|v_)|[0-9]+$"),
        ("M_F#_|M_F#_#_|M_F#_#_#_", "", r"^M_F[0-9]*_([0-9]*_){0,2}"),
        ("x.", "", r"^x\."),
        ("", "", "^$"),
    ],
)
def test_a_name_is_bare_of_what_an_expression_finds(prefix: str, suffix: str, expression: str) -> None:
    for name in NAMES:
        assert bare(name, prefix, suffix) == re.sub(expression, "", name), name


@pytest.mark.parametrize("text", ["#" * (LONGEST - 1) + "x", "#1" * (LONGEST // 2)])
def test_no_map_and_no_name_take_for_ever(text: str) -> None:
    """An expression that gives digits back would try more ways than there is time."""
    check_affixes("prefix", text)
    name = "1" * 2000 + "y"
    assert bare(name, text) == bare(name, "", text) == name


@pytest.mark.parametrize("text", [r"Bip\d+", "(a+)+b", "[ab]", "a{3}", "a?", "^a", "a$", "a" * (LONGEST + 1)])
def test_an_expression_and_what_is_too_long_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="its suffix"):
        check_affixes("suffix", text)
