"""A batch on a Ray cluster of two nodes on loopback, one of which is killed in the middle."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.batch.sidecar import digest, load_sidecar

pytest.importorskip("ray", reason="NOT TESTED: Ray is not installed")
ROOT = Path(__file__).resolve().parents[2]


def loopback() -> bool:
    with socket.socket() as listening, socket.socket() as calling:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        return calling.connect_ex(listening.getsockname()) == 0


@pytest.mark.slow
@pytest.mark.skipif(not loopback(), reason="NOT TESTED: this machine's network is off, loopback too")
def test_a_node_that_is_killed_loses_nothing(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    from ray.cluster_utils import Cluster

    rows = [f"{data_dir / 'sample.mp4'},{start},{start + 0.15},part{start}" for start in range(5)]
    table, out, alone = tmp_path / "clips.csv", tmp_path / "out", tmp_path / "alone"
    table.write_text("\n".join(["video,start,end,name", *rows, "clips.csv,,,none"]), encoding="utf-8")
    batch = [sys.executable, "-m", "engine", "batch", "clips.csv", "--out"]  # relative, for the nodes too
    subprocess.run([*batch, "alone"], cwd=tmp_path, check=False, capture_output=True)

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    try:
        second = cluster.add_node(num_cpus=1)
        cluster.wait_for_nodes()
        with subprocess.Popen(
            [*batch, "out", "--ray", str(cluster.address)], cwd=tmp_path, stderr=subprocess.PIPE, text=True
        ) as running:
            while not list(out.glob("*.npz")) and running.poll() is None:
                time.sleep(0.1)
            cluster.remove_node(second, allow_graceful=False)
            assert running.stderr is not None
            said = running.stderr.read()
    finally:
        cluster.shutdown()
    assert running.returncode == 1 and "clips.csv" in said, said
    found = {path.name: digest(path) for path in out.glob("*.npz")}
    assert found == {path.name: digest(path) for path in alone.glob("*.npz")} and len(found) == 5
    failed = load_sidecar(out / "none.json")
    assert failed is not None and failed["state"] == "failed"


def test_no_cluster_is_one_sentence(data_dir: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "engine", "batch", str(data_dir / "sample.mp4"), "--out", str(tmp_path)]
    said = subprocess.run([*command, "--ray", "127.0.0.1:1"], cwd=ROOT, check=False, capture_output=True, text=True)
    assert said.returncode != 0 and "No Ray cluster is at 127.0.0.1:1" in said.stderr and "Traceback" not in said.stderr
