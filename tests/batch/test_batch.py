"""A batch as users run it, with real clips: what stands, what is done again, what fails, what ends in the middle."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.batch.sidecar import digest, load_sidecar
from engine.motion import load_motion
from engine.packaging.batch_runs import batch, children

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow
LINUX = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="processes are found in /proc")


def run(*arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | more
    return subprocess.run(batch(*arguments), cwd=ROOT, capture_output=True, text=True, check=False, env=environment)


@pytest.fixture
def table(data_dir: Path, tmp_path: Path) -> Path:
    """Three stretches of the sample, and a file that is no video."""
    (tmp_path / "broken.mp4").write_bytes((data_dir / "sample.mp4").read_bytes()[:5000])
    rows = [f"{data_dir / 'sample.mp4'},{start},{start + 0.15},part{number}" for number, start in enumerate((0, 1, 2))]
    path = tmp_path / "clips.csv"
    path.write_text("\n".join(["video,start,end,name", *rows, "broken.mp4,,,broken"]), encoding="utf-8")
    return path


def motions(out: Path) -> dict[str, str]:
    return {path.relative_to(out).as_posix(): digest(path) for path in sorted(out.rglob("*.npz"))}


def modified(out: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in out.rglob("*.npz")}


def wait_for(found: "object", seconds: float = 60.0) -> None:
    assert callable(found)
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def test_every_clip_is_done_or_said_to_have_failed(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = run(table, "--out", out, "--workers", "2", "--format", "bvh")
    assert said.returncode == 1 and said.stderr.count("\n") == 1 and "broken.mp4" in said.stderr
    assert set(motions(out)) == {f"part{number}.npz" for number in range(3)}
    assert {path.name for path in out.glob("*.bvh")} == {f"part{number}.bvh" for number in range(3)}
    record = load_sidecar(out / "part1.json")
    assert record is not None and record["state"] == "done"
    motion = load_motion(out / "part1.npz")
    assert record["quality"]["frames"] == len(motion.time) and record["quality"]["body"] == motion.seen[:, 0].mean()
    assert record["outputs"]["npz"]["sha256"] == digest(out / "part1.npz")
    failed = load_sidecar(out / "broken.json")
    assert failed is not None and failed["state"] == "failed" and failed["error"] in said.stderr
    assert not [path for path in out.rglob("*") if path.name.startswith(".")]


def test_what_stands_is_left_and_what_differs_is_done_again(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(table, "--out", out)
    first, before = motions(out), modified(out)
    again = run(table, "--out", out, "--format", "angles.csv")
    assert again.returncode == 1 and "broken.mp4" in again.stderr
    assert modified(out) == before and len(list(out.glob("*.angles.csv"))) == 3

    (out / "part0.npz").write_bytes(b"")  # as a power cut leaves it
    run(table, "--out", out)
    assert motions(out) == first
    assert {name for name, when in modified(out).items() if when != before[name]} == {"part0.npz"}

    before = modified(out)
    table.write_text(table.read_text().replace("1.15", "1.3"), encoding="utf-8")
    run(table, "--out", out, "--smoothing", "1.0")
    assert {name for name, when in modified(out).items() if when != before[name]} == {"part1.npz"}


def test_a_video_that_was_touched_stands_and_one_that_was_changed_does_not(data_dir: Path, tmp_path: Path) -> None:
    video, out = tmp_path / "a.mp4", tmp_path / "out"
    video.write_bytes((data_dir / "sample.mp4").read_bytes())
    run(video, "--out", out, "--end", "0.1")
    before = modified(out)
    os.utime(video, (1, 1))
    assert run(video, "--out", out, "--end", "0.1").returncode == 0 and modified(out) == before
    with video.open("ab") as file:
        file.write(b"\0" * 64)
    run(video, "--out", out, "--end", "0.1")
    assert modified(out) != before


def test_a_clip_that_fails_now_leaves_no_result_of_before(data_dir: Path, tmp_path: Path) -> None:
    video, out = tmp_path / "a.mp4", tmp_path / "out"
    video.write_bytes((data_dir / "sample.mp4").read_bytes())
    run(video, "--out", out, "--end", "0.1")
    video.write_bytes(video.read_bytes()[:9000])
    assert run(video, "--out", out, "--end", "0.1").returncode == 1
    assert not motions(out)


def test_clips_of_a_signer_have_the_bones_of_the_first(data_dir: Path, tmp_path: Path) -> None:
    rows = [
        f"{data_dir / 'sample.mp4'},{start},{start + 0.15},{signer}"
        for start, signer in ((0, "Ana"), (2, "Ana"), (2.5, ""))
    ]
    table, out = tmp_path / "clips.csv", tmp_path / "out"
    table.write_text("\n".join(["video,start,end,signer", *rows]), encoding="utf-8")
    assert run(table, "--out", out).returncode == 0
    first, second, other = (load_motion(path).bone_lengths for path in sorted(out.glob("*.npz")))
    assert abs(first - second).max() < 1e-4 < abs(first - other).max()
    before = modified(out)
    assert run(table, "--out", out).returncode == 0 and modified(out) == before


@LINUX
def test_what_kills_its_worker_three_times_is_set_aside_and_the_rest_is_done(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with subprocess.Popen(
        batch(table, "--out", out, "--workers", "1"), cwd=ROOT, text=True, stderr=subprocess.PIPE
    ) as running:
        killed: set[int] = set()
        while len(killed) < 3 and running.poll() is None:
            for child in set(children(running.pid)) - killed:
                if "batch-worker" in Path(f"/proc/{child}/cmdline").read_text():
                    os.kill(child, signal.SIGKILL)
                    killed.add(child)
            time.sleep(0.02)
        assert running.stderr is not None
        said = running.stderr.read()
    first = load_sidecar(out / "part0.json")
    assert (
        first is not None and first["state"] == "set aside" and "SIGKILL" in first["error"] and first["error"] in said
    )
    assert running.returncode == 1 and set(motions(out)) == {"part1.npz", "part2.npz"}
    assert set(motions(out)) == {"part1.npz", "part2.npz"}
    assert run(table, "--out", out).returncode == 1 and "part0.npz" not in motions(out)
    run(table, "--out", out, "--retry-failed")
    assert "part0.npz" in motions(out)


@LINUX
def test_killed_at_any_moment_and_run_again_it_ends_with_the_same_bytes(table: Path, tmp_path: Path) -> None:
    undisturbed, out = tmp_path / "undisturbed", tmp_path / "out"
    run(table, "--out", undisturbed)
    moments = random.Random(0)
    for _ in range(3):
        running = subprocess.Popen(batch(table, "--out", out), cwd=ROOT, stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0.5, 6.0))
        workers = children(running.pid)
        running.kill()
        running.wait()
        wait_for(lambda workers=workers: not any(Path(f"/proc/{worker}").exists() for worker in workers))
        for path in out.rglob("*.npz"):
            if not path.name.startswith("."):
                load_motion(path)  # whole
    run(table, "--out", out)
    assert motions(undisturbed) == {name: sha for name, sha in motions(out).items() if not name.startswith(".")}


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    """A disk of 150 kB: a clip or two fit."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=150k", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("NOT TESTED: mounting a small disk needs root")
    return disk


