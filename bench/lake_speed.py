"""Tables of each format against plain Parquet, and against deltalake and pyiceberg writing the same rows from memory.

    .venv/bin/python bench/lake_speed.py --json docs/benchmarks/lake_speed.json

All on one core; CPU seconds, ours of the whole process, the others' of the call that writes. Ratios are taken inside a
round, the median of the rounds counts. Each round begins with another format, and what one has written is gone before the
next begins: a machine gets slower or faster meanwhile, and its memory full. TMPDIR on a memory file system leaves the disk out.
"""

import argparse
import json
import os
import pathlib
import resource
import shutil
import statistics
import sys
import tempfile

import measured

PROGRAM = pathlib.Path(os.environ.get("LAKESEED_PROGRAM", measured.ROOT / "build" / "lakeseed"))
DATASET = "retail_oltp_small"
# Tables and their orders for each row in all of them: an order has 2.5 items. Orders alone are the harder half: two
# addresses, sums over items that are made for them only.
WORKLOADS = {"orders and order_items": (["orders", "order_items"], 1 / 3.5), "orders": (["orders"], 1)}
FORMS = {"parquet": ["--output-mode", "parquet"], "delta": ["--table-format", "delta"],
         "iceberg": ["--table-format", "iceberg"], "ducklake": ["--table-format", "ducklake"]}
ONE_THREAD = {"RAYON_NUM_THREADS": "1", "TOKIO_WORKER_THREADS": "1", "OMP_NUM_THREADS": "1", "ARROW_IO_THREADS": "1",
              "PYICEBERG_MAX_WORKERS": "1"}


def write_delta(table, folder: str) -> None:
    import deltalake

    deltalake.write_deltalake(folder, table)


def write_iceberg(table, folder: str, **properties: str) -> None:
    from pyiceberg.catalog.sql import SqlCatalog

    os.makedirs(folder)
    catalog = SqlCatalog("bench", uri=f"sqlite:///{folder}/catalog.sqlite", warehouse=f"file://{folder}")
    catalog.create_namespace("bench")
    catalog.create_table("bench.orders", schema=table.schema, properties=properties).append(table)


def write_iceberg_snappy(table, folder: str) -> None:
    write_iceberg(table, folder, **{"write.parquet.compression-codec": "snappy"})


# As they come, and pyiceberg, which compresses with zstd, also with the codec of the others.
WRITERS = {"write_deltalake": write_delta, "pyiceberg_append": write_iceberg, "pyiceberg_append_snappy": write_iceberg_snappy}


def write(name: str, source: str, table: str, folder: str) -> None:
    """One table by one of the others in a process of its own: prints the CPU seconds of its writing."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pa.set_cpu_count(1)
    files = sorted(file for file in pathlib.Path(source).rglob("*.parquet") if table in (file.parent.name, file.stem))
    rows = pa.concat_tables([pq.ParquetFile(file).read() for file in files])
    WRITERS[name](rows.slice(0, 1), f"{folder}_first")  # Imports and the like are not what is measured.
    before = resource.getrusage(resource.RUSAGE_SELF)
    WRITERS[name](rows, folder)
    after = resource.getrusage(resource.RUSAGE_SELF)
    print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def in_turn(names, turn: int) -> list[str]:
    """All of them, another one first in each turn."""
    names = list(names)
    return names[turn % len(names):] + names[:turn % len(names)]


def one_round(workload: str, rows: int, core: int, turn: int, scratch: pathlib.Path) -> dict[str, float]:
    options = {"env": os.environ | ONE_THREAD, "preexec_fn": lambda: os.sched_setaffinity(0, {core})}
    tables, share = WORKLOADS[workload]
    seconds = {}
    for form in in_turn(FORMS, turn):
        command = [PROGRAM, "generate", DATASET, "-r", round(rows * share), "--tables", ",".join(tables), "--parallel-workers", 1,
                   "--quiet", "--output", scratch / form, *FORMS[form]]
        seconds[form] = measured.run(command, **options)["cpu_s"]
        if form != "parquet":  # That is what the others read.
            shutil.rmtree(scratch / form)
    for name in in_turn(WRITERS, turn):
        seconds[name] = 0.0
        for table in tables:
            command = [sys.executable, __file__, "--write", name, scratch / "parquet", table, scratch / f"{name}_{table}"]
            seconds[name] += float(measured.run(command, **options)["output"])
            shutil.rmtree(scratch / f"{name}_{table}")
    return seconds


def ratios(seconds: dict[str, float]) -> dict[str, float]:
    """Ours beside the plain files; the others beside the format that they write, as how often ours would do it."""
    return {**{form: seconds[form] / seconds["parquet"] for form in FORMS if form != "parquet"},
            "write_deltalake": seconds["write_deltalake"] / seconds["delta"],
            **{name: seconds[name] / seconds["iceberg"] for name in WRITERS if name.startswith("pyiceberg")}}


def medians(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(one[name] for one in rounds), 2) for name in rounds[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--write", nargs=4, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.write:
        write(*wanted.write)
        return
    core = max(os.sched_getaffinity(0))
    rounds: dict[str, list] = {workload: [] for workload in WORKLOADS}
    for turn in range(wanted.rounds):
        for workload, every in rounds.items():
            scratch = pathlib.Path(tempfile.mkdtemp(prefix="lake_speed"))
            try:
                every.append(one_round(workload, wanted.rows, core, turn, scratch))
            finally:
                shutil.rmtree(scratch)
            print(workload, {name: round(value, 2) for name, value in every[-1].items()}, file=sys.stderr)
    result = {"command": f"bench/lake_speed.py --rows {wanted.rows} --rounds {wanted.rounds}", "commit": measured.commit(),
              "machine": measured.machine(), "dataset": DATASET, "rows": wanted.rows,
              "workloads": {workload: {"cpu_seconds": medians(every), "ratios": medians([ratios(one) for one in every])}
                            for workload, every in rounds.items()},
              "asked": {"delta": "<= 1.1", "iceberg": "<= 1.1", "ducklake": "<= 1.1", "write_deltalake": ">= 1",
                        "pyiceberg_append": ">= 1.5"}}
    text = json.dumps(result, indent=2) + "\n"
    print(text, end="")
    if wanted.json:
        wanted.json.write_text(text)


if __name__ == "__main__":
    main()
