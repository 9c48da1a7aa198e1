"""lakeseed beside other ways to make the same kind of tables, one thread each.

    make bench            five rounds; results in docs/benchmarks/peers.{json,md,svg}
    make bench-quick      one round of smaller runs, printed only; the program's start weighs more there

A round gives every program a turn, one after the other: runs until they took two CPU seconds. A ratio is taken inside a
round, so that a slow moment of the machine hits both sides. CPU seconds are compared: they hardly feel what else runs. Peers
have an environment of their own, build/bench/venv; the crate `fake` is built by cargo, dbldatagen runs on Java, if they are
there.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import Callable

from bars import svg
from measured import ROOT, commit, machine, run, spread

PEERS = ROOT / "bench/peers"
BUILD = ROOT / "build/bench"
PYTHON = BUILD / "venv/bin/python"
FAKE_RS = BUILD / "fake_rs/release/fake_people"
LINEITEM_COLUMNS = 16
TURN_CPU_S = 2
PROGRAM = pathlib.Path(os.environ.get("LAKESEED_PROGRAM", ROOT / "build/lakeseed"))


@dataclass
class Sizes:
    orders: int         # Of retail, made by lakeseed.
    script_orders: int  # Of the scripts in bench/peers.
    scale: float        # Of TPC-H.
    customers: int
    slow_people: int    # For libraries that make people one by one.


@dataclass
class Runner:
    name: str
    what: str
    start: Callable[[pathlib.Path], dict]  # A folder for files -> seconds, peak memory, cells.


def lakeseed(folder: pathlib.Path, *options, mode: str = "parquet") -> dict:
    result = run([PROGRAM, "generate", *options, "--parallel-workers", "1", "--output-mode", mode, "--output", folder, "--json"])
    return result | {"cells": sum(t["cells"] for t in json.loads(result["output"])["tables"])}


def retail(folder: pathlib.Path, orders: int, *options, mode: str = "parquet") -> dict:
    return lakeseed(folder, "retail_oltp_large", "--tables", "orders,order_items", "--target-rows", orders, *options, mode=mode)


def script(name: str, *arguments, folder: pathlib.Path) -> dict:
    result = run([PYTHON, PEERS / name, *arguments, folder])
    return result | {"cells": int(result["output"])}


def people(command: list, rows: int, folder: pathlib.Path) -> dict:
    return run([*command, rows, folder / "people.csv"]) | {"cells": rows * 8}


def tpcgen(scale: float, form: str, folder: pathlib.Path) -> dict:
    result = run([BUILD / "venv/bin/tpcgen-cli", "tpch", form, "-s", f"{scale:g}", "--tables=lineitem", "--num-threads", "1",
                  "--output-dir", folder])
    return result | {"cells": round(6_000_000 * scale) * LINEITEM_COLUMNS}


def written(writer: str, source: pathlib.Path, cells: int, folder: pathlib.Path) -> dict:
    result = run([PYTHON, PEERS / "write_only.py", writer, source, folder])
    return result | json.loads(result["output"]) | {"cells": cells}


def in_memory(orders: int, scratch: pathlib.Path) -> tuple[pathlib.Path, int]:
    """The tables that others only write: a file each, and their cells."""
    made = retail(scratch / "made", orders, "--file-size", "100GB")
    source = scratch / "source"
    source.mkdir()
    for path in (scratch / "made").rglob("*.parquet"):
        path.rename(source / path.name)
    return source, made["cells"]


def workloads(sizes: Sizes, scratch: pathlib.Path) -> dict[str, list[Runner]]:
    source, cells = in_memory(sizes.orders, scratch)
    def write(writer):
        return lambda d: written(writer, source, cells, d)

    def make(writer):
        return lambda d: script("orders_and_items.py", writer, sizes.script_orders, folder=d)

    def by_python(library, rows):
        return lambda d: people([PYTHON, PEERS / "people.py", library], rows, d)

    everyone = {
        "orders and items of a shop": [
            Runner("lakeseed", "makes and writes orders and order_items of retail_oltp, every column and rule",
                   lambda d: retail(d, sizes.orders)),
            Runner("pyarrow, writing only", "the same tables, already in memory: write_table as it comes", write("pyarrow")),
            Runner("pyarrow, best, writing only", "the same with delta encodings, dictionaries for texts alone",
                   write("pyarrow-best")),
            Runner("polars, writing only", "the same: write_parquet as it comes", write("polars")),
            Runner("tpcgen-cli", "lineitem of TPC-H, 16 columns", lambda d: tpcgen(sizes.scale, "parquet", d)),
        ],
        "14 columns of simple rules": [
            Runner("lakeseed", "bench/orders_and_items.yaml",
                   lambda d: lakeseed(d, "--custom-schema", ROOT / "bench/orders_and_items.yaml", "--target-rows",
                                      sizes.script_orders)),
            Runner("numpy and pyarrow", "the same columns, vectorised by hand", make("pyarrow")),
            Runner("numpy and polars", "the same values, written by polars", make("polars")),
            Runner("DuckDB SQL", "the same columns from range()", make("duckdb")),
        ],
        "CSV": [
            Runner("lakeseed", "orders and order_items of retail_oltp", lambda d: retail(d, sizes.orders, mode="csv")),
            Runner("tpcgen-cli", "lineitem of TPC-H", lambda d: tpcgen(sizes.scale, "csv", d)),
        ],
        "customers as CSV": [
            Runner("lakeseed", "customers of retail_oltp: names, e-mail, phone, address, 16 columns",
                   lambda d: lakeseed(d, "retail_oltp_large", "--tables", "customers", "--customers", sizes.customers,
                                      "--target-rows", 1000, mode="csv")),
            Runner("mimesis", "8 columns, row by row", by_python("mimesis", 10 * sizes.slow_people)),
            Runner("Faker without weights", "8 columns, row by row", by_python("faker-fast", 3 * sizes.slow_people)),
            Runner("Faker", "8 columns, row by row", by_python("faker", sizes.slow_people)),
        ],
    }
    if shutil.which("java"):
        everyone["14 columns of simple rules"].append(
            Runner("dbldatagen", "the same columns by Spark on this machine, without the link from items to their orders",
                   lambda d: script("orders_by_spark.py", sizes.script_orders // 4, folder=d)))
    if FAKE_RS.exists():
        everyone["customers as CSV"].insert(
            1, Runner("fake-rs", "8 columns, a loop in Rust", lambda d: people([FAKE_RS], sizes.customers, d)))
    return everyone


def measure(runner: Runner, scratch: pathlib.Path) -> dict:
    """A program's turn in a round: runs until they took TURN_CPU_S together, as one short run beside a long one says little.
    Seconds are means of the runs, memory is the most that one took."""
    folder = scratch / "files"
    runs: list[dict] = []
    while sum(r["cpu_s"] for r in runs) < TURN_CPU_S:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        runs.append(runner.start(folder))
    return {"cpu_s": statistics.mean(r["cpu_s"] for r in runs), "wall_s": statistics.mean(r["wall_s"] for r in runs),
            "peak_mb": max(r["peak_mb"] for r in runs), "cells": runs[0]["cells"], "runs": len(runs),
            "mb": sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6}


def summary(runner: Runner, ours: list[dict], theirs: list[dict]) -> dict:
    def rates(runs):
        return [r["cells"] / r["cpu_s"] for r in runs]
    ratios = [a / b for a, b in zip(rates(ours), rates(theirs))]
    return {"name": runner.name, "what": runner.what, "cells": theirs[0]["cells"], "mb": theirs[0]["mb"],
            "cells_per_cpu_s": spread(rates(theirs)), "lakeseed_is_faster": spread(ratios),
            "mb_per_cpu_s": statistics.median(r["mb"] / r["cpu_s"] for r in theirs),
            "peak_mb": max(r["peak_mb"] for r in theirs),
            "cpu_s": [r["cpu_s"] for r in theirs], "wall_s": [r["wall_s"] for r in theirs],
            "runs": [r["runs"] for r in theirs]}


def markdown(result: dict) -> str:
    lines = ["# lakeseed beside others", "",
             f"One thread each, {result['rounds']} rounds of at least {TURN_CPU_S} CPU seconds a program on "
             f"{result['machine']['cpu']} ({result['machine']['cores']} shared cores), commit {result['commit'][:10]}. "
             "`make bench` measures it again; [peers.json](peers.json) has every turn, `bench/compare.py` says what each program "
             "does.", "",
             "Cells per CPU second are medians. *lakeseed is faster by* compares cells per CPU second inside each round: the "
             "median, and the range over the rounds; below 1 the other one is faster. \"Writing only\" has its tables in memory "
             "already, and its peak memory is theirs. tpcgen-cli and the libraries of people make other columns, so those cells are "
             "only about alike.", ""]
    for name, rows in result["workloads"].items():
        lines += [f"## {name[0].upper() + name[1:]}", "",
                  "| program | what it does | M cells per CPU s | MB per CPU s | peak MB | lakeseed is faster by |",
                  "|---|---|---|---|---|---|"]
        for row in rows:
            ratio = row["lakeseed_is_faster"]
            by = "" if row is rows[0] else f"{ratio['median']:.2f} ({ratio['min']:.2f} to {ratio['max']:.2f})"
            lines.append(f"| {row['name']} | {row['what']} | {row['cells_per_cpu_s']['median'] / 1e6:.3g} | "
                         f"{row['mb_per_cpu_s']:.0f} | {row['peak_mb']:.0f} | {by} |")
        lines.append("")
    return "\n".join(lines + ["![Cells per CPU second](peers.svg)", ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one round of smaller runs")
    parser.add_argument("--output", type=pathlib.Path, help="folder for peers.json, peers.md and peers.svg")
    arguments = parser.parse_args()
    sizes = Sizes(1_000_000, 1_000_000, 1, 300_000, 1_000) if arguments.quick else Sizes(2_000_000, 2_000_000, 3, 1_000_000, 5_000)
    rounds = 1 if arguments.quick else arguments.rounds
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", BUILD / "venv"], check=True)
    subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", "-r", ROOT / "bench/requirements.txt"], check=True)
    if shutil.which("cargo") and not FAKE_RS.exists():
        subprocess.run(["cargo", "build", "--release", "--locked", "--quiet", "--target-dir", BUILD / "fake_rs"],
                       cwd=PEERS / "fake_rs", check=True)
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        everyone = workloads(sizes, scratch)
        runs: dict[tuple, list[dict]] = {}
        for number in range(rounds):
            for workload, runners in everyone.items():
                for runner in runners:
                    one = measure(runner, scratch)
                    runs.setdefault((workload, runner.name), []).append(one)
                    print(f"round {number + 1} {workload}: {runner.name} {one['cells'] / one['cpu_s'] / 1e6:.2f} M cells per CPU s",
                          flush=True)
    result = {"commit": commit(), "machine": machine(), "rounds": rounds, "workloads": {
        workload: [summary(r, runs[workload, runners[0].name], runs[workload, r.name]) for r in runners]
        for workload, runners in everyone.items()}}
    text = markdown(result)
    print("\n" + text)
    if arguments.output:
        arguments.output.mkdir(parents=True, exist_ok=True)
        (arguments.output / "peers.json").write_text(json.dumps(result, indent=1) + "\n")
        (arguments.output / "peers.md").write_text(text)
        (arguments.output / "peers.svg").write_text(svg(result["workloads"]))


if __name__ == "__main__":
    main()
