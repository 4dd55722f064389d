"""Files that tell of more than they hold, or would become more than fits, take no memory."""

import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from engine.files import LARGEST_SETTINGS, LARGEST_SMALL, parse_toml, read_array, read_arrays, read_text, written_whole


def header(shape: str, kind: str = "<f8") -> bytes:
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


@pytest.mark.parametrize("shape", ["(1099511627776,)", "(-1,)", "(4294967296, 4294967296, 4294967296)", "(9, 1)"])
def test_an_array_that_tells_of_more_than_there_is_is_refused(shape: str, tmp_path: Path) -> None:
    (tmp_path / "told.npy").write_bytes(header(shape) + bytes(64))
    with pytest.raises(ValueError, match=r"header tells|is cut"):
        read_array(tmp_path / "told.npy")
    with zipfile.ZipFile(tmp_path / "told.npz", "w") as archive:
        archive.write(tmp_path / "told.npy", "told.npy")
    with pytest.raises(ValueError, match=r"header tells|is cut"):
        read_arrays(tmp_path / "told.npz")


@pytest.mark.parametrize("text", [b"\0" * 20, b"(" * 20, b"{'descr': [", b"{'descr': '|O', 'fortran_order': 0}"])
def test_a_header_that_is_none_is_refused(text: bytes, tmp_path: Path) -> None:
    (tmp_path / "odd.npy").write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text)
    with pytest.raises(ValueError, match="header is none of NumPy's"):
        read_array(tmp_path / "odd.npy")


def test_pickled_objects_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "objects.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="header tells"):
        read_array(tmp_path / "objects.npy")


def test_an_archive_that_would_grow_beyond_measure_is_refused(tmp_path: Path) -> None:
    bomb, block = tmp_path / "bomb.npz", bytes(2**20)
    packed = zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with packed as archive, archive.open("zeros.npy", "w") as file:
        file.write(header(f"({LARGEST_SMALL},)", "|i1"))
        for _ in range(LARGEST_SMALL // len(block)):
            file.write(block)
    assert bomb.stat().st_size < LARGEST_SMALL / 100
    with pytest.raises(ValueError, match="would grow to 256 MB"):
        read_arrays(bomb)


@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_are_read_as_numpy_reads_them(order: str, tmp_path: Path) -> None:
    square = np.arange(4.0).reshape(2, 2)
    arrays = {"a": square.T if order == "F" else square, "b": np.array("é"), "c": np.zeros((0, 3), bool)}
    np.savez_compressed(tmp_path / "some.npz", **arrays)
    read = read_arrays(tmp_path / "some.npz")
    with np.load(tmp_path / "some.npz") as theirs:
        assert read.keys() == theirs.keys() == arrays.keys()
        for name in arrays:
            np.testing.assert_array_equal(read[name], theirs[name])
            assert read[name].dtype == theirs[name].dtype and read[name].flags.writeable


def test_a_text_is_read_up_to_its_bound(tmp_path: Path) -> None:
    (tmp_path / "long.toml").write_text("#" * LARGEST_SETTINGS)
    assert len(read_text(tmp_path / "long.toml")) == LARGEST_SETTINGS
    (tmp_path / "long.toml").write_text("#" * (LARGEST_SETTINGS + 1))
    with pytest.raises(ValueError, match="longer than 1,048,576 letters"):
        read_text(tmp_path / "long.toml")


@pytest.mark.parametrize(
    "text", ["a." * 60000 + "a = 1", f"[{'a.' * 60000}a]", "x = {a" + ' . "a"' * 60000 + " = 1}", "a = " + "[" * 90000]
)
def test_what_takes_a_reader_of_toml_for_ever_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"too many parts|too deeply"):
        parse_toml(text)


@pytest.mark.parametrize("target", ["important", "gone"])
def test_a_link_is_replaced_and_what_it_leads_to_is_left(target: str, tmp_path: Path) -> None:
    (tmp_path / "important").write_text("kept")
    (tmp_path / "out").mkdir()
    (tmp_path / "linked").symlink_to(tmp_path / "out", target_is_directory=True)
    (tmp_path / "out" / "a.json").symlink_to(tmp_path / target)
    with written_whole(tmp_path / "linked" / "a.json") as draft:
        draft.write_text("new")
    written = tmp_path / "out" / "a.json"
    assert written.read_text() == "new" and not written.is_symlink()
    assert (tmp_path / "important").read_text() == "kept" and not (tmp_path / "gone").exists()
    assert (tmp_path / "linked").is_symlink() and [path.name for path in (tmp_path / "out").iterdir()] == ["a.json"]
