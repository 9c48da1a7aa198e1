"""Time and size of one encoded and written column of each kind: our encoders beside libparquet's column writers.

    cmake --preset release -DLAKESEED_BENCHMARKS=ON && cmake --build build --target write_benchmark
    .venv/bin/python bench/column_encoders.py [--json docs/benchmarks/column_encoders.json]

CPU nanoseconds per cell, the best of the repetitions, files in memory where /dev/shm is there.
"""

import argparse
import json
import pathlib

from measured import ROOT, benchmark_runs, commit, machine


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/write_benchmark")
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    columns: dict[str, dict] = {}
    for run in benchmark_runs(arguments.program, arguments.repetitions, "--benchmark_min_time=0.05"):
        kind, writer = run["name"].rsplit("/", 1)
        one = columns.setdefault(kind, {}).setdefault(writer, {"ns_per_cell": float("inf"),
                                                               "bytes_per_cell": round(run["bytes/cell"], 4)})
        one["ns_per_cell"] = round(min(one["ns_per_cell"], 1e9 / run["items_per_second"]), 2)
    for kind, writers in columns.items():
        ours, theirs = writers["native"], writers["libparquet"]
        writers["ratio"] = round(theirs["ns_per_cell"] / ours["ns_per_cell"], 2)
        print(f"{kind:28} {ours['ns_per_cell']:7.2f} ns {ours['bytes_per_cell']:8.3f} B   libparquet "
              f"{theirs['ns_per_cell']:7.2f} ns {theirs['bytes_per_cell']:8.3f} B   ratio {writers['ratio']:.1f}")
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps({"commit": commit(), "machine": machine(), "columns": columns}, indent=2) + "\n")


if __name__ == "__main__":
    main()
