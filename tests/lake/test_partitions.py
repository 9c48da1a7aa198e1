"""Partitioned tables and folders: the same rows as without, apart by the values of columns."""

import json
import pathlib
import shutil
import zoneinfo

import deltalake
import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from lake import SERIES, actions, commits, done, folder, parquet, plain, rows, run, table

PLACES = pathlib.Path(__file__).with_name("partitions.yaml")
ID = ["visit_id"]
TERMS = ["place", "level", "price", "open", "day_of", "year,month,day", "yearmonth,hour", "place,year(day_of),level"]
DERIVED = {"year", "month", "day", "hour", "yearmonth"}


def places(output, *words, env=None, size=3000):
    return run("generate", "--custom-schema", PLACES, "-r", size, "--output", output, "--quiet", *words, env=env)


def names(terms: str) -> list[str]:
    return [term.partition("(")[0] for term in terms.split(",")]


def as_partitions(full: pa.Table, terms: str) -> pa.Table:
    """An empty text is null when it names a partition."""
    if "place" in names(terms):
        at = full.schema.get_field_index("place")
        empty = pc.equal(full["place"], "")
        full = full.set_column(at, full.schema.field(at), pc.if_else(empty, pa.scalar(None, pa.string()), full["place"]))
    return full


def derived(full: pa.Table, name: str) -> list:
    times = full["at"].to_pylist()
    if name == "yearmonth":
        return [time.strftime("%Y-%m") for time in times]
    return [getattr(time, name) for time in times]


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    output = tmp_path_factory.mktemp("full")
    assert places(output, "-o", "parquet").returncode == 0
    return parquet(output, "places", "visits", ID)


@pytest.fixture(scope="module", params=TERMS)
def parted(request, tmp_path_factory):
    output = tmp_path_factory.mktemp("parted")
    ended = places(output, "--partition-by", request.param, "--file-rows-target", 900)
    assert ended.returncode == 0, ended.stderr
    return output, request.param


def test_rows_are_those_of_the_table_without_partitions(parted, full):
    output, terms = parted
    delta = table(output, "places", "visits")
    assert delta.metadata().partition_columns == names(terms)
    read = rows(delta, ID)
    expected = as_partitions(full, terms)
    assert read.select(full.column_names).equals(expected)
    for name in set(names(terms)) & DERIVED:
        assert read[name].to_pylist() == derived(expected, name)
    # A table without these columns has no partitions.
    assert table(output, "places", "levels").metadata().partition_columns == []


def test_partitions_are_apart_and_found_by_filters(parted, full):
    output, terms = parted
    delta = table(output, "places", "visits")
    read = rows(delta, ID)
    scan = pl.scan_delta(folder(output, "places", "visits"))
    assert scan.collect().height == full.num_rows
    for name in names(terms):
        for value in pc.unique(read[name]).to_pylist():
            if value is None:
                found = scan.filter(pl.col(name).is_null()).collect().height
                assert found == read[name].null_count, name
            else:
                assert scan.filter(pl.col(name) == value).collect().height == pc.sum(
                    pc.equal(read[name], pa.scalar(value, read[name].type))).as_py(), (name, value)
    for add in actions(output, "places", "visits", "add"):
        assert list(add["partitionValues"]) == names(terms)
        assert not set(names(terms)) & set(json.loads(add["stats"])["nullCount"])
        assert json.loads(add["stats"])["numRecords"] > 0
    values = [(json.dumps(add["partitionValues"]), add["path"].rpartition("/")[2])
              for add in actions(output, "places", "visits", "add")]
    assert len(values) == len(set(values))


@pytest.mark.parametrize("mode", ["parquet", "csv"])
def test_plain_files_in_hive_folders(tmp_path, full, mode):
    assert places(tmp_path, "-o", mode, "--partition-by", "place,year,month").returncode == 0
    root = tmp_path / "Files" / "synthetic_data" / "places" / "visits"
    found = sorted(path.parent.parent.parent.name for path in root.rglob(f"*.{mode}"))
    assert "place=a%20b%2Fc" in found and "place=__HIVE_DEFAULT_PARTITION__" in found
    # Files hold all columns but those that are made for the folders.
    if mode == "parquet":
        read = plain(pa.concat_tables([pq.ParquetFile(path).read() for path in root.rglob("*.parquet")]), ID)
        assert read.equals(full)
    counted = duckdb.sql(f"SELECT year, month, count(*) FROM read_{mode}('{root}/**/*.{mode}', hive_partitioning = true, "
                         "hive_types = {'year': INT, 'month': INT}) GROUP BY ALL ORDER BY ALL").fetchall()
    times = [time for time in full["at"].to_pylist()]
    expected = sorted({(t.year, t.month) for t in times})
    assert counted == [(y, m, sum((t.year, t.month) == (y, m) for t in times)) for y, m in expected]
    assert (tmp_path / "Files" / "synthetic_data" / "places" / f"levels.{mode}").exists()


