"""Killed anywhere and resumed, a series ends as if nothing had happened."""

import json
import os
import pathlib
import random
import resource
import sqlite3
import subprocess
import time

from lakeseed_program import PROGRAM, tree_of

DAYS = [f"2024-01-{d:02}" for d in range(1, 5)]
WORDS = ["generate-series", "retail_oltp_small", "-s", DAYS[0], "-e", DAYS[-1], "-b", "2", "--quiet"]
SMALL = [*WORDS, "--tables", "orders,order_items,stores", "--output-mode", "csv"]


def log_of(folder):
    with sqlite3.connect(pathlib.Path(folder) / ".lakeseed" / "state.sqlite") as connection:
        return connection.execute("SELECT generation_date, status FROM log_synthetic_data_generation "
                                  "ORDER BY generation_date").fetchall()


def make(program, folder, words, env=None):
    return program.run(*words, "--output", folder, env=env)


def expect_whole(program, folder, words, expected, what):
    resumed = make(program, folder, [*words, "--resume"])
    assert resumed.returncode == 0, f"{what}: {resumed.stderr}"
    assert tree_of(folder) == expected, what
    log = log_of(folder)
    assert [row[0] for row in log] == DAYS, what
    assert all(row[1].lower() == "completed" for row in log), what


def test_kill_at_every_storage_call_and_state_write(program, tmp_path):
    assert make(program, tmp_path / "clean", SMALL).returncode == 0
    expected = tree_of(tmp_path / "clean")
    killed = 0
    for call in range(1, 1000):
        folder = tmp_path / str(call)
        done = make(program, folder, SMALL, env={"LAKESEED_FAULT": f"kill:{call}"})
        if done.returncode == 0:
            assert tree_of(folder) == expected
            break
        assert done.returncode == -9, done.stderr
        killed += 1
        expect_whole(program, folder, SMALL, expected, f"killed at call {call}")
    assert killed > 60


def test_a_failing_call_leaves_a_series_that_can_go_on(program, tmp_path):
    assert make(program, tmp_path / "clean", SMALL).returncode == 0
    expected = tree_of(tmp_path / "clean")
    for call in range(1, 1000, 3):
        folder = tmp_path / str(call)
        done = make(program, folder, SMALL, env={"LAKESEED_FAULT": f"fail:{call}"})
        assert "Traceback" not in done.stderr
        if done.returncode == 0 and tree_of(folder) == expected:
            break
        expect_whole(program, folder, SMALL, expected, f"failed at call {call}")
    assert call > 60


def cpu_seconds(process) -> float:
    """What a running process has used so far: unlike the clock, it says how far a run is whatever else the machine does."""
    used = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


def test_kill_at_random_moments(program, tmp_path):
    words = [*WORDS, "--scale-factor", "10"]
    spent = []
    for name in ("clean", "again"):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert make(program, tmp_path / name, words).returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    expected = tree_of(tmp_path / "clean")
    assert tree_of(tmp_path / "again") == expected
    random.seed(4)
    died = open_files = 0
    for i in range(100):
        folder = tmp_path / str(i)
        process = subprocess.Popen([str(PROGRAM), *words, "--output", str(folder)], env=program.environment(),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        moment = random.uniform(0.05, 0.95) * min(spent)
        while process.poll() is None and cpu_seconds(process) < moment:
            time.sleep(random.uniform(0, 0.004))
        process.kill()
        if process.wait() != -9:
            continue
        died += 1
        hidden = [path for path in folder.rglob(".*") if path.is_file() and ".lakeseed" not in path.parts]
        open_files += bool(hidden)
        expect_whole(program, folder, words, expected, f"kill {i}")
        subprocess.run(["rm", "-rf", str(folder)], check=True)
    print(json.dumps({"died": died, "with a temporary file open": open_files, "cpu seconds": spent}))
    assert died >= 80 and open_files >= 30
