"""Weights and bundles that are not those that were learnt and built are refused."""

import shutil
from pathlib import Path

import pytest

from engine.detection import landmarkers
from engine.detection.landmarkers import HANDS, Landmarker
from engine.digests import SUMS, digest
from engine.errors import ModelError
from engine.network import read_layers
from engine.packaging.sums import FOLDERS


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_the_sums_are_those_of_all_weights(folder: Path) -> None:
    told = {name: sha for sha, name in map(str.split, (folder / SUMS).read_text().splitlines())}
    assert told == {path.name: digest(path) for path in folder.glob("*.npz")}, "run python -m engine.packaging.sums"


def test_weights_that_were_changed_are_refused(tmp_path: Path) -> None:
    own = shutil.copytree(FOLDERS[1], tmp_path / "weights")
    other = (own / "hand_lengths.npz").read_bytes()
    (own / "body_lengths.npz").write_bytes(other)
    with pytest.raises(ModelError, match="missing or damaged"):
        read_layers(own / "body_lengths.npz", 1, 1)


def test_a_bundle_that_was_changed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landmarkers, "MODELS_DIR", tmp_path)
    (tmp_path / HANDS.bundle).write_bytes(b"another")
    with pytest.raises(ModelError, match="not the one that was built"):
        Landmarker(HANDS, tmp_path, video=False)
