"""Processes measured from outside: wall and CPU seconds, peak memory."""

import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def run(command: list, **options) -> dict:
    """Wall and CPU seconds, peak memory and output of one process; ends the program if it fails."""
    start, peak = time.perf_counter(), 0
    process = subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    # The kernel's own figure for a child starts at this process's size, so its memory is watched instead.
    while process.returncode is None:
        found, status, usage = os.wait4(process.pid, os.WNOHANG)
        if found:
            process.returncode = status
            break
        peak = max(peak, high_water_kb(process.pid))
        time.sleep(0.02)
    output, error = process.stdout.read(), process.stderr.read()
    wall = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{' '.join(map(str, command))}\nfailed:\n{error}")
    return {"wall_s": wall, "cpu_s": usage.ru_utime + usage.ru_stime, "peak_mb": peak / 1024, "output": output}


def benchmark_runs(program: pathlib.Path, repetitions: int, *options: str, **environment: str) -> list[dict]:
    """Each repetition of each benchmark of a program of Google Benchmark, in random order; files in memory where /dev/shm
    is there."""
    if os.access("/dev/shm", os.W_OK):
        environment["TMPDIR"] = "/dev/shm"
    printed = subprocess.run(
        [program, "--benchmark_format=json", f"--benchmark_repetitions={repetitions}",
         "--benchmark_enable_random_interleaving=true", *options],
        env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True).stdout
    return [run for run in json.loads(printed)["benchmarks"] if run["run_type"] == "iteration"]


def spread(values: list[float]) -> dict:
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


def high_water_kb(pid: int) -> int:
    try:
        lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def cpu_name() -> str:
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def commit() -> str:
    return subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, text=True, capture_output=True).stdout.strip()


def machine() -> dict:
    return {"cpu": cpu_name(), "cores": os.cpu_count(), "python": platform.python_version()}
