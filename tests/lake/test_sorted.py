"""Rows of files in an order that was asked for: the same rows, and what formats say of it."""

import json
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from duckdb_session import Session
from lake import actions, folder, parquet, plain, run
from pyiceberg.catalog.sql import SqlCatalog

PLACES = pathlib.Path(__file__).with_name("partitions.yaml")
ID = ["visit_id"]


def places(output, *words, size=3000):
    return run("generate", "--custom-schema", PLACES, "-r", size, "--output", output, "--quiet", *words)


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    output = tmp_path_factory.mktemp("full")
    assert places(output, "-o", "parquet").returncode == 0
    return parquet(output, "places", "visits", ID)


def files(output):
    return sorted(path for path in pathlib.Path(output).rglob("*.parquet") if "visits" in str(path.relative_to(output)))


def key(value):
    return (value is not None, value.encode() if isinstance(value, str) else value)


def is_sorted(table: pa.Table, columns) -> bool:
    rows = list(zip(*(map(key, table[name].to_pylist()) for name in columns)))
    return rows == sorted(rows)


@pytest.mark.parametrize("columns", [["place", "many"], ["level", "price", "at"], ["weight"], ["open", "day_of"]])
@pytest.mark.parametrize("words", [("-o", "parquet"), ("--partition-by", "yearmonth"), ("--table-format", "iceberg")])
def test_each_file_is_sorted_and_rows_are_the_same(tmp_path, full, columns, words):
    ended = places(tmp_path, *words, "--sort-by", ",".join(columns), "--file-rows-target", 1100)
    assert ended.returncode == 0, ended.stderr
    read = []
    for path in files(tmp_path):
        file = pq.ParquetFile(path)
        read.append(file.read())
        assert is_sorted(read[-1], columns), path
        group = file.metadata.row_group(0)
        assert [(file.schema_arrow.names[one.column_index], one.descending, one.nulls_first) for one in group.sorting_columns] == [
            (name, False, True) for name in columns]
    assert len(read) > 2
    assert plain(pa.concat_tables(read), ID).equals(full)


def test_bytes_do_not_depend_on_threads_and_chunks(tmp_path):
    def tree(root):
        return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*"))
                if path.is_file() and ".lakeseed" not in path.parts}
    for number, order in enumerate((("--sort-by", "place,level"), ("--z-order-by", "many,at,place"))):
        words = (*order, "--file-rows-target", 1500)
        assert places(tmp_path / f"{number}one", *words, "--parallel-workers", 1).returncode == 0
        assert places(tmp_path / f"{number}four", *words, "--parallel-workers", 4, "--chunk-size", 37).returncode == 0
        assert tree(tmp_path / f"{number}one") == tree(tmp_path / f"{number}four")


def test_iceberg_says_how_files_are_sorted(tmp_path, full):
    words = ("--table-format", "iceberg", "--partition-by", "open")
    assert places(tmp_path, *words, "--sort-by", "level,visit_id").returncode == 0
    catalog = SqlCatalog("lakeseed", uri=f"sqlite:///{tmp_path}/iceberg.sqlite", warehouse=f"file://{tmp_path}/Tables")
    table = catalog.load_table(("places", "visits"))
    order = table.sort_order()
    assert [(table.schema().find_column_name(field.source_id), str(field.transform), field.direction.value, field.null_order.value)
            for field in order.fields] == [("level", "identity", "asc", "nulls-first"), ("visit_id", "identity", "asc", "nulls-first")]
    assert {task.file.sort_order_id for task in table.scan().plan_files()} == {order.order_id}
    assert table.scan().to_arrow().num_rows == full.num_rows
    assert catalog.load_table(("places", "levels")).sort_order().order_id == 0


def test_duckdb_sorts_on_as_we_do(tmp_path):
    assert places(tmp_path, "--table-format", "ducklake", "--sort-by", "place,visit_id").returncode == 0
    session = Session()
    try:
        session.sql(f"ATTACH 'ducklake:sqlite:{tmp_path}/ducklake.sqlite' AS lake")
        (before,), = session.sql("SELECT count(*) FROM lake.places.visits")
        session.sql("INSERT INTO lake.places.visits SELECT * REPLACE (-visit_id AS visit_id) FROM lake.places.visits "
                    "ORDER BY hash(visit_id)")
        assert session.sql("SELECT count(*) FROM lake.places.visits") == [(2 * before,)]
    finally:
        session.close()
    theirs = [path for path in files(tmp_path) if path.name.startswith("ducklake")]
    assert theirs and all(is_sorted(pq.ParquetFile(path).read(), ["place", "visit_id"]) for path in theirs)


