"""The command lines by day that the source documents print, as they stand there but for the program's name.

Those of more than five million rows run at a thousandth; their full counts come from --dry-run.
"""

import json
import shlex

import duckdb
import monitoring_queries
import pytest

from lakeseed_program import data_of

ROOT = "Files/synthetic_data"


def words_of(line: str) -> list[str]:
    return shlex.split(line.replace("\\\n", " "))[1:]


@pytest.fixture
def run(program, tmp_path):
    def call(line, *more, code=0):
        done = program.run(*words_of(line), *more, "--output", tmp_path)
        assert done.returncode == code, done.stderr
        return done

    return call


def paths(folder):
    return {path.removeprefix(ROOT + "/") for path in data_of(folder)}


def test_single_day_nested(run, tmp_path):
    run("""lakeseed synthetic-data generate-incremental retail_oltp_incremental \\
    --date 2024-01-15 \\
    --path-format nested \\
    --target-environment lakehouse \\
    --generation-mode auto""")
    day = "retail_oltp_incremental/2024/01/15"
    assert {f"{day}/{table}.parquet" for table in ("customers", "orders", "order_items")} <= paths(tmp_path)


def test_single_day_flat(run, tmp_path):
    run("""lakeseed synthetic-data generate-incremental retail_oltp_incremental \\
    --date 2024-01-15 \\
    --path-format flat \\
    --seed 42""")
    name = "retail_oltp_incremental/20240115"
    assert {f"{name}_{table}.parquet" for table in ("customers", "orders", "order_items")} <= paths(tmp_path)


def test_thirty_days(run, tmp_path):
    run("""lakeseed synthetic-data generate-series retail_oltp_incremental \\
    --start-date 2024-01-01 \\
    --end-date 2024-01-30 \\
    --path-format nested \\
    --batch-size 10""")
    found = paths(tmp_path)
    base = "retail_oltp_incremental/2024/01"
    for table in ("customers", "orders", "order_items"):
        assert {p for p in found if p.endswith(f"/{table}.parquet")} == {
            f"{base}/{day:02}/{table}.parquet" for day in range(1, 31)}
    # Weekly copies on Mondays.
    assert {p for p in found if p.endswith("/products.parquet")} == {
        f"{base}/{day:02}/products.parquet" for day in (1, 8, 15, 22, 29)}
    counts = dict(duckdb.sql(f"""
        SELECT regexp_extract(filename, '(\\d\\d)/orders', 1)::INT, count(*)
        FROM read_parquet('{tmp_path}/{ROOT}/{base}/*/orders.parquet', filename = true) GROUP BY ALL""").fetchall())
    assert counts[5] == 10400  # Friday: 8000 x 1.3
    assert counts[6] == 13440  # Saturday: 8000 x 1.2 x 1.4
    orphans = duckdb.sql(f"""
        SELECT count(*) FROM '{tmp_path}/{ROOT}/{base}/*/order_items.parquet' i
        ANTI JOIN '{tmp_path}/{ROOT}/{base}/*/orders.parquet' o USING (order_id)""").fetchall()[0][0]
    assert orphans == 0


YEAR = """lakeseed synthetic-data generate-series ecommerce_star_incremental \\
    --start-date 2024-01-01 \\
    --end-date 2024-12-31 \\
    --batch-size 30 \\
    --generation-mode pyspark"""


def test_a_year_of_web_data(run, tmp_path):
    noted = run(YEAR, "--scale-factor", "0.001").stderr
    assert "the native engine makes the same bytes" in noted
    found = paths(tmp_path)
    assert sum(p.endswith("/fact_web_events.parquet") for p in found) == 366
    assert sum(p.endswith("/dim_date.parquet") for p in found) == 1
    assert sum(p.endswith("/dim_product.parquet") for p in found) == 53  # Mondays of 2024.


def test_a_year_of_web_data_has_its_full_counts(run):
    tables = {one["table"]: one for one in json.loads(run(YEAR, "--dry-run", "--json").stdout)["tables"]}
    assert tables["dim_date"]["rows"] == 3653
    assert tables["fact_web_events"]["rows"] > 366 * 1_700_000
    assert tables["fact_orders"]["rows"] > 366 * 25_000
    assert tables["dim_customer"]["rows"] > 366 * 500_000


def test_continue_from_the_last_successful_date(program, tmp_path):
    line = """lakeseed package synthetic-data generate-series \\
    retail_oltp_small_incremental \\
    --start-date 2024-01-01 \\
    --end-date 2024-12-31 \\
    --resume"""
    first = program.run("generate-series", "retail_oltp_small_incremental", "-s", "2024-01-01", "-e", "2024-11-25",
                        "--output", tmp_path, "--quiet", "--scale-factor", 0.2)
    assert first.returncode == 0, first.stderr
    done = program.run(*words_of(line), "--output", tmp_path, "--json", "--scale-factor", 0.2)
    assert done.returncode == 0, done.stderr
    assert "resuming at 2024-11-26" in done.stderr
    made = json.loads(done.stdout)["made_days"]
    assert made[0] == "2024-11-26" and made[-1] == "2024-12-31"


def test_daily_data_of_a_quarter(run, tmp_path):
    run("""lakeseed package synthetic-data generate-series \\
    retail_oltp_small_incremental \\
    --start-date 2024-01-01 \\
    --end-date 2024-03-31 \\
    --batch-size 7 \\
    --path-format nested_daily""")
    assert {p for p in paths(tmp_path) if "/orders/" in p} == {
        f"retail_oltp_small_incremental/2024/{month:02}/{day:02}/orders/data.parquet"
        for month, days in ((1, 31), (2, 29), (3, 31)) for day in range(1, days + 1)}


def test_the_daily_task_of_a_scheduler(run, tmp_path):
    run("""lakeseed package synthetic-data generate-incremental \\
        retail_oltp_small_incremental \\
        --date 2024-02-03 \\
        --execute""")
    assert any(p.startswith("retail_oltp_small_incremental/2024/02/03/orders") for p in paths(tmp_path))


def test_lists(program):
    for line in ("lakeseed package synthetic-data list-datasets", "lakeseed package synthetic-data list-incremental-datasets",
                 "lakeseed synthetic-data list-incremental-datasets"):
        done = program.run(*words_of(line))
        assert done.returncode == 0 and "retail_oltp_incremental" in done.stdout


def test_the_monitoring_queries(program, tmp_path):
    made = program.run("generate-series", "retail_oltp_small_incremental", "-s", "2024-01-01", "-e", "2024-01-03",
                       "--output", tmp_path, "--quiet")
    assert made.returncode == 0, made.stderr
    for query, rows in ((monitoring_queries.STATE, 3), (monitoring_queries.SPEED, 1), (monitoring_queries.MEMORY, 1)):
        done = program.run("log", "--output", tmp_path, "--sql", query, "--json")
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)["rows"]
        assert len(found) == rows
        row = found[0] if isinstance(found[0], dict) else dict(zip(json.loads(done.stdout)["columns"], found[0]))
        assert row["dataset_id"] == "retail_oltp_small_incremental"
        measured = [value for key, value in row.items() if key.startswith(("avg", "min", "max"))]
        assert all(value > 0 for value in measured)
