"""Parts of a batch: together all of it, one signer in one part; and what is handed to SLURM and Flamenco."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.batch.clips import Clip
from engine.batch.part import part_of
from engine.errors import InputError
from engine.motion import load_motion
from engine.options import TrackOptions

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow
SLURM = ROOT / "examples" / "slurm_array.sh"
FLAMENCO = ROOT / "examples" / "sign_mocap_batch.js"
#: What Flamenco Manager gives a job type, as its manual has it; prints the tasks.
AUTHOR = """
const author = {
    Task: (name, type) => ({ name, type, commands: [], addCommand(command) { this.commands.push(command) } }),
    Command: (name, parameters) => ({ name, parameters }),
};
const tasks = [];
compileJob({ settings: JSON.parse(process.argv[1]), addTask: task => tasks.push(task) });
console.log(JSON.stringify({ type: JOB_TYPE, tasks }));
"""


def clips(*signers: str) -> list[Clip]:
    return [Clip(Path(f"{k}.mp4"), f"{k}", TrackOptions(), signer) for k, signer in enumerate(signers)]


def test_parts_are_all_of_a_batch_and_a_signer_is_in_one() -> None:
    whole = clips("Ana", "", "Ben", "", "Ana", "", "", "0", "Ben")
    parts = [part_of(whole, f"{number}/3", Path("out")) for number in (1, 2, 3)]
    assert sorted((clip for part in parts for clip in part), key=lambda clip: clip.name) == whole
    assert min(map(len, parts)) >= 2
    for signer in ("Ana", "Ben"):
        assert sum(any(clip.signer == signer for clip in part) for part in parts) == 1


def test_clips_of_one_person_file_are_together() -> None:
    whole = [Clip(Path(f"{k}.mp4"), f"{k}", TrackOptions(person_file=Path("a.json"))) for k in range(4)]
    assert [len(part_of(whole, f"{number}/2", Path("out"))) for number in (1, 2)] == [4, 0]


@pytest.mark.parametrize("part", ["0/3", "4/3", "3", "1/0", "-1/2", "1/2/3", "a/b", "", "1/9999999"])
def test_what_is_no_part_is_said(part: str) -> None:
    with pytest.raises(InputError, match=r"^There is no part"):
        part_of(clips(""), part, Path("out"))


@pytest.fixture
def listing(data_dir: Path, tmp_path: Path) -> Path:
    """Two stills of the sample's beginning, as a table."""
    rows = [f"{data_dir / 'sample.mp4'},{start},{start + 0.05},part {start}" for start in (0, 1)]
    path = tmp_path / "clips.csv"
    path.write_text("\n".join(["video,start,end,name", *rows]), encoding="utf-8")
    return path


def written(out: Path) -> set[str]:
    names = {path.stem for path in out.glob("*.npz")}
    assert all(len(load_motion(out / f"{name}.npz").time) for name in names)
    return names


@pytest.mark.skipif(shutil.which("bash") is None, reason="NOT TESTED: there is no bash")
def test_tasks_of_a_slurm_array_each_do_their_part(listing: Path, tmp_path: Path) -> None:
    subprocess.run(["bash", "-n", SLURM], check=True)
    out = tmp_path / "tracked signs"
    shutil.copy(SLURM, tmp_path / "slurm_script")  # SLURM runs a copy that lies elsewhere
    for task, done in (("1", {"part 0"}), ("2", {"part 0", "part 1"}), ("3", {"part 0", "part 1"})):
        environment = {"SLURM_ARRAY_TASK_ID": task, "SLURM_CPUS_PER_TASK": "2", "PYTHON": sys.executable}
        command = ["bash", tmp_path / "slurm_script", "3", out, listing]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        assert written(out) == done


@pytest.mark.skipif(shutil.which("node") is None, reason="NOT TESTED: there is no node")
def test_a_job_of_flamenco_compiles_to_tasks_that_do_the_parts(listing: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video")
    out = tmp_path / "tracked"
    settings = {
        "inputs": f"{listing}; {broken}",
        "out": str(out),
        "options": "--workers=1;--smoothing=0.5",
        "parts": 2,
        "checkout": str(ROOT),
        "python": sys.executable,
    }
    script = FLAMENCO.read_text(encoding="utf-8") + AUTHOR
    told = subprocess.run(["node", "-e", script, json.dumps(settings)], check=True, capture_output=True, text=True)
    compiled = json.loads(told.stdout)
    assert {setting["key"] for setting in compiled["type"]["settings"]} == set(settings)
    for task in compiled["tasks"]:
        (command,) = task["commands"]
        assert (task["type"], command["name"]) == ("misc", "exec")
        subprocess.run([command["parameters"]["exe"], *command["parameters"]["args"]], check=True, capture_output=True)
    assert written(out) == {"part 0", "part 1"}
    record = json.loads((out / "part 0.json").read_text(encoding="utf-8"))
    assert "--smoothing=0.5" in record["request"]["options"]
    assert json.loads((out / "broken.json").read_text(encoding="utf-8"))["state"] == "failed"

    elsewhere = compiled["tasks"][0]["commands"][0]["parameters"]["args"][:]
    elsewhere[3] = str(tmp_path / "nowhere")
    assert subprocess.run(["sh", *elsewhere], check=False, capture_output=True).returncode != 0
