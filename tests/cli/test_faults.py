"""Full disks and interrupts: nothing half-written under a final name, what was there is untouched, the right code."""

import pathlib
import re
import shutil
import signal
import subprocess
import time

import pytest
from program import DATASET, PROGRAM, clean_environment, data_below, files_below, generate, generate_tiny, run


def traces(folder) -> list[str]:
    """Temporary files and unpublished ones."""
    return [p for p in files_below(folder) if ".inprogress" in p or "/staging/" in p or p.endswith("commit.json")]


def whole_or_nothing(folder, expected: dict[str, str]) -> None:
    """Every file under a final name is one of the finished run's, byte by byte."""
    for path, digest in data_below(folder).items():
        assert expected[path] == digest, path


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("finished")
    assert generate_tiny(folder).code == 0
    return folder


@pytest.mark.parametrize("kind,words,mode", [
    ("full", (), "csv"), ("fail", (), "csv"), ("full", ("--tables", "stores"), "parquet")], ids=["full", "fail", "parquet"])
def test_full_disk_at_every_call(tmp_path, kind, words, mode):
    """The disk is full from the K-th storage call on (or fails there once), for all K until a run ends well."""
    assert generate_tiny(tmp_path / "whole", *words, mode=mode).code == 0
    expected = data_below(tmp_path / "whole")
    for call in range(1, 1000):
        folder = tmp_path / str(call)
        done = generate_tiny(folder, *words, mode=mode, env={"LAKESEED_FAULT": f"{kind}:{call}"})
        if done.code == 0:
            assert data_below(folder) == expected and not traces(folder)
            break
        assert done.code == 1, (call, done.code, done.err)
        assert done.err.startswith("error: ") and done.out == "", (call, done.err)
        whole_or_nothing(folder, expected)
        if data_below(folder):  # Past the point of no return: the next run ends it.
            assert generate_tiny(folder, *words, "--if-exists", "resume", mode=mode).code == 0
            assert data_below(folder) == expected and not traces(folder), call
        shutil.rmtree(folder, ignore_errors=True)
    assert call > 10


def test_full_disk_leaves_what_was_there(tmp_path, finished):
    """Overwriting by another seed: until the commit begins nothing changes; a retry ends in the new data."""
    before = data_below(finished)
    after_root = tmp_path / "after"
    assert generate_tiny(after_root, "--seed", 7).code == 0
    after = data_below(after_root)
    for call in range(1, 1000):
        folder = tmp_path / str(call)
        shutil.copytree(finished, folder)
        words = ["--seed", 7, "--if-exists", "overwrite"]
        done = generate_tiny(folder, *words, env={"LAKESEED_FAULT": f"full:{call}"})
        now = data_below(folder)
        if done.code == 0:
            assert now == after
            break
        assert done.code == 1, (call, done.err)
        assert set(now) == set(before)
        for path, digest in now.items():
            assert digest in (before[path], after[path]), (call, path)
        if not (folder / "_lakeseed" / "commit.json").exists() and now != after:
            assert now == before, call
        if call % 7 == 0:
            assert generate_tiny(folder, *words).code == 0
            assert data_below(folder) == after
        shutil.rmtree(folder)
    assert call > 10


def test_killed_at_a_call_then_run_again(tmp_path, finished):
    expected = data_below(finished)
    for call in range(1, 200, 5):
        folder = tmp_path / str(call)
        done = generate_tiny(folder, env={"LAKESEED_FAULT": f"kill:{call}"})
        if done.code == 0:
            break
        assert done.code < 0
        whole_or_nothing(folder, expected)
        assert generate_tiny(folder, "--if-exists", "resume").code == 0
        assert data_below(folder) == expected and not traces(folder), call


def test_small_disk(tmp_path, finished):
    """A real file system of 1 MB that 40,000 orders do not fit into."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True, text=True)
    if mounted.returncode != 0:
        print(f"skipped: mounting is not allowed here: {mounted.stderr.strip()}")
        pytest.skip(f"mounting is not allowed here: {mounted.stderr.strip()}")
    try:
        done = generate(disk / "d", rows=40_000)
        assert done.code == 1 and "No space left" in done.err, done.err
        assert data_below(disk) == {} and not traces(disk)
        assert generate(disk / "d").code == 0
        before = files_below(disk)
        assert before and generate(disk / "d", "--if-exists", "overwrite", rows=40_000).code == 1
        assert files_below(disk) == before
    finally:
        subprocess.run(["umount", disk], check=True)


def start(folder, *words) -> subprocess.Popen:
    command = [PROGRAM, "generate", DATASET, "-r", "3000000", "-o", "parquet", "--output", folder,
               "--file-rows-target", "200000", *words]
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            stdin=subprocess.DEVNULL, env=clean_environment())


def wait_for_staged(folder, running) -> None:
    for _ in range(3000):
        if any(".inprogress" in p or "/staging/" in p for p in names_below(folder)):
            return
        assert running.poll() is None, running.communicate()
        time.sleep(0.01)
    pytest.fail("nothing was staged in 30 s")


def names_below(folder) -> list[str]:
    return [str(p) for p in pathlib.Path(folder).rglob("*")] if pathlib.Path(folder).exists() else []


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_interrupt_in_the_middle(tmp_path, finished, signal_number):
    folder = tmp_path / "d"
    shutil.copytree(finished, folder)
    before = files_below(folder)
    running = start(folder, "--if-exists", "overwrite")
    wait_for_staged(folder, running)
    time.sleep(0.2)
    running.send_signal(signal_number)
    out, err = running.communicate(timeout=30)
    assert running.returncode == 130, err
    assert out == "" and re.search(r"^error: ", err, re.M)
    assert files_below(folder) == before


def test_interrupt_of_work_keeps_finished_tasks_invisible(tmp_path):
    plan = tmp_path / "plan.json"
    assert run("plan", DATASET, "-r", 3_000_000, "-o", "parquet", "--output", tmp_path / "d", "--output-file", plan,
               "--file-rows-target", 200_000, "--tables", "orders").code == 0
    running = subprocess.Popen([PROGRAM, "work", plan], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=clean_environment())
    wait_for_staged(tmp_path / "d", running)
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=30)
    assert running.returncode == 130
    assert data_below(tmp_path / "d") == {} and run("commit", plan).code == 2
