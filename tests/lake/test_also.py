"""One run to several targets: generated once, each target whole by itself."""

import json
import pathlib

import deltalake
import pyarrow.parquet as pq
import pytest
from duckdb_session import Session
from lake import SERIES, done, parquet, rows, run, table
from pyiceberg.catalog.sql import SqlCatalog
from test_ducklake import differences
from test_iceberg import load as load_iceberg
from test_iceberg import rows as iceberg_rows

SMALL = "retail_oltp_small"
ORDERS = ("generate", SMALL, "-r", 3000)
KEYS = {"customers": "customer_id", "orders": "order_id", "order_items": "order_item_id"}


def test_each_target_is_what_a_run_of_its_own_makes(store, tmp_path):
    bucket = store.bucket()
    report = json.loads(done(*ORDERS, "-o", "parquet", "--output", tmp_path / "files", "--json",
                             "--also", f"delta:s3://{bucket}/lake", "--also", f"ducklake:{tmp_path / 'duck'}",
                             "--also", f"iceberg:{tmp_path / 'ice'}", "--also", f"csv:{tmp_path / 'csv'}",
                             env=store.environment))
    assert [one["form"] for one in report["also"]] == ["delta", "ducklake", "iceberg", "csv"]
    assert report["rows_made"] == report["rows"] == sum(one["rows"] for one in report["also"]) / 4
    done(*ORDERS, "-o", "parquet", "--output", tmp_path / "alone", "--quiet")
    done(*ORDERS, "-o", "csv", "--output", tmp_path / "alone-csv", "--quiet")
    duckdb = Session()
    duckdb.sql(f"ATTACH 'ducklake:sqlite:{tmp_path}/duck/ducklake.sqlite' AS duck")
    for name, key in KEYS.items():
        expected = parquet(tmp_path / "alone", SMALL, name, [key])
        assert parquet(tmp_path / "files", SMALL, name, [key]).equals(expected)
        there = deltalake.DeltaTable(f"s3://{bucket}/lake/Tables/{SMALL}/{name}", storage_options=store.options)
        assert there.version() == 0 and rows(there, [key]).equals(expected)
        csv = pathlib.Path("Files", "synthetic_data", SMALL, f"{name}.csv")
        assert (tmp_path / "csv" / csv).read_bytes() == (tmp_path / "alone-csv" / csv).read_bytes()
        assert iceberg_rows(load_iceberg(tmp_path / "ice", SMALL, name), [key]).cast(expected.schema).equals(expected)
        plain_file = tmp_path / "files" / "Files" / "synthetic_data" / SMALL / f"{name}.parquet"
        assert differences(duckdb, f"duck.{SMALL}.{name}", f"read_parquet('{plain_file}')") == 0
    duckdb.close()


def test_a_series_goes_on_in_all_targets(tmp_path):
    words = ("generate-series", SERIES, "--tables", "orders,products", "--batch-size", 3, "--quiet",
             "--output", tmp_path / "files", "--also", f"delta:{tmp_path / 'lake'}", "--json")
    first = json.loads(done(*words, "-s", "2024-01-01", "-e", "2024-01-06"))
    assert first["rows_made"] == first["total_rows"]
    again = json.loads(done(*words, "-s", "2024-01-01", "-e", "2024-01-08"))
    assert len(again["skipped_days"]) == 6 and len(again["made_days"]) == 2
    assert rows(table(tmp_path / "lake", SERIES, "orders"), ["order_id"]).equals(
        parquet(tmp_path / "files", SERIES, "orders", ["order_id"]))
    # A target that joins later gets all days; those of the others are not made again.
    late = json.loads(done(*words, "--also", f"delta:{tmp_path / 'late'}", "-s", "2024-01-01", "-e", "2024-01-08"))
    assert late["skipped_days"] == [] and late["generated_tables"]["orders"]["kept_files"] == 8
    assert late["rows_made"] == first["rows_made"] + again["rows_made"]
    assert rows(table(tmp_path / "late", SERIES, "orders"), ["order_id"]).equals(
        rows(table(tmp_path / "lake", SERIES, "orders"), ["order_id"]))


def test_a_day_goes_to_all_targets(tmp_path):
    done("generate-incremental", SERIES, "--date", "2024-01-05", "--tables", "orders", "--quiet", "--output",
         tmp_path / "files", "--also", f"delta:{tmp_path / 'lake'}", "--partition-by", "year,month")
    there = table(tmp_path / "lake", SERIES, "orders")
    assert there.metadata().partition_columns == ["year", "month"]
    files = list((tmp_path / "files" / "Files").rglob("*.parquet"))
    assert files and sum(pq.ParquetFile(file).metadata.num_rows for file in files) == there.to_pyarrow_table().num_rows


