"""Late rows: a day has what arrives on it, alone as in a series; all days have each row once, in its state."""

import json
import pathlib
import subprocess

import duckdb
import pyarrow.parquet as pq
import pytest

from lakeseed_program import PROGRAM, data_of
from spec_run import run_of
from test_days import at_day

SPEC = pathlib.Path(__file__).parent / "late_shop.yaml"
run = run_of(SPEC)
FIRST, LAST = "2023-12-20", "2024-04-12"
LATE = ["orders", "lines", "parts", "visits"]
SHARES = {0: 0.82, 1: 0.10, 2: 0.05, 7: 0.03}


def series(program, folder, first, last, *words):
    run(program, "generate-series", "-s", first, "-e", last, "-o", "parquet", "--output", folder, "--quiet", *words)
    return pathlib.Path(folder)


def day(program, folder, date, *words):
    run(program, "generate-incremental", "--date", date, "-o", "parquet", "--output", folder, "--quiet", *words)


@pytest.fixture(scope="module")
def by_day(program, tmp_path_factory):
    """From the epoch on, until all that happened in the window has arrived."""
    return series(program, tmp_path_factory.mktemp("late"), FIRST, LAST, "-b", "40")


def files(folder, table):
    return f"read_parquet('{folder}/Files/**/{table}.parquet', filename = true)"


def file_day(name="filename"):
    return f"strptime(regexp_extract({name}, '\\d{{4}}/\\d\\d/\\d\\d'), '%Y/%m/%d')::DATE"


def test_a_day_alone_is_that_day_of_the_series(program, tmp_path, by_day):
    expected = data_of(by_day)
    for date in ("2024-01-14", FIRST, "2024-03-03", LAST):
        day(program, tmp_path / date, date)
        alone = at_day(data_of(tmp_path / date), date)
        assert {path.rsplit("/", 1)[1] for path in alone} >= {f"{table}.parquet" for table in LATE}
        for path, data in alone.items():
            assert "products" in path or expected[path] == data, path


