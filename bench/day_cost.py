"""What a late day costs: CPU time per row of day 3,650 against day 1, and the time to plan ten years.

    .venv/bin/python bench/day_cost.py --json docs/benchmarks/day_cost.json
"""

import argparse
import datetime
import json
import os
import pathlib
import resource
import shutil
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = pathlib.Path(os.environ.get("LAKESEED_PROGRAM", ROOT / "build" / "lakeseed"))
FIRST = datetime.date(2015, 1, 1)
TEN_YEARS = ["--set", f"epoch={FIRST}", "--set", f"window.from={FIRST}", "--set", "window.to=2024-12-31"]
# Customers and products that come and go, 100,000 to 300,000 orders a day; nothing of them changes.
STEADY = ["retail_oltp", "--target-rows", "800000000", "--set", "customers=1000000", "--set", "products=100000",
          "--set", "stores=500", "--set", "tables.customers.population.changes=null", *TEN_YEARS]
# Customers grow 38-fold and products 180-fold in ten years, and have changed 1.5 and 12 times each by then.
CHANGING = ["retail_oltp_incremental", *TEN_YEARS]
ROUNDS = 5


def run(*words) -> tuple[float, str]:
    """CPU seconds of one run, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([str(PROGRAM), *map(str, words)], capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def cost(dataset: list[str], day: int, tables: str, scale: float) -> dict:
    """Least CPU time of a day's tables, and its rows."""
    seconds, rows = [], 0
    for _ in range(ROUNDS):
        folder = tempfile.mkdtemp(prefix="lakeseed-day-")
        try:
            used, out = run("generate-incremental", *dataset, "--date", FIRST + datetime.timedelta(days=day - 1),
                            "--tables", tables, "--scale-factor", scale, "--output", folder, "--parallel-workers", 1,
                            "--json", "--quiet")
            seconds.append(used)
            rows = json.loads(out)["total_rows"]
        finally:
            shutil.rmtree(folder)
    return {"day": day, "tables": tables, "scale_factor": scale, "rows": rows, "cpu_seconds": min(seconds),
            "ns_per_row": min(seconds) / rows * 1e9}


def ratio_of(dataset: list[str], tables: str, day_one_scale: float, late_scale: float) -> dict:
    one, late = cost(dataset, 1, tables, day_one_scale), cost(dataset, 3650, tables, late_scale)
    return {"tables": tables, "day_1": one, "day_3650": late, "ratio": late["ns_per_row"] / one["ns_per_row"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=pathlib.Path)
    chosen = parser.parse_args()
    # Copies have grown 38-fold on the late day, so the first day is made larger to give both enough rows.
    result = {"command": "bench/day_cost.py", "rounds": ROUNDS,
              "commit": subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, text=True,
                                       capture_output=True).stdout.strip(),
              "events": ratio_of(STEADY, "orders,order_items", 1, 1),
              "events_that_read_versions": ratio_of(CHANGING, "orders,order_items", 20, 20),
              "copies": ratio_of(CHANGING, "customers", 20, 1)}
    times = []
    for _ in range(ROUNDS):
        start = time.monotonic()
        _, out = run("generate-series", *CHANGING, "--start-date", FIRST, "--end-date", "2024-12-31", "--dry-run",
                     "--json", "--quiet", "--output", "never-written")
        times.append(time.monotonic() - start)
    result["plan_of_ten_years"] = {"seconds": min(times), "files": json.loads(out)["files"]}
    for name in ("events", "events_that_read_versions", "copies"):
        one = result[name]
        print(f"{name} ({one['tables']}): {one['day_1']['ns_per_row']:.0f} ns per row on day 1, "
              f"{one['day_3650']['ns_per_row']:.0f} on day 3,650: {one['ratio']:.2f}x")
    print(f"plan of ten years: {result['plan_of_ten_years']['files']} files in "
          f"{result['plan_of_ten_years']['seconds']:.2f} s")
    if chosen.json:
        chosen.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