def test_z_order_lets_readers_skip_pages(tmp_path, full):
    """Along the curve both columns are clustered; sorted by one, the other is not."""
    import statistics

    def spread(output, name):
        values = pa.concat_tables([pq.ParquetFile(path).read([name]) for path in files(output)])[name].to_pylist()
        parts = [values[at:at + 64] for at in range(0, len(values), 64)]
        return statistics.mean(max(part) - min(part) for part in parts)

    for name, order in (("z", ("--z-order-by", "many,visit_id")), ("sorted", ("--sort-by", "many")), ("none", ())):
        assert places(tmp_path / name, *order, "-o", "parquet").returncode == 0
    assert plain(pa.concat_tables([pq.ParquetFile(path).read() for path in files(tmp_path / "z")]), ID).equals(full)
    assert spread(tmp_path / "z", "many") < 0.5 * spread(tmp_path / "none", "many")
    assert spread(tmp_path / "z", "visit_id") < 0.5 * spread(tmp_path / "sorted", "visit_id")
    group = pq.ParquetFile(files(tmp_path / "z")[0]).metadata.row_group(0)
    assert not group.sorting_columns


def test_dictionaries_ask_for_buckets_and_orders(tmp_path, full):
    dictionary = {"dataset_id": "retail_oltp_small", "partition_config": {
        "partition_columns": ["year", "month"], "bucketing": {"columns": ["customer_id"], "buckets": 3},
        "sorting": {"columns": ["order_date", "customer_id"]}}, "delta_config": {"optimize_write": True}}
    path = tmp_path / "dictionary.json"
    path.write_text(json.dumps(dictionary))
    ended = run("generate", "--custom-schema", path, "-r", 2000, "--tables", "orders", "--output", tmp_path / "delta", "--quiet")
    assert ended.returncode == 0, ended.stderr
    adds = actions(tmp_path / "delta", "retail_oltp_small", "orders", "add")
    assert {tuple(add["partitionValues"]) for add in adds} == {("year", "month", "customer_id_bucket")}
    assert {add["partitionValues"]["customer_id_bucket"] for add in adds} == {"0", "1", "2"}
    root = pathlib.Path(folder(tmp_path / "delta", "retail_oltp_small", "orders"))
    assert all(is_sorted(pq.ParquetFile(file).read(), ["order_date", "customer_id"]) for file in root.rglob("*.parquet"))
    dictionary["delta_config"] = {"z_order_columns": ["customer_id", "order_date"]}
    del dictionary["partition_config"]
    path.write_text(json.dumps(dictionary))
    ended = run("generate", "--custom-schema", path, "-r", 2000, "--tables", "orders", "--output", tmp_path / "z", "--quiet")
    assert ended.returncode == 0, ended.stderr
    manifest = json.loads((tmp_path / "z" / "_lakeseed" / "manifest.json").read_text())
    assert '"z_ordered_by": ["customer_id", "order_date"]' in json.dumps(manifest)


@pytest.mark.parametrize("words,reason", [
    (("--sort-by", "plase"), "no table has all of the columns to sort by: plase"),
    (("--sort-by", "place", "--z-order-by", "level"), "rows lie in one order"),
    (("--sort-by", "place", "--validate"), "sorted tables cannot be checked yet"),
])
def test_what_cannot_be_sorted(tmp_path, words, reason):
    refused = places(tmp_path / "out", *words, size=100)
    assert refused.returncode == 2 and reason in refused.stderr, refused.stderr


def test_validate_says_that_it_cannot(tmp_path):
    assert places(tmp_path, "-o", "parquet", "--sort-by", "place").returncode == 0
    refused = run("validate", tmp_path, "--custom-schema", PLACES)
    assert refused.returncode == 2 and "sorted tables cannot be checked yet: visits" in refused.stderr
