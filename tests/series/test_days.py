"""Runs by day: a day alone is that day of any series, in any order, by any number of processes."""

import json
import os
import signal
import sqlite3
import subprocess
import time

import duckdb
import pytest

from lakeseed_program import PROGRAM, ROOT, built_in, data_of, tree_of

SCALES = {"retail_oltp_small": 1.0, "retail_oltp_incremental": 0.02, "ecommerce_star_incremental": 0.001,
          "finance_oltp_incremental": 0.005, "retail_star_incremental": 0.02, "retail_star_large_incremental": 0.001,
          "finance_star_incremental": 0.005, "healthcare_oltp_incremental": 0.03, "transactions_incremental": 0.01,
          "people_incremental": 0.005, "ecommerce_incremental": 0.001, "ecommerce_dw_incremental": 0.05,
          "ecommerce_star_small_incremental": 0.1, "ecommerce_star_large_incremental": 0.001,
          "market_ohlcv_incremental": 0.1, "market_quotes_incremental": 0.05, "sensors_incremental": 0.05,
          "weather_incremental": 1.0, "ecommerce_nested_incremental": 0.02}
INCREMENTAL = list(SCALES)


def series(program, folder, first, last, *words, dataset="retail_oltp_small", code=0):
    done = program.run("generate-series", dataset, "--start-date", first, "--end-date", last, "--output", folder,
                       "--scale-factor", SCALES[dataset], "--json", "--quiet", *words)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout) if code == 0 else done.stderr


def day(program, folder, date, *words, dataset="retail_oltp_small", code=0):
    done = program.run("generate-incremental", dataset, "--date", date, "--output", folder,
                       "--scale-factor", SCALES[dataset], "--json", *words)
    assert done.returncode == code, done.stderr
    return done


def test_no_dataset_by_day_is_left_out():
    """Of datasets with the same tables, which differ in their sizes alone, one stands for all."""
    by_day = {tuple(told["tables"]) for one, told in built_in().items() if one.endswith("_incremental")}
    assert len(by_day) > 12 and by_day <= {tuple(built_in()[one]["tables"]) for one in INCREMENTAL}


def at_day(tree, date):
    folder = "/" + date.replace("-", "/") + "/"
    return {path: data for path, data in tree.items() if folder in path}


@pytest.mark.parametrize("dataset", INCREMENTAL)
def test_a_day_alone_is_that_day_of_the_series(program, tmp_path, dataset):
    assert dataset in built_in()
    series(program, tmp_path / "whole", "2024-01-01", "2024-01-09", "--batch-size", 4, dataset=dataset)
    whole = data_of(tmp_path / "whole")
    for date in ("2024-01-07", "2024-01-02", "2024-01-08"):
        day(program, tmp_path / date, date, "--quiet", dataset=dataset)
        alone = at_day(data_of(tmp_path / date), date)
        expected = at_day(whole, date)
        # A table that is copied once is due where there is none yet.
        extra = set(alone) - set(expected)
        assert set(expected) <= set(alone)
        assert all(path not in whole for path in extra)
        for path, data in expected.items():
            assert alone[path] == data, path