def test_order_of_days_and_number_of_processes_do_not_matter(program, tmp_path):
    dates = [f"2024-01-{d:02}" for d in range(5, 17)]
    series(program, tmp_path / "one", dates[0], dates[-1], "-b", "5")
    expected = data_of(tmp_path / "one")
    for date in [dates[0], *reversed(dates[1:])]:
        day(program, tmp_path / "backwards", date)
    assert data_of(tmp_path / "backwards") == expected
    day(program, tmp_path / "four", dates[0])
    for some in (dates[1:5], dates[5:9], dates[9:]):
        running = [subprocess.Popen([str(PROGRAM), "generate-incremental", "--date", date, "-o", "parquet", "--quiet",
                                     "--output", str(tmp_path / "four"), "--custom-schema", str(SPEC)],
                                    env=program.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                   for date in some]
        for process in running:
            _, error = process.communicate(timeout=120)
            assert process.returncode == 0, error
    assert data_of(tmp_path / "four") == expected
    series(program, tmp_path / "threads", dates[0], dates[-1], "--parallel-workers", "1", "--chunk-size", "7")
    assert data_of(tmp_path / "threads") == expected


@pytest.mark.parametrize("table", LATE)
def test_all_days_have_the_rows_of_the_whole_run(by_day, whole, table):
    """Each row once, with the same cells: the days on which all of the window has arrived hold all of its rows."""
    key = {"orders": "order_id", "lines": "line_id", "parts": "part_id", "visits": "visit_id"}[table]
    rows = f"SELECT * EXCLUDE (filename) FROM {files(whole, table)}"
    first, last, count = duckdb.sql(f"SELECT min({key}), max({key}), count(*) FROM ({rows})").fetchall()[0]
    assert last - first + 1 == count > 1000
    days = f"SELECT * EXCLUDE (filename) FROM {files(by_day, table)} WHERE {key} BETWEEN {first} AND {last}"
    assert duckdb.sql(f"SELECT count(*) FROM ({days})").fetchall()[0][0] == count
    for one, other in ((days, rows), (rows, days)):
        assert duckdb.sql(f"SELECT count(*) FROM ({one} EXCEPT ALL {other})").fetchall()[0][0] == 0


def test_files_hold_what_arrives_on_their_day(by_day):
    wrong = duckdb.sql(f"SELECT count(*) FROM {files(by_day, 'orders')} WHERE arrival_date != {file_day()} "
                       "OR days_late NOT IN (0, 1, 2, 7) OR days_late != arrival_date - event_date "
                       "OR (ordered_at AT TIME ZONE 'America/New_York')::DATE != event_date").fetchall()[0][0]
    assert wrong == 0
    # Children are in the files of their parents' day, all of them.
    together = duckdb.sql(
        f"SELECT count(*), count(*) FILTER (WHERE {file_day('l.filename')} != {file_day('o.filename')} "
        f"OR {file_day('p.filename')} != {file_day('o.filename')} OR l.arrival_date != o.arrival_date) "
        f"FROM {files(by_day, 'parts')} p JOIN {files(by_day, 'lines')} l USING (line_id) "
        f"JOIN {files(by_day, 'orders')} o USING (order_id)").fetchall()[0]
    assert together[0] > 1000 and together[1] == 0
    totals = duckdb.sql(f"SELECT count(*) FILTER (WHERE o.total != l.total OR o.num_lines != l.n), count(*) "
                        f"FROM {files(by_day, 'orders')} o JOIN (SELECT order_id, sum(amount) total, count(*) n "
                        f"FROM {files(by_day, 'lines')} GROUP BY order_id) l USING (order_id)").fetchall()[0]
    assert totals[0] == 0 and totals[1] > 1000
    # Rows of a file ascend by number, so by time.
    for path in sorted(by_day.rglob("2024/02/*/orders.parquet")):
        table = pq.read_table(path)
        for column in ("order_id", "ordered_at"):
            cells = table[column].to_pylist()
            assert cells == sorted(cells), path


def test_shares_of_each_day_are_exact(by_day):
    rows = duckdb.sql(f"SELECT event_date, days_late, count(*) n FROM {files(by_day, 'orders')} "
                      f"WHERE event_date <= DATE '{LAST}' - 7 GROUP BY ALL").fetchall()
    days = {}
    for date, lag, count in rows:
        days.setdefault(date, {})[lag] = count
    assert len(days) > 100
    for date, counts in days.items():
        total, arrived, share = sum(counts.values()), 0, 0.0
        for lag in (0, 1, 2):
            arrived += counts.get(lag, 0)
            share += SHARES[lag]
            assert abs(arrived - total * share) < 1 + 1e-6, (date, lag)
    total = sum(sum(counts.values()) for counts in days.values())
    for lag, share in SHARES.items():
        assert abs(sum(counts.get(lag, 0) for counts in days.values()) / total - share) < 0.003


def test_facts_see_the_day_of_the_event(by_day):
    """A late order has the tier and the version of its customer on the day on which it was made."""
    copies = f"SELECT *, {file_day()} seen FROM {files(by_day, 'customers')}"
    found = duckdb.sql(f"SELECT count(*), count(*) FILTER (WHERE o.tier != c.tier) FROM {files(by_day, 'orders')} o "
                       f"JOIN ({copies}) c ON c.customer_id = o.customer_id AND c.seen = o.event_date "
                       "WHERE o.days_late > 0").fetchall()[0]
    assert found[0] > 300 and found[1] == 0
    on_arrival = duckdb.sql(f"SELECT count(*) FROM {files(by_day, 'orders')} o "
                            f"JOIN ({copies}) c ON c.customer_id = o.customer_id AND c.seen = o.arrival_date "
                            "WHERE o.days_late > 0 AND o.tier != c.tier").fetchall()[0][0]
    assert on_arrival > 0  # Otherwise the test says nothing.
    last = by_day / "Files" / "synthetic_data" / "late_shop" / LAST.replace("-", "/") / "dim_customer.parquet"
    versions = duckdb.sql(f"SELECT count(*), count(*) FILTER (WHERE o.customer_id != v.customer_id "
                          f"OR o.event_date < v.valid_from OR o.event_date >= v.valid_to) "
                          f"FROM {files(by_day, 'orders')} o LEFT JOIN '{last}' v USING (customer_key)").fetchall()[0]
    assert versions[0] > 1000 and versions[1] == 0


def test_as_of_day_shows_what_is_known_on_arrival(program, tmp_path):
    series(program, tmp_path, "2024-01-10", "2024-01-20", "--as-of", "day")
    seen = duckdb.sql(f"SELECT days_late >= 2, count(*), count(*) FILTER (WHERE status = 'Placed'), "
                      "max((sent_at AT TIME ZONE 'America/New_York')::DATE - arrival_date) "
                      f"FROM {files(tmp_path, 'orders')} GROUP BY 1 ORDER BY 1").fetchall()
    assert seen[0][2] > 0.3 * seen[0][1]  # Most are new on their day.
    assert seen[1][1] > 20 and seen[1][2] == 0  # After two days all have been sent.
    assert seen[0][3] <= 0 and seen[1][3] <= 0  # Nothing of a later day is known.


def test_the_whole_run_counts_event_days(program, whole):
    """Rows that arrive after the window are there too, and say so; they stand in order of events."""
    first, last, latest = duckdb.sql("SELECT min(event_date), max(event_date), max(arrival_date) "
                                     f"FROM {files(whole, 'orders')}").fetchall()[0]
    assert (str(first), str(last)) == ("2024-01-01", "2024-03-31") and str(latest) > "2024-03-31"
    ordered = pq.read_table(next(whole.rglob("orders.parquet")))["ordered_at"].to_pylist()
    assert ordered == sorted(ordered)
    run(program, "validate", whole)


def test_validate_knows_late_rows(program, by_day):
    done = run(program, "validate", by_day, "--json")
    checks = json.loads(done.stdout)["checks"]
    assert {(c["table"], c["rule"]) for c in checks if c["rule"].startswith("arrival")} == {
        (table, "arrival:day") for table in LATE} | {(table, "arrival:shares") for table in ("orders", "visits")}
    kinds = {one["table"]: one["kind"] for one in json.loads(done.stdout)["days"]}
    assert [kinds[table] for table in LATE] == 4 * ["arrivals"] and kinds["customers"] == "daily"
    checked = {(c["table"], c["rule"]): c for c in checks if "skipped_reason" not in c}
    for rule in ("expression:tier", "days:counts", "days:ids", "key:order_id", "cells", "version:customer_key",
                 "rule:after_joining", "expression:total", "reference:customer_id"):
        assert checked["orders", rule]["checked_rows"] > 1000, rule
    assert checked["parts", "cells"]["checked_rows"] > 1000


def test_described(program):
    text = program.run("describe", "--custom-schema", SPEC).stdout
    assert "10% late by 1d, 5% by 2d, 3% by 7d" in text
    for form in ("markdown", "html"):
        assert "3% by 7d" in program.run("describe", "--custom-schema", SPEC, "--format", form).stdout
    tables = {one["table_name"]: one for one in
              json.loads(program.run("describe", "--custom-schema", SPEC, "--json").stdout)["tables"]}
    assert tables["orders"]["late"][2] == {"days": 7, "share": 0.03} and "late" not in tables["customers"]


def test_parts_and_formats(program, tmp_path):
    for name, words in {"parts": ("--file-rows-target", "20"), "csv": ("-o", "csv"),
                        "arrow": ("-o", "arrow", "--file-rows-target", "33")}.items():
        folder = tmp_path / name
        run(program, "generate-series", "-s", "2024-01-06", "-e", "2024-01-17", "-o", "parquet", "--output", folder,
            "--quiet", *words)
        run(program, "validate", folder)


def test_the_feed_has_each_row_on_the_day_of_its_arrival(program, by_day):
    done = run(program, "changes", "--from", "2024-01-10", "--to", "2024-01-12", "--tables", "orders,lines")
    inserts = [one for one in map(json.loads, done.stdout.splitlines()) if one["op"] == "insert"]
    for date in ("2024-01-10", "2024-01-11", "2024-01-12"):
        folder = by_day / "Files" / "synthetic_data" / "late_shop" / date.replace("-", "/")
        for table, key in (("orders", "order_id"), ("lines", "line_id")):
            there = pq.read_table(folder / f"{table}.parquet")[key].to_pylist()
            came = [one["after"][key] for one in inserts if one["table"] == table
                    and one["after"]["arrival_date"] == date]
            assert sorted(came) == there and len(there) > 10
