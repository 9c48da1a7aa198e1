"""Memory does not grow with the rows: the largest resident set of a run, as the kernel counted it."""

import json
import statistics
import subprocess
import time

import pytest

LIMIT_MB = 300
SOAK_ROWS = 1_000_000_000
SOAK_LIMIT_MB = 250


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


def peak_of(program, *words) -> tuple[float, str]:
    """Megabytes of a run at its largest, and what it printed."""
    process = subprocess.Popen(
        [str(program.path), "generate", *map(str, words), "--output-mode", "parquet", "--json", "--quiet"],
        env=program.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    peak = peak_mb(process)
    output, error = process.communicate()
    assert process.returncode == 0, error.decode()
    return peak, output


# Rows from which on each thread has a file of full size.
FULL = 4_000_000
# How much more memory four times the rows may take: caches fill up to their bounds. A bank has four times the accounts then,
# and what is known of each while its days are walked through is a few bytes.
FLAT = {"retail_oltp_small": 1.15, "retail_star_large": 1.15, "ecommerce_star_large": 1.15,
        "finance_oltp_large": 1.2, "finance_star_large": 1.2}
# Where two threads are at their largest at the same moment a run needs more, by chance: of their runs the median is compared.
RUNS = {1: 1, 2: 5}


@pytest.mark.parametrize("threads", RUNS)
@pytest.mark.parametrize("dataset", FLAT)
def test_memory_is_bounded_and_flat(program, dataset, threads):
    """A month of the star's sales and a day of the ledger are larger than what is kept of them."""
    peaks = [[peak_of(program, dataset, "--target-rows", rows, "--output", "null://", "--parallel-workers", threads)[0]
              for _ in range(RUNS[threads])] for rows in (FULL, 4 * FULL)]
    assert all(5 < peak < LIMIT_MB for of_size in peaks for peak in of_size), peaks
    small, large = map(statistics.median, peaks)
    assert large < FLAT[dataset] * small, f"four times the rows need {large / small:.2f} times the memory: {peaks}"


@pytest.mark.soak
@pytest.mark.parametrize("threads", (1, 2))
def test_a_billion_rows_need_no_more(program, threads):
    """The settings of bench/compare.py and bench/threads.py; nothing is kept, so that no disk has to hold it."""
    peak, output = peak_of(program, "retail_oltp_large", "--target-rows", SOAK_ROWS * 2 // 5, "--tables", "order_items",
                           "--output", "null://", "--parallel-workers", threads)
    (table,) = json.loads(output)["tables"]
    assert table["rows"] == SOAK_ROWS
    assert table["bytes"] > 5 * SOAK_ROWS
    assert peak < SOAK_LIMIT_MB
