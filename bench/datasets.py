"""Every built-in dataset: CPU to make and write its tables on one thread, beside pyarrow's to write them from memory.

    .venv/bin/python bench/datasets.py [NAME...] [--rows 1500000] [--rounds 3] [--json docs/benchmarks/datasets.json]

A round generates the dataset, reads its tables into memory and lets `pyarrow.parquet.write_table`, as it comes, write
them to the same disk; the ratio is taken inside the round. A second run of three times the rows shows whether memory
stays flat. Of variants that differ in size alone one stands for all.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

import pyarrow as pa
import pyarrow.parquet as pq

from measured import ROOT, commit, machine, run, spread

PROGRAM = pathlib.Path(os.environ.get("LAKESEED_PROGRAM", ROOT / "build/lakeseed"))
ASKED = 0.5
SIZE_WORDS = {"", "small", "large", "dev", "staging", "prod"}
LARGER = 3
# Datasets whose sizes are days and members: what makes about 500,000 rows, and LARGER times as many.
DAYS = {
    "market_ohlcv": ("2023-03-31", "2023-09-30"), "market_ohlcv_m5": ("2024-03-31", "2026-12-31"),
    "market_ohlcv_m15": ("2026-12-31", "2034-12-31"), "market_ohlcv_every_day": ("2023-02-22", "2023-06-04"),
    "market_quotes": ("2023-01-20", "2023-02-28"), "market_quotes_every_day": ("2023-01-15", "2023-02-14"),
}
MEMBERS = {"sensors": ("n_devices=80", "n_devices=240"), "weather": ("locations=600", "locations=1800"),
           "weather_incremental": ("locations=165", "locations=495")}
# Bars of which seven years of a few symbols are not as many.
YEARS = {"market_ohlcv_h1": ("symbols=42", "symbols=126"), "market_ohlcv_d1": ("symbols=290", "symbols=870")}
SEVEN_YEARS = ["--set", "window.to=2029-12-31"]


def names() -> list[str]:
    found = {}
    for dataset in listed():
        words = set(dataset["variant"].split("_")) - SIZE_WORDS
        found.setdefault((dataset["dataset"], frozenset(words)), dataset["id"])
    return list(found.values())


def listed() -> list[dict]:
    return json.loads(subprocess.run([PROGRAM, "list-datasets", "--json"], check=True, capture_output=True).stdout)["datasets"]


def sizes(name: str, rows: int) -> list[list[str]]:
    """Options for about `rows` rows in all, and for LARGER times as many."""
    if name in DAYS:
        return [["--set", f"window.to={day}"] for day in DAYS[name]]
    if name in YEARS:
        return [[*SEVEN_YEARS, "--set", members] for members in YEARS[name]]
    if name in MEMBERS:
        return [["--set", members] for members in MEMBERS[name]]
    described = json.loads(subprocess.run([PROGRAM, "describe", name, "--json"], check=True, capture_output=True).stdout)
    total = sum(table["rows"] for table in described["tables"])
    (target,) = [d["target_rows"] for d in listed() if d["id"] == name]
    if target is not None:
        return [["--target-rows", str(max(1, target * many // total))] for many in (rows, LARGER * rows)]
    return [["--scale-factor", f"{many / total:.6f}"] for many in (rows, LARGER * rows)]


def generate(name: str, options: list[str], folder: pathlib.Path) -> dict:
    shutil.rmtree(folder, ignore_errors=True)
    result = run([PROGRAM, "generate", name, *options, "--parallel-workers", "1", "--output-mode", "parquet",
                  "--output", folder, "--json"])
    tables = json.loads(result.pop("output"))["tables"]
    return result | {"rows": sum(t["rows"] for t in tables), "cells": sum(t["cells"] for t in tables)}


def write(folder: pathlib.Path, to: pathlib.Path) -> float:
    """CPU seconds of pyarrow for the tables in `folder`, once they are in memory."""
    manifest = json.loads((folder / "_lakeseed/manifest.json").read_text())
    seconds = 0.0
    for entry in manifest["tables"].values():
        table = pa.concat_tables([pq.read_table(folder / file["path"]) for file in entry["files"]])
        start = time.process_time()
        pq.write_table(table, to)
        seconds += time.process_time() - start
    return seconds


def measure(name: str, rows: int, rounds: int, scratch: pathlib.Path) -> dict:
    options, more = sizes(name, rows)
    runs = []
    for _ in range(rounds):
        one = generate(name, options, scratch / "made")
        one["pyarrow_cpu_s"] = write(scratch / "made", scratch / "again.parquet")
        one["ratio"] = one["pyarrow_cpu_s"] / one["cpu_s"]
        runs.append(one)
    larger = generate(name, more, scratch / "made")
    return {"dataset": name, "options": " ".join(options), "rows": runs[0]["rows"], "cells": runs[0]["cells"],
            "ratio": spread([r["ratio"] for r in runs]),
            "cells_per_cpu_s": statistics.median(r["cells"] / r["cpu_s"] for r in runs),
            "peak_mb": max(r["peak_mb"] for r in runs), "larger_rows": larger["rows"], "larger_peak_mb": larger["peak_mb"],
            "cpu_s": [r["cpu_s"] for r in runs], "pyarrow_cpu_s": [r["pyarrow_cpu_s"] for r in runs]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="datasets (all)")
    parser.add_argument("--rows", type=int, default=1_500_000, help="about so many rows of each, all tables together")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    print(f"{'dataset':28}{'rows':>10}{'M cells/CPU s':>15}{'of pyarrow':>12}{'peak MB':>9}{'rows':>11}{'peak MB':>9}")
    results = []
    with tempfile.TemporaryDirectory() as scratch:
        for name in arguments.names or names():
            one = measure(name, arguments.rows, arguments.rounds, pathlib.Path(scratch))
            results.append(one)
            print(f"{name:28}{one['rows']:>10,}{one['cells_per_cpu_s'] / 1e6:>15.1f}{one['ratio']['median']:>11.2f}x"
                  f"{one['peak_mb']:>9.0f}{one['larger_rows']:>11,}{one['larger_peak_mb']:>9.0f}", flush=True)
    slow = [one["dataset"] for one in results if one["ratio"]["median"] < ASKED]
    print(f"\n{len(results) - len(slow)} of {len(results)} datasets reach {ASKED}x" + (f"; below: {', '.join(slow)}" if slow else ""))
    if arguments.json:
        result = {"command": f"bench/datasets.py --rows {arguments.rows} --rounds {arguments.rounds} --json {arguments.json}",
                  "commit": commit(), "machine": machine() | {"pyarrow": pa.__version__}, "asked": ASKED, "datasets": results}
        arguments.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
