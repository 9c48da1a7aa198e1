"""How fast lakeseed makes and writes retail tables, beside what pyarrow needs only to write them.

    .venv/bin/python bench/write_speed.py [--orders 2000000] [--rounds 5] [--json docs/benchmarks/write_speed.json]

Each round runs, one after the other and on one thread each:
  lakeseed  generates and writes orders and order_items of retail_oltp (every column, every rule)
  pyarrow   writes the same two tables, already in memory, with `pyarrow.parquet.write_table` defaults
  tpcgen    tpcgen-cli writes lineitem (another schema; only its cells per second are comparable), if it is installed
and the ratio is taken inside the round, so that a slow moment of the machine hits both.
"""

import argparse
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import pyarrow as pa
import pyarrow.parquet as pq

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLES = ("orders", "order_items")


def run(command: list[str]) -> dict:
    """Wall and CPU seconds and peak memory of one process."""
    start, peak = time.perf_counter(), 0
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    # The kernel's own figure for a child starts at this process's size, so its memory is watched instead.
    while process.returncode is None:
        found, status, usage = os.wait4(process.pid, os.WNOHANG)
        if found:
            process.returncode = status
            break
        peak = max(peak, high_water_kb(process.pid))
        time.sleep(0.02)
    error = process.stderr.read()
    wall = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{' '.join(command)}\nfailed:\n{error}")
    return {"wall_s": wall, "cpu_s": usage.ru_utime + usage.ru_stime, "peak_mb": peak / 1024}


def high_water_kb(pid: int) -> int:
    try:
        lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def lakeseed(orders: int, directory: pathlib.Path) -> dict:
    shutil.rmtree(directory, ignore_errors=True)
    return run([str(ROOT / "build/lakeseed"), "generate", "retail_oltp_large", "--target-rows", str(orders),
                "--tables", ",".join(TABLES), "--parallel-workers", "1", "--output-mode", "parquet",
                "--output", str(directory), "--quiet"])


def read(directory: pathlib.Path) -> dict[str, pa.Table]:
    base = directory / "Files/synthetic_data/retail_oltp_large"
    paths = {t: base / f"{t}.parquet" if (base / f"{t}.parquet").exists() else base / t for t in TABLES}
    return {t: pq.read_table(p).combine_chunks() for t, p in paths.items()}


def pyarrow_writes(tables: dict[str, pa.Table], directory: pathlib.Path) -> dict:
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    start, cpu = time.perf_counter(), time.process_time()
    for name, table in tables.items():
        pq.write_table(table, directory / f"{name}.parquet")
    return {"wall_s": time.perf_counter() - start, "cpu_s": time.process_time() - cpu}


def size_mb(directory: pathlib.Path) -> float:
    return sum(f.stat().st_size for f in directory.rglob("*.parquet")) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    peer = next((p for p in (ROOT / "build/bench/bin/tpcgen-cli", shutil.which("tpcgen-cli")) if p and pathlib.Path(p).exists()), None)

    with tempfile.TemporaryDirectory() as scratch:
        ours, theirs, other = (pathlib.Path(scratch, d) for d in ("lakeseed", "pyarrow", "tpch"))
        lakeseed(arguments.orders, ours)
        tables = read(ours)
        cells = sum(t.num_rows * t.num_columns for t in tables.values())
        rounds = []
        for number in range(arguments.rounds):
            one = {"lakeseed": lakeseed(arguments.orders, ours), "pyarrow": pyarrow_writes(tables, theirs)}
            if peer:
                shutil.rmtree(other, ignore_errors=True)
                one["tpcgen"] = run([str(peer), "tpch", "parquet", "-s", "1", "--tables=lineitem", "--num-threads", "1",
                                      "--output-dir", str(other)])
            one["ratio_cpu"] = one["pyarrow"]["cpu_s"] / one["lakeseed"]["cpu_s"]
            one["ratio_wall"] = one["pyarrow"]["wall_s"] / one["lakeseed"]["wall_s"]
            rounds.append(one)
            print(f"round {number + 1}: lakeseed {cells / one['lakeseed']['cpu_s'] / 1e6:.1f} M cells/s made and written, "
                  f"pyarrow {cells / one['pyarrow']['cpu_s'] / 1e6:.1f} only written, ratio {one['ratio_cpu']:.2f}")
        ratios = [r["ratio_cpu"] for r in rounds]
        result = {
            "command": " ".join(["bench/write_speed.py", *sys.argv[1:]]),
            "commit": subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, text=True, capture_output=True).stdout.strip(),
            "machine": {"cpu": cpu_name(), "cores": os.cpu_count(), "python": platform.python_version(),
                        "pyarrow": pa.__version__},
            "orders": arguments.orders, "cells": cells,
            "lakeseed_mb": size_mb(ours), "pyarrow_mb": size_mb(theirs),
            "lakeseed_cells_per_cpu_s": cells / statistics.median(r["lakeseed"]["cpu_s"] for r in rounds),
            "pyarrow_cells_per_cpu_s": cells / statistics.median(r["pyarrow"]["cpu_s"] for r in rounds),
            "ratio_cpu": {"min": min(ratios), "median": statistics.median(ratios), "max": max(ratios)},
            "ratio_wall_median": statistics.median(r["ratio_wall"] for r in rounds),
            "peak_mb": max(r["lakeseed"]["peak_mb"] for r in rounds),
            "rounds": rounds,
        }
        if peer:
            lineitem = 6_001_215 * 16
            result["tpcgen_lineitem_cells_per_cpu_s"] = lineitem / statistics.median(
                r["tpcgen"]["cpu_s"] for r in rounds)
    print(json.dumps({k: v for k, v in result.items() if k != "rounds"}, indent=2))
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(result, indent=2) + "\n")


def cpu_name() -> str:
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


if __name__ == "__main__":
    main()