def test_bytes_do_not_depend_on_threads_and_chunks(tmp_path):
    def tree(root):
        return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*"))
                if path.is_file() and ".lakeseed" not in path.parts}
    words = ("--partition-by", "place,month", "--file-rows-target", 1500)
    assert places(tmp_path / "one", *words, "--parallel-workers", 1).returncode == 0
    assert places(tmp_path / "four", *words, "--parallel-workers", 4, "--chunk-size", 37).returncode == 0
    assert tree(tmp_path / "one") == tree(tmp_path / "four")


def test_more_days_than_files_that_can_be_open(tmp_path):
    """700 days in time order, one folder each: they are closed as time goes on."""
    words = ("generate", "retail_oltp_small", "-r", 20000, "--tables", "orders", "--quiet", "--output")
    done(*words, tmp_path / "days", "--partition-by", "year,month,day")
    done(*words, tmp_path / "files", "-o", "parquet")
    delta = table(tmp_path / "days", "retail_oltp_small", "orders")
    assert len(delta.file_uris()) == 731
    read = rows(delta, ["order_id"])
    expected = parquet(tmp_path / "files", "retail_oltp_small", "orders", ["order_id"])
    assert read.select(expected.column_names).equals(expected)
    filtered = delta.to_pyarrow_table(filters=[("year", "=", 2024), ("month", "=", 2)])
    zone = zoneinfo.ZoneInfo("America/Chicago")  # Days of orders are those of the shops.
    assert {time.astimezone(zone).month for time in filtered["order_date"].to_pylist()} == {2}
    everywhere = [time.astimezone(zone) for time in expected["order_date"].to_pylist()]
    assert filtered.num_rows == sum((time.year, time.month) == (2024, 2) for time in everywhere) > 100


def test_series_with_checkpoint_and_a_day_again(tmp_path):
    output = tmp_path / "out"
    words = ("generate-series", SERIES, "-s", "2024-01-25", "-e", "2024-02-06", "--tables", "orders", "--batch-size", "1",
             "--quiet", "--output")
    terms = ("--partition-by", "year,month,status")
    done(*words, output, *terms, "-o", "table")
    done(*words, tmp_path / "files")
    expected = parquet(tmp_path / "files", SERIES, "orders", ["order_id"])
    log = pathlib.Path(folder(output, SERIES, "orders"), "_delta_log")
    short = tmp_path / "short"
    shutil.copytree(folder(output, SERIES, "orders"), short)
    for version in range(10):
        (short / "_delta_log" / f"{version:020}.json").unlink()
    for delta in (table(output, SERIES, "orders"), deltalake.DeltaTable(str(short))):
        assert delta.version() == 12
        assert rows(delta, ["order_id"]).select(expected.column_names).equals(expected)
    done("generate-incremental", SERIES, "--date", "2024-01-31", "--ignore-state", "--compression", "zstd", "--quiet",
         "--tables", "orders", "--output", output, "-o", "table", *terms)
    delta = table(output, SERIES, "orders")
    assert delta.version() == 13 and len(list(log.glob("*.json"))) == 14
    assert rows(delta, ["order_id"]).select(expected.column_names).equals(expected)
    last = commits(output, SERIES, "orders")[-1]
    gone = [line["remove"] for line in last if "remove" in line]
    assert gone and all(set(one["partitionValues"]) == {"year", "month", "status"} for one in gone)
    assert all(add["tags"]["lakeseed.day"] == "2024-01-31" for add in
               (line["add"] for line in last if "add" in line))


def test_deltalake_appends_to_a_partitioned_table_and_we_after_it(tmp_path):
    output = tmp_path / "out"
    words = ("generate-series", SERIES, "--tables", "orders", "--batch-size", "1", "--quiet", "--output", output, "-o",
             "table", "--partition-by", "year,month")
    done(*words, "-s", "2024-01-30", "-e", "2024-01-31")
    other = table(output, SERIES, "orders").to_pyarrow_table().slice(0, 2)
    key = other.schema.get_field_index("order_id")
    other = other.set_column(key, other.schema.field(key), pa.array([-1, -2], pa.int64()))
    deltalake.write_deltalake(folder(output, SERIES, "orders"), other, mode="append", partition_by=["year", "month"])
    done(*words, "-s", "2024-02-01", "-e", "2024-02-01")
    read = table(output, SERIES, "orders").to_pyarrow_table()
    assert read.filter(pc.field("order_id") < 0).num_rows == 2
    assert set(zip(read["year"].to_pylist(), read["month"].to_pylist())) == {(2024, 1), (2024, 2)}
    refused = run(*words[:-1], "year", "-s", "2024-02-02", "-e", "2024-02-02")
    assert refused.returncode == 2 and "is partitioned by year, month, asked for by year" in refused.stderr
    assert "--partition-by year,month" in refused.stderr


