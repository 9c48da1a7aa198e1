"""Memory does not grow with the rows: the largest resident set of a run, as the kernel counted it."""

import shutil
import subprocess
import time

import pytest

LIMIT_MB = 300


def peak_mb(process: subprocess.Popen) -> float:
    """The last VmHWM seen before the end; the kernel keeps the maximum, so polling misses only the last moment."""
    peak = 0
    while process.poll() is None:
        try:
            with open(f"/proc/{process.pid}/status") as lines:
                peak = max([peak] + [int(line.split()[1]) for line in lines if line.startswith("VmHWM")])
        except (FileNotFoundError, ProcessLookupError):
            break
        time.sleep(0.01)
    process.wait()
    return peak / 1024


@pytest.mark.parametrize("orders", [200_000, 2_000_000])
def test_memory_is_bounded(program, tmp_path, orders):
    process = subprocess.Popen(
        [str(program.path), "generate", "retail_oltp_small", "--target-rows", str(orders), "--output", str(tmp_path),
         "--output-mode", "parquet", "--parallel-workers", "2", "--quiet"],
        env=program.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak = peak_mb(process)
    error = process.stderr.read().decode()
    process.stderr.close()
    shutil.rmtree(tmp_path)
    assert process.returncode == 0, error
    assert 5 < peak < LIMIT_MB