def test_a_full_disk_ends_the_batch_in_a_sentence_and_it_goes_on_later(table: Path, small_disk: Path) -> None:
    try:
        (small_disk / "other").write_bytes(b"\0" * 110_000)
        said = run(table, "--out", small_disk, "--workers", "1")
        assert said.returncode == 1 and "No space left" in said.stderr and "Traceback" not in said.stderr
        assert not motions(small_disk) or all(load_motion(path).time.size for path in small_disk.glob("*.npz"))
        (small_disk / "other").unlink()
        subprocess.run(["mount", "-o", "remount,size=2m", small_disk], check=True)
        run(table, "--out", small_disk)
        assert set(motions(small_disk)) == {f"part{number}.npz" for number in range(3)}
        assert not list(small_disk.rglob(".*"))
    finally:
        subprocess.run(["umount", small_disk], check=True)


def test_a_clip_that_takes_too_long_is_ended_and_set_aside(data_dir: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = run(data_dir / "sample.mp4", "--out", out, "--time-limit", "3")
    assert said.returncode == 1 and "more than 3 s" in said.stderr and not motions(out)


def test_a_clip_that_takes_too_much_memory_fails_alone(data_dir: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = run(data_dir / "sample.mp4", "--out", out, "--end", "0.1", "--memory-limit", "0.15")
    record = load_sidecar(out / "sample.json")
    if sys.platform != "linux":
        pytest.skip("NOT TESTED: only Linux limits the memory of a process")
    assert record is not None and record["state"] == "set aside" and said.stderr.count("\n") == 1


def test_status_and_report_tell_of_all(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(table, "--out", out)
    said = run("--out", out, "--status")
    assert said.returncode == 0 and said.stdout.startswith("3 done, 1 failed, 0 set aside\n")
    kept = json.loads((out / "report.json").read_text())["clips"]
    assert set(kept) == {"part0", "part1", "part2", "broken"} and next(iter(kept)) == "broken"
    elsewhere = run("--out", tmp_path / "nowhere", "--status")
    assert (
        elsewhere.returncode == 2 and "no folder of a batch" in elsewhere.stderr and not (tmp_path / "nowhere").exists()
    )
