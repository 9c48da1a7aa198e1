"""Memory does not grow with the rows: the largest resident set of a run, as the kernel counted it."""

import shutil
import subprocess
import time

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


def peak_of(program, folder, orders: int) -> float:
    process = subprocess.Popen(
        [str(program.path), "generate", "retail_oltp_small", "--target-rows", str(orders), "--output", str(folder),
         "--output-mode", "parquet", "--parallel-workers", "2", "--quiet"],
        env=program.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak = peak_mb(process)
    error = process.stderr.read().decode()
    process.stderr.close()
    shutil.rmtree(folder)
    assert process.returncode == 0, error
    return peak


def test_memory_is_bounded_and_flat(program, tmp_path):
    """From two million orders on each thread has a file of full size; more rows need no more memory."""
    peaks = [peak_of(program, tmp_path / str(orders), orders) for orders in (200_000, 2_000_000, 8_000_000)]
    assert all(5 < peak < LIMIT_MB for peak in peaks), peaks
    assert peaks[2] < 1.15 * peaks[1], f"four times the rows need {peaks[2] / peaks[1]:.2f} times the memory"
