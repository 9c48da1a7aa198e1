"""Each dictionary that the source documents print runs as it stands there, and does what it says."""

import datetime
import json

import duckdb
import pyarrow.parquet
import pytest

from test_dictionaries import PRINTED, RETAIL, DATASET, within, run


def test_printed_dataset(program, tmp_path):
    file = tmp_path / "dataset.py"
    file.write_text(PRINTED["dataset"])
    done = program.run("generate", "--custom-schema", file, "-o", "parquet", "--output", tmp_path / "out", "--validate",
                       "--quiet", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    found = {path.stem: pyarrow.parquet.read_metadata(path).num_rows for path in (tmp_path / "out").rglob("*.parquet")}
    assert set(found) == set(DATASET["tables"])
    assert (found["orders"], found["order_items"]) == (10000, 25000)


def test_printed_incremental_configuration(program, tmp_path):
    """It has no id: the command names the dataset. Products get a table of their versions."""
    file = tmp_path / "incremental.py"
    file.write_text(PRINTED["incremental"])
    out = tmp_path / "out"
    done = program.run("generate-series", "retail_oltp_small_incremental", "--custom-schema", file, "-s", "2024-01-03",
                       "-e", "2024-01-06", "--output", out, "--quiet", "--json", "--validate")
    assert done.returncode == 0, done.stdout + done.stderr
    made = {table: one["total_rows"] for table, one in json.loads(done.stdout)["generated_tables"].items()}
    assert set(made) == {"customers", "orders", "products", "products_history"}
    orders = {path.parent.name: pyarrow.parquet.read_metadata(path).num_rows for path in out.rglob("orders.parquet")}
    # Saturday is 1.5 here, and the table's weekend factor 1.4 comes on top.
    assert orders == {"03": 1000, "04": 1100, "05": 1300, "06": 2100}
    checked = program.run("validate", out, "--dataset-id", "retail_oltp_small_incremental", "--custom-schema", file)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_printed_runtime_parameters_and_the_command_line_before_them(program, tmp_path):
    file = tmp_path / "runtime.py"
    file.write_text(PRINTED["runtime"])
    words = ("generate-series", "--custom-schema", file, "-s", "2024-01-15", "-e", "2024-01-15", "--output", tmp_path)
    done = program.run(*words, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "seed 12345" in done.stdout
    assert "retail_oltp_small/orders/year=2024/month=01/day=15/data.parquet" in done.stdout
    assert "100,000 rows of orders" in done.stderr  # 50000 by a factor of 2.
    done = program.run(*words, "--dry-run", "--seed", 1, "--target-rows", 1000, "--path-format", "flat", "-o", "csv",
                       "--compression", "none")
    assert done.returncode == 0, done.stderr
    assert "seed 1," in done.stdout
    assert "2,000 rows of orders" in done.stderr
    assert "retail_oltp_small/20240115_orders.csv" in done.stdout


def test_environment_before_a_dictionary(program, tmp_path):
    file = tmp_path / "runtime.py"
    file.write_text(PRINTED["runtime"])
    done = program.run("generate-series", "--custom-schema", file, "-s", "2024-01-15", "-e", "2024-01-15", "--dry-run",
                       env={"LAKESEED_SEED": "9"})
    assert "seed 9," in done.stdout


def test_printed_distributions(program, tmp_path):
    """Mean and sigma of the lognormal are those of the values; the normal ends at min and max."""
    text = ("{'dataset_id': 'sales', 'table_configs': {"
            "'customers': {'base_rows': 20000, 'columns': {'customer_id': {'key': {}}, 'age': {'const': 0}}},"
            "'orders': {'type': 'incremental', 'base_rows_per_day': 200, 'seasonal_enabled': False, "
            "'columns': {'order_id': {'key': {}}, 'amount': {'const': 0}}}},\n" + PRINTED["distributions"] + "}")
    file = tmp_path / "sales.py"
    file.write_text(text)
    done = program.run("generate", "--custom-schema", file, "-o", "parquet", "--output", tmp_path / "out", "--quiet")
    assert done.returncode == 0, done.stderr
    (orders,), (customers,) = (list((tmp_path / "out").rglob(f"{t}.parquet")) for t in ("orders", "customers"))
    mean, spread, least = duckdb.sql(f"select avg(amount), stddev(amount), min(amount) from '{orders}'").fetchall()[0]
    assert mean == pytest.approx(100, rel=0.01) and spread == pytest.approx(50, rel=0.03) and least > 0
    mean, least, most = duckdb.sql(f"select avg(age), min(age), max(age) from '{customers}'").fetchall()[0]
    assert 18 <= least < 20 and 90 < most <= 95 and mean == pytest.approx(44, abs=1.5)  # Truncated at 18: above 42.


def test_distributions_of_a_builtin(program, tmp_path):
    done = program.run("generate", "retail_oltp_small", "--custom-schema", repr({"distributions": {
        "customer_age": {"type": "normal", "mean": 60, "stddev": 2, "min": 18, "max": 95}}}), "-o", "parquet", "--output",
        tmp_path, "--quiet", "--tables", "customers")
    assert done.returncode == 0, done.stderr
    age, = duckdb.sql(f"select avg(date_diff('day', date_of_birth, registration_date) / 365.25) from "
                      f"'{next(tmp_path.rglob('customers.parquet'))}'").fetchall()[0]
    assert age == pytest.approx(60.5, abs=1)
    file = tmp_path / "distributions.py"
    file.write_text(PRINTED["distributions"])
    done = program.run("generate", "retail_oltp_small", "--custom-schema", file, "--output", tmp_path)
    assert done.returncode == 2
    assert "distributions.py:2:5: distributions: no column has this name: order_amount" in done.stderr
    assert "customer_age" not in done.stderr  # The age of the people in customers.


def test_printed_relationships(program, tmp_path):
    file = tmp_path / "relationships.py"
    file.write_text(PRINTED["relationships"])
    done = program.run("generate", "retail_oltp_small", "--custom-schema", file, "-o", "parquet", "--output", tmp_path / "out",
                       "--quiet", "--validate")
    assert done.returncode == 0, done.stdout + done.stderr
    items, orders = (next((tmp_path / "out").rglob(f"{t}.parquet")) for t in ("order_items", "orders"))
    share, = duckdb.sql(f"select avg((product_id is null)::int) from '{items}'").fetchall()[0]
    assert share == pytest.approx(0.05, abs=0.01)
    share, = duckdb.sql(f"select avg((customer_id is null)::int) from '{orders}'").fetchall()[0]
    assert share == pytest.approx(0.05, abs=0.01)


def test_printed_temporal_patterns(program, tmp_path):
    """Hours follow the profile: 17-20 is six times the night; the factors of shopping days hold."""
    file = tmp_path / "temporal.py"
    file.write_text(PRINTED["temporal"])
    done = program.run("generate", "retail_oltp_incremental", "--custom-schema", file, "-o", "parquet", "--output",
                       tmp_path / "out", "--quiet", "--tables", "orders", "--scale-factor", 0.1)
    assert done.returncode == 0, done.stderr
    orders = next((tmp_path / "out").rglob("orders.parquet"))
    zone = "timezone('America/Chicago', order_date)"
    by_hour = dict(duckdb.sql(f"select hour({zone}), count(*) from '{orders}' group by 1").fetchall())
    assert by_hour[18] / by_hour[3] == pytest.approx(6, rel=0.1)
    assert by_hour[13] / by_hour[15] == pytest.approx(1.5, rel=0.1)
    by_day = dict(duckdb.sql(f"select ({zone})::date, count(*) from '{orders}' group by 1").fetchall())
    assert by_day[datetime.date(2024, 11, 29)] == pytest.approx(800 * 1.3 * 5, rel=0.01)  # Black Friday.


def test_printed_chunking(program, tmp_path):
    file = tmp_path / "chunking.py"
    file.write_text(PRINTED["chunking"])
    done = program.run("generate", "retail_oltp_small", "--custom-schema", file, "-o", "parquet", "--output", tmp_path,
                       "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "on 10 threads" in done.stdout
    assert "--enable-spill" in done.stderr


def test_printed_partitions(program, tmp_path):
    """Folders of the day, buckets as the last level, and rows of each file in order."""
    file = tmp_path / "partition.py"
    file.write_text(PRINTED["partition"])
    out = tmp_path / "out"
    done = program.run("generate-series", "retail_oltp_small_incremental", "--custom-schema", file, "-s", "2024-01-01",
                       "-e", "2024-01-02", "--tables", "orders", "--scale-factor", "0.3", "--output", out, "--quiet")
    assert done.returncode == 0, done.stderr
    files = sorted(out.rglob("*.parquet"))
    folders = {path.parent.parent.relative_to(path.parents[4]) for path in files}
    assert {str(folder) for folder in folders} == {"year=2024/month=01/day=01", "year=2024/month=01/day=02"}
    buckets, keys = {}, []
    for path in files:
        name, bucket = path.parent.name.split("=")
        assert "customer_id" in name and 0 <= int(bucket) < 200
        rows_there = pyarrow.parquet.read_table(path, columns=["order_date", "customer_id"], partitioning=None).to_pylist()
        order = [(row["order_date"], row["customer_id"]) for row in rows_there]
        assert order == sorted(order)
        for _, customer in order:
            assert buckets.setdefault(customer, bucket) == bucket  # One customer, one bucket.
        keys += order
    assert len(set(buckets.values())) > 50 and len(keys) > 300


def test_printed_delta_layout(program, tmp_path):
    file = tmp_path / "delta.py"
    file.write_text(PRINTED["delta"])
    words = ("generate", "retail_oltp_small", "--custom-schema", file, "--tables", "orders", "--quiet", "--output")
    done = program.run(*words, tmp_path / "curve")
    assert done.returncode == 0, done.stderr
    plain = program.run("generate", "retail_oltp_small", "--tables", "orders", "--quiet", "--output", tmp_path / "plain")
    assert plain.returncode == 0, plain.stderr

    def customers(output):
        path, = output.rglob("orders/*.parquet")
        return pyarrow.parquet.read_table(path)["customer_id"].to_pylist()

    def jumps(keys):
        return sum(abs(a - b) for a, b in zip(keys, keys[1:]))

    along, before = customers(tmp_path / "curve"), customers(tmp_path / "plain")
    assert sorted(along) == sorted(before)
    assert jumps(along) < jumps(before) / 2  # Neighbours on the curve are neighbours in its columns.


def test_unknown_keys_and_tables_have_their_nearest_name(program, tmp_path):
    done, _ = run(program, tmp_path, "days", repr(within(RETAIL, "table_configs.orders", wekend_multiplier=1.1)))
    assert done.returncode == 2
    assert "table_configs.orders: unknown key: wekend_multiplier" in done.stderr
    assert "did you mean `weekend_multiplier`?" in done.stderr
    done, _ = run(program, tmp_path, "days", repr(within(RETAIL, "table_configs.ordrs", base_rows_per_day=5)))
    assert done.returncode == 2
    assert "unknown table: ordrs" in done.stderr and "`orders`" in done.stderr


def test_a_layout_of_days_is_not_for_whole_windows(program, tmp_path):
    file = tmp_path / "runtime.py"
    file.write_text(PRINTED["runtime"])
    done = program.run("generate", "--custom-schema", file, "--output", tmp_path)
    assert done.returncode == 2
    assert "runtime.py:8:24: output_settings.path_format: " in done.stderr