def test_overwriting_may_change_the_partitions(tmp_path, full):
    output = tmp_path / "out"
    assert places(output, "--partition-by", "place").returncode == 0
    refused = places(output, "--if-exists", "append", "--partition-by", "level", "--seed", 42)
    assert refused.returncode == 2, refused.stderr
    ended = places(output, "--if-exists", "overwrite", "--partition-by", "level")
    assert ended.returncode == 0, ended.stderr
    delta = table(output, "places", "visits")
    assert delta.metadata().partition_columns == ["level"] and rows(delta, ID).equals(full)
    assert places(output, "--if-exists", "overwrite").returncode == 0
    delta = table(output, "places", "visits")
    assert delta.metadata().partition_columns == [] and rows(delta, ID).equals(full)


@pytest.mark.parametrize("words,reason", [
    (("--partition-by", "plase"), "did you mean `place`?"),
    (("--partition-by", "place,place"), "two partition columns of one name"),
    (("--partition-by", "weight"), "a column of this type names no partitions"),
    (("--partition-by", "year(place)"), "a column of this type has no year"),
    (("--partition-by", "hour(day_of)"), "a column of this type has no hour"),
    (("--partition-by", "week(at)"), "no such part of a column"),
    (("--partition-by", "name,year"), "no table has all of these columns"),
    (("--partition-by", "bucket(200"), "open bracket"),
    (("--partition-by", "bucket(at)"), "no bucket(number,column)"),
    (("--partition-by", "many"), "rows of more than 200 partitions come in turns"),
    pytest.param(("--partition-by", "many,visit_id"), "more than 10000 partitions in one file", marks=pytest.mark.slow),
])
def test_what_cannot_be_partitioned(tmp_path, words, reason):
    refused = places(tmp_path / "out", *words, size=70_000 if "many" in words[1] else 300)
    assert refused.returncode == 2 and reason in refused.stderr, refused.stderr
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("mode", ["table", "parquet"])
def test_a_crash_at_any_call_is_resumed(tmp_path, full, mode):
    words = ("--partition-by", "open,yearmonth", "-o", mode)
    reference = tmp_path / "reference"
    assert places(reference, *words, size=200).returncode == 0
    def content(root):
        return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*"))
                if path.is_file() and ".lakeseed" not in path.parts}
    expected = content(reference)
    for call in range(1, 600, 3):
        output = tmp_path / f"{call}"
        ended = places(output, *words, env={"LAKESEED_FAULT": f"kill:{call}"}, size=200)
        if ended.returncode == 0:
            break
        assert places(output, *words, "--if-exists", "resume", size=200).returncode == 0, call
        assert content(output) == expected, call
        shutil.rmtree(output)
    assert call > 30


def test_two_hundred_buckets_of_each_day(tmp_path):
    """`partition_config` as requests print it: one commit per batch of days, few files open, each file sorted."""
    path = tmp_path / "dictionary.json"
    path.write_text(json.dumps({"dataset_id": "retail_oltp_small_incremental", "partition_config": {
        "partition_columns": ["year", "month", "day"], "bucketing": {"columns": ["customer_id"], "buckets": 200},
        "sorting": {"columns": ["order_date", "customer_id"]}}}))
    words = ("generate-series", "--custom-schema", path, "--tables", "orders", "--batch-size", 2, "--quiet", "--parallel-workers", 1)
    done(*words, "-s", "2024-01-30", "-e", "2024-02-02", "--output", tmp_path / "lake", "-o", "table")
    there = table(tmp_path / "lake", SERIES, "orders")
    assert there.version() == 1
    files = there.get_add_actions(flatten=True)
    parts = [dict(zip(there.metadata().partition_columns, values)) for values in
             zip(*(pa.table(files)[f"partition.{name}"].to_pylist() for name in there.metadata().partition_columns))]
    days = {(part["year"], part["month"], part["day"]) for part in parts}
    assert len(days) == 4 and len(parts) > 4 * 190 and {part["customer_id_bucket"] for part in parts} == set(range(200))
    assert len({tuple(part.values()) for part in parts}) == len(parts)
    done("generate-series", SERIES, "--tables", "orders", "--quiet", "-s", "2024-01-30", "-e", "2024-02-02", "--output", tmp_path / "plain")
    expected = parquet(tmp_path / "plain", SERIES, "orders", ["order_id"])
    assert rows(there, ["order_id"]).select(expected.column_names).equals(expected)
    for file in list(pathlib.Path(folder(tmp_path / "lake", SERIES, "orders")).rglob("*.parquet"))[::40]:
        keys = pq.ParquetFile(file).read(["order_date", "customer_id"]).to_pylist()
        assert keys == sorted(keys, key=lambda row: tuple(row.values()))
    done("validate", tmp_path / "lake", "--custom-schema", path)
