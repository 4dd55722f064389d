"""Who imports whom: no circles, arrows one way only, nothing from outside in what ships, no test from a test."""

import ast
import graphlib
import sys
from pathlib import Path

import pytest

from engine.packaging.extension import stage
from tests.imports import Module, edges, modules_in, unresolved

ROOT = Path(__file__).resolve().parents[1]
#: The engine's packages and modules: each imports only what is in a line above its own.
ORDER = (
    ("child", "digests", "errors", "geometry", "process"),
    ("files", "options"),
    ("network",),
    ("face",),
    ("keypoints", "patterns"),
    ("arguments", "cameras", "skeleton"),
    ("detection",),
    ("points",),
    ("lifting", "motion", "retarget"),
    ("activity", "cut", "doubt", "head", "letters", "person_file", "placement", "resample", "take"),
    ("events", "live_link", "sentence", "track"),
    ("elan",),
    ("formats",),
    ("batch",),
    ("commands",),
    ("__main__", "calibration", "training"),
    ("packaging",),
)
BLENDER = {"addon_utils", "bmesh", "bpy", "bpy_extras", "gpu", "gpu_extras", "mathutils"}
#: What the bundled wheels hold.
WHEELS = {"absl", "av", "c3d", "defusedxml", "flatbuffers", "mediapipe", "pympi", "tqdm"}
OUTSIDE = {*sys.stdlib_module_names, "numpy", *BLENDER, *WHEELS}


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)


def circle(folder: Path, *parts: str) -> list[str]:
    """The modules of a circle of imports, if there is one."""
    try:
        graphlib.TopologicalSorter(edges(modules_in(folder, "sign_mocap", *parts))).prepare()
    except graphlib.CycleError as error:
        return error.args[1]
    return []


def test_no_modules_import_one_another_in_a_circle() -> None:
    assert not circle(ROOT, "engine", "addon")


def test_a_circle_is_found(tmp_path: Path) -> None:
    write(tmp_path, a="from . import b", b="def later():\n    from .a import name")
    assert {*circle(tmp_path)} == {"sign_mocap.a", "sign_mocap.b"}


def test_packages_of_the_engine_import_in_one_direction() -> None:
    line = {name: number for number, names in enumerate(ORDER) for name in names}
    wrong: list[str] = []
    for name, imported in edges(modules_in(ROOT, "sign_mocap", "engine")).items():
        own = name.split(".")[2:3]
        others = {other.split(".")[2] for other in imported} - {*own}
        wrong += [f"{name} imports {other}" for other in others if line[other] >= line[own[0]]]
    assert not wrong


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Module]:
    """The modules of the zip, before they are packed."""
    folder = tmp_path_factory.mktemp("zip")
    stage(folder)
    return modules_in(folder, "sign_mocap")


def test_what_ships_imports_only_what_ships(shipped: dict[str, Module]) -> None:
    assert {"sign_mocap", "sign_mocap.addon.ui.panel", "sign_mocap.engine.track"} <= {*shipped}
    assert not unresolved(shipped, OUTSIDE)


def test_the_engine_that_ships_knows_neither_blender_nor_the_addon(shipped: dict[str, Module]) -> None:
    assert not unresolved({name: own for name, own in shipped.items() if ".addon" not in name}, OUTSIDE - BLENDER)


@pytest.mark.parametrize(
    "line",
    [
        "from ..engine.training.clips import load",
        "from ..engine import training",
        "from ...engine import track",
        "import engine.track",
        "import torch",
        "def later():\n    from ..addon.demo import command",
    ],
)
def test_an_import_of_what_does_not_ship_is_found(line: str, shipped: dict[str, Module]) -> None:
    wrong = Module("sign_mocap.addon.wrong", False, ast.parse(line))
    (lost,) = unresolved(shipped | {wrong.name: wrong}, OUTSIDE)
    assert lost.startswith("sign_mocap.addon.wrong imports ")


def test_no_test_imports_a_test() -> None:
    imported = edges(modules_in(ROOT / "tests", "tests"))
    assert "tests.rigs" in imported["tests.retarget.test_retarget"]
    assert not [name for name, others in imported.items() if any(".test_" in other for other in others)]
