"""What a second thread brings: wall time of orders and order_items of `retail_oltp_large` on one and on two threads.

    .venv/bin/python bench/threads.py --json docs/benchmarks/threads.json

Everything is made and encoded as Parquet with its real rules; `null://` takes the bytes and drops them, so that no
disk is measured. The two runs of a round follow each other and the ratio is taken inside the round: the machine must
be quiet, as another program that takes a core takes it from the run with two threads.
"""

import argparse
import json
import pathlib
import statistics

from compare import PROGRAM
from measured import commit, machine, run

ORDERS, ROUNDS = 4_000_000, 5


def measured(threads: int) -> dict:
    result = run([PROGRAM, "generate", "retail_oltp_large", "--target-rows", ORDERS, "--tables", "orders,order_items",
                  "--parallel-workers", threads, "--output-mode", "parquet", "--output", "null://", "--json"])
    cells = sum(table["cells"] for table in json.loads(result.pop("output"))["tables"])
    return {"threads": threads, "cells": cells, **result}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=pathlib.Path)
    chosen = parser.parse_args()
    rounds = [[measured(1), measured(2)] for _ in range(ROUNDS)]
    ratios = [one["wall_s"] / two["wall_s"] for one, two in rounds]
    ratio = {"median": statistics.median(ratios), "min": min(ratios), "max": max(ratios)}
    print(f"two threads are {ratio['median']:.2f} times as fast as one ({ratio['min']:.2f} to {ratio['max']:.2f})")
    if chosen.json:
        result = {"command": "bench/threads.py", "commit": commit(), "machine": machine(), "ratio": ratio, "rounds": rounds}
        chosen.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
