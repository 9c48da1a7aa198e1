"""What a late day costs: CPU time per row of day 3,650 against day 1, and the time to plan ten years.

    .venv/bin/python bench/day_cost.py --json docs/benchmarks/day_cost.json

Four comparisons of CPU time, user's and system's, of whole runs: reading the dataset and the vocabularies, which takes
about 0.1 s of every run, is inside. Both days run in turns, the early one first in one round and the late one in the
next, and each day's time is the mean of the least third of its rounds: one lucky run says nothing.

- events: members come and go for ten years, nothing of them changes;
- events_of_changing_parents: day 3,650 of ten years in which customers and products change, against the first day
  of a dataset that begins with as many customers and products and has as many orders: what the history costs;
- events_of_growing_parents: the same dataset on its first and its late day, with as many orders on both. It has grown
  by then, customers 38-fold and products 180-fold, so that few orders of a batch share a product any more: history
  and growth together;
- copies: snapshots of customers.
"""

import argparse
import datetime
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = pathlib.Path(os.environ.get("LAKESEED_PROGRAM", ROOT / "build" / "lakeseed"))
FIRST = datetime.date(2015, 1, 1)
TEN_YEARS = ["--set", f"epoch={FIRST}", "--set", f"window.from={FIRST}", "--set", "window.to=2024-12-31"]
# Customers and products that come and go, 100,000 to 300,000 orders a day; as good as nothing of them changes.
STEADY = ["retail_oltp", "--target-rows", "800000000", "--set", "customers=1000000", "--set", "products=100000",
          "--set", "stores=500", "--set", "tables.customers.population.changes.rate=0.0001 per year", *TEN_YEARS]
# Customers grow 38-fold and products 180-fold in ten years, and have changed 1.5 and 12 times each by then.
CHANGING = ["retail_oltp_incremental", *TEN_YEARS]
ROUNDS = 18


def run(*words) -> tuple[float, str]:
    """CPU seconds of one run, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([str(PROGRAM), *map(str, words)], capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def day_run(dataset: list[str], day: int, tables: str, scale: float) -> tuple[float, int]:
    """CPU seconds and rows of a day's tables."""
    folder = tempfile.mkdtemp(prefix="lakeseed-day-")
    try:
        used, out = run("generate-incremental", *dataset, "--date", FIRST + datetime.timedelta(days=day - 1),
                        "--tables", tables, "--scale-factor", scale, "--output", folder, "--parallel-workers", 1,
                        "--json", "--quiet")
        return used, json.loads(out)["total_rows"]
    finally:
        shutil.rmtree(folder)


def ratio(tables: str, one: tuple, late: tuple) -> dict:
    """CPU time per row of both days, each (dataset, scale factor); in turns, so that what else runs on the machine
    meets both."""
    days = {"day_1": (1, *one), "day_3650": (3650, *late)}
    spent = {name: [] for name in days}
    rows = {}
    for turn in range(ROUNDS):
        for name in sorted(days, reverse=turn % 2 == 1):
            day, dataset, scale = days[name]
            used, rows[name] = day_run(dataset, day, tables, scale)
            spent[name].append(used)
    result = {"tables": tables}
    for name, (day, _, scale) in days.items():
        seconds = statistics.fmean(sorted(spent[name])[:ROUNDS // 3])
        result[name] = {"day": day, "scale_factor": scale, "cpu_seconds": seconds, "least_cpu_seconds": min(spent[name]),
                        "rows": rows[name], "ns_per_row": seconds / rows[name] * 1e9}
    return result | {"ratio": result["day_3650"]["ns_per_row"] / result["day_1"]["ns_per_row"]}


def rows_on(dataset: list[str], day: int, table: str) -> int:
    """Rows of a table on a day, without making them."""
    _, out = run("generate-incremental", *dataset, "--date", FIRST + datetime.timedelta(days=day - 1), "--dry-run",
                 "--json", "--quiet", "--output", "never-written")
    return next(one["rows"] for one in json.loads(out)["tables"] if one["table"] == table)


def with_orders(dataset: list[str], day: int, orders: int) -> list[str]:
    """The dataset with so many orders on a day: the factors of its weekday and holiday are taken out, or the start of
    a run would weigh more on one of two days."""
    usual = rows_on([*dataset, "--set", "tables.orders.events.per_day=100000"], day, "orders")
    return [*dataset, "--set", f"tables.orders.events.per_day={round(orders * 100000 / usual)}"]


def ratio_of_equals(orders: int) -> dict:
    """As many orders, customers and products on a late day as on the first one."""
    living = {table: rows_on([*CHANGING, "--set", f"tables.{table}.snapshot=daily"], 3650, table)
              for table in ("customers", "products")}
    # One year only, or the products of ten more would run out of codes.
    begins = ["retail_oltp_incremental", "--set", f"epoch={FIRST}", "--set", f"window.from={FIRST}", "--set",
              f"window.to={FIRST.year}-12-31"]
    begins += [word for table, count in living.items() for word in ("--set", f"{table}={count}")]
    return ratio("orders,order_items", (with_orders(begins, 1, orders), 1),
                 (with_orders(CHANGING, 3650, orders), 1)) | {"parents": living}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=pathlib.Path)
    chosen = parser.parse_args()
    # Copies have grown 38-fold on the late day, so the first day is made larger to give both enough rows.
    result = {"command": "bench/day_cost.py", "rounds": ROUNDS,
              "commit": subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, text=True,
                                       capture_output=True).stdout.strip(),
              "events": ratio("orders,order_items", (STEADY, 1), (STEADY, 1)),
              "events_of_changing_parents": ratio_of_equals(400_000),
              "events_of_growing_parents": ratio("orders,order_items", (with_orders(CHANGING, 1, 20_000), 20),
                                                   (with_orders(CHANGING, 3650, 20_000), 20)),
              "copies": ratio("customers", (CHANGING, 20), (CHANGING, 1))}
    times = []
    for _ in range(ROUNDS):
        start = time.monotonic()
        _, out = run("generate-series", *CHANGING, "--start-date", FIRST, "--end-date", "2024-12-31", "--dry-run",
                     "--json", "--quiet", "--output", "never-written")
        times.append(time.monotonic() - start)
    result["plan_of_ten_years"] = {"seconds": min(times), "files": json.loads(out)["files"]}
    for name in ("events", "events_of_changing_parents", "events_of_growing_parents", "copies"):
        one = result[name]
        print(f"{name} ({one['tables']}): {one['day_1']['ns_per_row']:.0f} ns per row on day 1, "
              f"{one['day_3650']['ns_per_row']:.0f} on day 3,650: {one['ratio']:.2f}x")
    print(f"plan of ten years: {result['plan_of_ten_years']['files']} files in "
          f"{result['plan_of_ten_years']['seconds']:.2f} s")
    if chosen.json:
        chosen.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
