"""Encoding and writing orders with their items, and customers, made before: our writer beside libparquet's.

On the same rows: libparquet gets texts as they are, our writer gets them as a run hands them over, those of a customer's
address in orders as numbers of texts that are kept, telephone numbers as those of texts that can come; and once more as
they are.

    cmake --preset release -DLAKESEED_BENCHMARKS=ON && cmake --build build --target run_benchmark
    .venv/bin/python bench/table_encoders.py [--json docs/benchmarks/table_encoders.json]

libparquet's column writers have the best encodings that are known before the values are: deltas for whole numbers, times
and money, dictionaries for categories and small ranges, no codec where nothing is saved; texts plain with snappy, and
once more by dictionaries. Rounds of all writers in one process, in random order; CPU seconds on one thread, memory from
the program's allocator. To new files, in memory where /dev/shm is there, and to a place that keeps nothing, which leaves
the kernel out. A ratio is taken inside a round, to the faster of libparquet's two.
"""

import argparse
import json
import pathlib
import statistics

from measured import ROOT, benchmark_runs, commit, machine, spread


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/run_benchmark")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    # The allocator is the one that the program itself chooses.
    runs = benchmark_runs(arguments.program, arguments.rounds, "--benchmark_filter=^(orders and items|customers) to ",
                          ARROW_DEFAULT_MEMORY_POOL="jemalloc")
    places: dict[str, dict] = {}
    for run in runs:
        place, _, name = run["name"].partition("/")
        one = places.setdefault(place, {}).setdefault(
            name, {"bytes_per_cell": round(run["bytes/cell"], 4), "cells_per_cpu_s": [0.0] * arguments.rounds})
        one["cells_per_cpu_s"][run["repetition_index"]] = run["items_per_second"]
    results = {}
    for place, writers in places.items():
        rates = {name: one["cells_per_cpu_s"] for name, one in writers.items()}
        natives = {name: rates.pop(name) for name in list(rates) if name.startswith("native")}
        best = [max(others) for others in zip(*rates.values())]
        results[place] = {"writers": writers, "faster": {name: spread([a / b for a, b in zip(ours, best)])
                                                         for name, ours in natives.items()}}
        for name, one in writers.items():
            print(f"{place}: {name:33} {statistics.median(one['cells_per_cpu_s']) / 1e6:7.1f} M cells per CPU s "
                  f"{one['bytes_per_cell']:7.3f} B per cell")
        for name, by in results[place]["faster"].items():
            print(f"{place}: {name} is faster by {by['median']:.2f} ({by['min']:.2f} to {by['max']:.2f})")
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        result = {"commit": commit(), "machine": machine(), "rounds": arguments.rounds, "places": results}
        arguments.json.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