def test_a_target_that_fails_is_named_and_made_up_for(tmp_path):
    partly = 0
    for call in range(5, 400, 4):
        root = tmp_path / f"try{call}"
        words = ("generate", SMALL, "-r", 200, "-o", "parquet", "--output", root / "files", "--quiet",
                 "--tables", "orders", "--also", f"delta:{root / 'lake'}", "--parallel-workers", 1)
        ended = run(*words, env={"LAKESEED_FAULT": f"full:{call}"})
        if ended.returncode == 0:
            break
        if f"not published to {root / 'lake'}" in ended.stderr:
            partly += 1
            assert f"complete: {root / 'files'}" in ended.stderr and "--if-exists resume" in ended.stderr
            assert (root / "files" / "_lakeseed" / "manifest.json").exists()
        again = run(*words, "--if-exists", "resume")
        assert again.returncode == 0, again.stderr
        there = table(root / "lake", SMALL, "orders")
        assert there.version() == 0
        assert rows(there, ["order_id"]).equals(parquet(root / "files", SMALL, "orders", ["order_id"]))
    assert call > 20 and partly > 0


def test_each_target_may_have_a_catalog_of_its_own(tmp_path):
    done(*ORDERS, "--table-format", "iceberg", "--output", tmp_path / "one", "--catalog", f"sqlite:///{tmp_path}/first.db", "--quiet",
         "--also", f"iceberg:{tmp_path / 'two'},catalog=sqlite:///{tmp_path}/second.db",
         "--also", f"ducklake:{tmp_path / 'duck'},catalog=sqlite:///{tmp_path}/duck.db")
    expected = None
    for catalog, output in (("first", "one"), ("second", "two")):
        there = SqlCatalog("lakeseed", uri=f"sqlite:///{tmp_path}/{catalog}.db").load_table((SMALL, "orders"))
        assert there.location().startswith(f"file://{tmp_path}/{output}/")
        read = iceberg_rows(there, ["order_id"])
        assert expected is None or read.equals(expected)
        expected = read
    duckdb = Session()
    duckdb.sql(f"ATTACH 'ducklake:sqlite:{tmp_path}/duck.db' AS duck")
    assert duckdb.sql(f"SELECT count(*) FROM duck.{SMALL}.orders") == [(expected.num_rows,)]
    duckdb.close()
    assert not list(tmp_path.glob("*/*.sqlite"))


@pytest.mark.parametrize("also,reason", [
    ("delta:./lake,catalog=sqlite:///x.db", "what is written as delta needs no catalog"),
    ("iceberg:./lake,catalog=ftp://x", "iceberg tables cannot have this catalog: ftp://x"),
    ("iceberg:,catalog=sqlite:///x.db", "--also must be FORMAT:OUTPUT"),
    ("delta", "--also must be FORMAT:OUTPUT: delta"),
    ("detla:./x", "unknown format of --also: detla"),
    ("delta:{out}/", "two targets in one place"),
    ("delta:hdfs://bucket/x", "hdfs://bucket/x"),
    ("delta:s3://key:secret@bucket/out", "an output's name must not hold credentials"),
])
def test_targets_that_are_none(tmp_path, also, reason):
    ended = run(*ORDERS, "-o", "parquet", "--output", tmp_path / "out", "--also", also.format(out=tmp_path / "out"))
    assert ended.returncode == 2 and reason in ended.stderr, ended.stderr
    assert not (tmp_path / "out").exists()


def test_a_target_that_holds_something_stops_all(tmp_path):
    done(*ORDERS, "--output", tmp_path / "lake", "--quiet")
    ended = run(*ORDERS, "-o", "parquet", "--output", tmp_path / "files", "--also", f"delta:{tmp_path / 'lake'}")
    assert ended.returncode == 2 and "output exists" in ended.stderr
    assert not (tmp_path / "files").exists()


def test_the_plan_names_all_targets(tmp_path):
    words = (*ORDERS, "-o", "csv", "--output", tmp_path / "files", "--also", f"delta:{tmp_path / 'lake'}", "--dry-run")
    assert f"also delta to {tmp_path / 'lake'}" in done(*words)
    assert json.loads(done(*words, "--json"))["also"] == [{"output": str(tmp_path / "lake"), "form": "delta"}]