@pytest.mark.parametrize("dataset", INCREMENTAL)
def test_order_of_days_and_number_of_processes_do_not_matter(program, tmp_path, dataset):
    dates = [f"2024-01-{d:02}" for d in range(1, 9)]
    series(program, tmp_path / "one", dates[0], dates[-1], "--batch-size", 3, dataset=dataset)
    expected = data_of(tmp_path / "one")
    # The first day first, so that what is copied once is copied then.
    for date in [dates[0], *reversed(dates[1:])]:
        day(program, tmp_path / "backwards", date, "--quiet", dataset=dataset)
    assert data_of(tmp_path / "backwards") == expected

    day(program, tmp_path / "four", dates[0], "--quiet", dataset=dataset)
    running = [subprocess.Popen([str(PROGRAM), "generate-incremental", dataset, "--date", date, "--quiet",
                                 "--scale-factor", str(SCALES[dataset]), "--output", str(tmp_path / "four")],
                                env=program.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
               for date in dates[1:5]]
    for process in running:
        _, error = process.communicate(timeout=120)
        assert process.returncode == 0, error
    series(program, tmp_path / "four", dates[0], dates[-1], dataset=dataset)
    assert data_of(tmp_path / "four") == expected


@pytest.mark.parametrize("dataset", INCREMENTAL)
def test_a_longer_request_changes_nothing(program, tmp_path, dataset):
    series(program, tmp_path / "short", "2024-03-05", "2024-03-08", dataset=dataset)
    series(program, tmp_path / "long", "2024-02-27", "2024-03-16", "--batch-size", 100, dataset=dataset)
    short, long = data_of(tmp_path / "short"), data_of(tmp_path / "long")
    here = set(short) & set(long)
    assert all(any(f"/2024/03/0{d}/" in path for path in here) for d in range(5, 9))
    # What is copied where there is none yet, is copied on the first day.
    assert all("/2024/03/05/" in path for path in set(short) - here)
    assert all(long[path] == short[path] for path in here)
    if dataset == "retail_oltp_small":
        assert len(here) == 4 * 6


def test_days_that_are_done_are_skipped_and_made_again_to_the_same_bytes(program, tmp_path):
    first = series(program, tmp_path, "2024-01-01", "2024-01-06", "--batch-size", 2)
    assert (len(first["made_days"]), first["skipped_days"], first["batches"]) == (6, [], 3)
    before = tree_of(tmp_path)
    again = series(program, tmp_path, "2024-01-01", "2024-01-08", "--batch-size", 2)
    assert again["made_days"] == ["2024-01-07", "2024-01-08"]
    assert again["skipped_days"] == [f"2024-01-0{d}" for d in range(1, 7)]
    noted = day(program, tmp_path, "2024-01-03")
    assert "done before" in noted.stderr and json.loads(noted.stdout)["made_days"] == []
    after = data_of(tmp_path)
    assert all(after[path] == data for path, data in before.items() if not path.startswith("_lakeseed"))
    made = day(program, tmp_path, "2024-01-03", "--ignore-state")
    assert json.loads(made.stdout)["made_days"] == ["2024-01-03"]
    assert data_of(tmp_path) == after


def test_resuming_in_another_layout_says_that_the_day_is_done_in_one(program, tmp_path):
    words = ("generate-series", "retail_oltp_small_incremental", "-s", "2024-01-01", "-e", "2024-01-02",
             "--tables", "orders", "--output", tmp_path, "--resume")
    assert "the first day is not done" in program.run(*words).stderr
    other = program.run(*words, "--path-format", "flat")
    assert other.returncode == 2 and "in another place" in other.stderr, other.stderr
    assert "the first day is done in another layout" in other.stderr and "is not done" not in other.stderr


def test_without_state_what_is_there_is_an_error(program, tmp_path):
    day(program, tmp_path, "2024-01-03", "--no-state-management")
    assert not (tmp_path / ".lakeseed").exists()
    refused = day(program, tmp_path, "2024-01-03", "--no-state-management", code=2)
    assert "orders of 2024-01-03" in refused.stderr
    before = data_of(tmp_path)
    day(program, tmp_path, "2024-01-03", "--no-state-management", "--if-exists", "overwrite")
    assert data_of(tmp_path) == before
    assert "--resume" in program.run("generate-series", "retail_oltp_small", "-s", "2024-01-01", "-e", "2024-01-02",
                                     "--output", tmp_path, "--no-state-management", "--resume").stderr


def test_another_seed_in_the_same_output_is_refused(program, tmp_path):
    day(program, tmp_path, "2024-01-03")
    before = tree_of(tmp_path)
    refused = day(program, tmp_path, "2024-01-04", "--seed", 7, code=2)
    assert "seed" in refused.stderr
    assert tree_of(tmp_path) == before


def test_files_without_state_are_taken_over(program, tmp_path):
    series(program, tmp_path, "2024-01-01", "2024-01-04")
    before = tree_of(tmp_path)
    for file in (tmp_path / ".lakeseed").iterdir():
        file.unlink()
    again = series(program, tmp_path, "2024-01-01", "2024-01-04")
    assert len(again["made_days"]) == 4
    assert all(table["kept_files"] == table["generation_count"] for table in again["generated_tables"].values())
    assert tree_of(tmp_path) == before


def test_two_processes_on_one_day(program, tmp_path):
    words = [str(PROGRAM), "generate-series", "retail_oltp_small", "-s", "2024-01-01", "-e", "2024-01-31", "-b", "31",
             "--scale-factor", "60", "--output", str(tmp_path), "--quiet"]
    slow = subprocess.Popen(words, env=program.environment(), stdout=subprocess.DEVNULL)
    state = tmp_path / ".lakeseed" / "state.sqlite"
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up:
        try:
            if state.exists() and rows(state, "SELECT 1 FROM log_synthetic_data_generation WHERE status = 'running'"):
                break
        except sqlite3.OperationalError:
            pass  # Its tables are being made.
        time.sleep(0.002)
    os.kill(slow.pid, signal.SIGSTOP)
    assert slow.poll() is None
    refused = program.run("generate-incremental", "retail_oltp_small", "-d", "2024-01-05", "--scale-factor", 60,
                          "--output", tmp_path)
    assert refused.returncode == 3
    assert f"is being made by process {slow.pid}" in refused.stderr and "--wait" in refused.stderr
    waiting = subprocess.Popen([str(PROGRAM), "generate-incremental", "retail_oltp_small", "-d", "2024-01-05",
                                "--scale-factor", "60", "--output", str(tmp_path), "--wait", "--json"],
                               env=program.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(0.5)
    assert waiting.poll() is None
    os.kill(slow.pid, signal.SIGCONT)
    output, notes = waiting.communicate(timeout=120)
    assert slow.wait(timeout=120) == 0 and waiting.returncode == 0, notes
    assert "waiting" in notes and json.loads(output)["skipped_days"] == ["2024-01-05"]


def rows(state, sql):
    with sqlite3.connect(state) as connection:
        return connection.execute(sql).fetchall()


PATHS = {
    "nested": "2024/01/15/orders.parquet",
    "flat": "20240115_orders.parquet",
    "nested_daily": "2024/01/15/orders/data.parquet",
    "nested_monthly": "2024/01/orders_20240115.parquet",
    "nested_yearly": "2024/orders_20240115.parquet",
    "flat_with_date": "orders_20240115.parquet",
    "flat_with_date_prefix": "20240115_orders.parquet",
    "hive_partitioned": "orders/year=2024/month=01/day=15/data.parquet",
    "hive_monthly": "orders/year=2024/month=01/orders_20240115.parquet",
    "iso_week": "2024/week_03/orders_20240115.parquet",
    "quarter_based": "2024/Q1/orders_20240115.parquet",
    "{base_path}/{q}/{iso_ww}/{table_name}-{yyyy_mm_dd}": "1/03/orders-2024_01_15.parquet",
}


@pytest.mark.parametrize("path_format", PATHS)
def test_path_formats(program, tmp_path, path_format):
    day(program, tmp_path, "2024-01-15", "--path-format", path_format, "--tables", "orders,order_items,stores")
    folder = tmp_path / "Files" / "synthetic_data" / "retail_oltp_small"
    orders = folder / PATHS[path_format]
    assert orders.exists()
    found = duckdb.sql(f"SELECT count(*), min(order_date)::DATE, max(order_date)::DATE FROM '{orders}'").fetchall()[0]
    assert found[0] > 0
    assert len(data_of(tmp_path)) == 3


def test_wrong_requests(program, tmp_path):
    def refused(*words):
        done = program.run(*words, "--output", tmp_path)
        assert done.returncode == 2, done
        assert "Traceback" not in done.stderr
        return done.stderr

    assert "did you mean `nested_daily`?" in refused("generate-incremental", "retail_oltp_small", "--date", "2024-01-01",
                                                    "--path-format", "nested_dayly")
    assert "nothing exists before the epoch" in refused("generate-incremental", "retail_oltp_small", "--date", "2020-01-01")
    assert "end date is before start date" in refused("generate-series", "retail_oltp_small", "--start-date", "2024-02-01",
                                                      "--end-date", "2024-01-01")
    assert "--start-date is missing" in refused("generate-series", "retail_oltp_small", "--end-date", "2024-01-01")
    assert "YYYY-MM-DD" in refused("generate-incremental", "retail_oltp_small", "--date", "15.01.2024")
    assert "belong to no day" in refused("generate", "retail_oltp_small", "-o", "parquet", "--path-format", "nested_daily")
    assert not tmp_path.exists() or not any(tmp_path.iterdir())


def test_dry_run_prints_the_counts_and_writes_nothing(program, tmp_path):
    done = program.run("generate-series", "retail_oltp_small", "-s", "2023-01-01", "-e", "2024-12-31", "--dry-run",
                       "--json", "--output", tmp_path / "out")
    assert done.returncode == 0
    tables = {one["table"]: one["rows"] for one in json.loads(done.stdout)["tables"]}
    assert tables["orders"] == 10000
    assert not (tmp_path / "out").exists()


def test_a_pattern_of_ones_own_for_the_whole_window(program, tmp_path):
    done = program.run("generate", "retail_oltp_small", "-r", 100, "-o", "csv", "--output", tmp_path,
                       "--path-pattern", "lake/{dataset}/{table}", "--quiet")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "lake" / "retail_oltp_small" / "orders.csv").exists()


def test_a_year_in_one_command_validated(program, tmp_path):
    done = program.run("generate-series", "retail_oltp_incremental", "-s", "2024-01-01", "-e", "2024-12-31", "-b", 30,
                       "--scale-factor", 0.01, "--output", tmp_path, "--validate", "--json", "--quiet")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr
    result = json.loads(done.stdout)
    assert result["total_days"] == 366 and len(result["made_days"]) == 366
    orders = duckdb.sql(f"SELECT count(*), count(DISTINCT order_id), min(order_id), max(order_id) "
                        f"FROM '{tmp_path}/Files/**/orders.parquet'").fetchall()[0]
    assert orders[0] == orders[1] == orders[3] - orders[2] + 1 == result["generated_tables"]["orders"]["total_rows"]


def test_the_log_has_each_day_once_with_measured_speed(program, tmp_path):
    series(program, tmp_path, "2024-01-01", "2024-01-12", "--batch-size", 5)
    series(program, tmp_path, "2024-01-10", "2024-01-14")
    log = rows(tmp_path / ".lakeseed" / "state.sqlite",
               "SELECT generation_date, count(*), min(total_rows), min(rows_per_second), min(duration_seconds), "
               "min(peak_memory_gb), min(cpu_cores_used) FROM log_synthetic_data_generation "
               "WHERE status = 'COMPLETED' GROUP BY generation_date")
    assert [row[0] for row in log] == [f"2024-01-{d:02}" for d in range(1, 15)]
    assert all(row[1] == 1 and row[2] > 0 and row[3] > 0 and row[4] > 0 and row[5] > 0 and row[6] > 0 for row in log)
    assert (ROOT / "datasets").exists()


def test_whole_runs_are_logged_where_the_tables_are(program, tmp_path):
    words = ("generate", "retail_oltp_small", "-r", 200, "-o", "parquet", "--output", tmp_path, "--quiet")
    assert program.run(*words).returncode == 0
    assert not (tmp_path / ".lakeseed").exists()
    assert program.run("deploy-ddl", "--output", tmp_path).returncode == 0
    assert program.run(*words, "--if-exists", "overwrite", "--seed", 7).returncode == 0
    found = rows(tmp_path / ".lakeseed" / "state.sqlite",
                 "SELECT dataset_id, target_rows, total_rows, rows_per_second > 0, peak_memory_gb > 0 "
                 "FROM log_synthetic_data_generation WHERE status = 'COMPLETED'")
    orders, items = (duckdb.sql(f"SELECT count(*) FROM '{tmp_path}/Files/**/{table}.parquet'").fetchall()[0][0]
                     for table in ("orders", "order_items"))
    assert found[0][:2] == ("retail_oltp_small", 200) and found[0][2] > orders + items and found[0][3:] == (1, 1)


def test_a_plan_by_day_runs_in_shares(program, tmp_path):
    series(program, tmp_path / "series", "2024-01-01", "2024-01-05")
    plan = tmp_path / "plan.json"
    made = program.run("plan", "retail_oltp_small", "--start-date", "2024-01-01", "--end-date", "2024-01-05", "-o",
                       "parquet", "--output", tmp_path / "shares", "--output-file", plan, "--quiet")
    assert made.returncode == 0, made.stderr
    for share in ("2/3", "1/3", "3/3"):
        done = program.run("work", plan, "--task", share, "--quiet")
        assert done.returncode == 0, done.stderr
    assert data_of(tmp_path / "shares") == {}
    assert program.run("commit", plan).returncode == 0
    assert data_of(tmp_path / "shares") == data_of(tmp_path / "series")
