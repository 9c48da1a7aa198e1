"""Rows of files in an order that was asked for: the same rows, and what formats say of it."""

import json
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from duckdb_session import Session
from lake import SERIES, actions, folder, parquet, plain, run
from pyiceberg.catalog.sql import SqlCatalog
from test_validate import broken, checked, kinds

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


def test_a_ducklake_table_takes_the_order_of_a_later_run(tmp_path):
    words = ("generate-series", SERIES, "--tables", "orders", "--table-format", "ducklake", "--quiet", "--output", tmp_path)
    for day, order in (("01", ()), ("02", ("--sort-by", "customer_id")), ("03", ("--sort-by", "customer_id")),
                       ("04", ("--sort-by", "order_date,customer_id")), ("05", ())):
        assert run(*words, "-s", f"2024-01-{day}", "-e", f"2024-01-{day}", *order).returncode == 0
    session = Session()
    try:
        session.sql(f"ATTACH 'ducklake:sqlite:{tmp_path}/ducklake.sqlite' AS lake")
        session.sql(f"INSERT INTO lake.{SERIES}.orders SELECT * REPLACE (-order_id AS order_id) FROM lake.{SERIES}.orders "
                    "ORDER BY hash(order_id)")
        changes = [row[0] for row in session.sql("SELECT changes FROM ducklake_snapshots('lake') ORDER BY snapshot_id")]
    finally:
        session.close()
    assert sum("altered" in str(change) for change in changes) == 2
    theirs = [path for path in pathlib.Path(tmp_path).rglob("ducklake*.parquet")]
    assert theirs and all(is_sorted(pq.ParquetFile(path).read(), ["order_date", "customer_id"]) for path in theirs)


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
    (("--sort-by", "plase"), "no table has such a column: --sort-by plase\n\nhint: did you mean `place`?"),
    (("--z-order-by", "level,plase"), "no table has such a column: --z-order-by plase\n\nhint: did you mean `place`?"),
    (("--sort-by", "xyz"), "--sort-by xyz\n\nhint: `lakeseed describe` prints the columns of each table"),
    (("--sort-by", "place", "--z-order-by", "level"), "rows lie in one order"),
])
def test_what_cannot_be_sorted(tmp_path, words, reason):
    refused = places(tmp_path / "out", *words, size=100)
    assert refused.returncode == 2 and reason in refused.stderr, refused.stderr


@pytest.mark.parametrize("order", [("--sort-by", "place,level,weight"), ("--z-order-by", "many,at,place")], ids=["sort", "curve"])
@pytest.mark.parametrize("words", [("-o", "parquet"), ("-o", "csv", "--partition-by", "open"), ("-o", "json"), ("-o", "arrow"),
                                   ("--table-format", "delta", "--partition-by", "open"),
                                   ("--table-format", "iceberg", "--partition-by", "bucket(3,visit_id)"),
                                   ("--table-format", "ducklake")], ids=lambda words: words[1])
def test_sorted_tables_pass_every_check_that_others_pass(tmp_path, words, order):
    cut = ("--file-rows-target", 900)
    for name, more in (("as_made", ()), ("sorted", order)):
        ended = places(tmp_path / name, *words, *more, *cut, "--validate", size=1500)
        assert ended.returncode == 0, ended.stderr + ended.stdout
    as_made, ordered = (checked(tmp_path / name, "--custom-schema", PLACES) for name in ("as_made", "sorted"))
    assert as_made[0] == ordered[0] == 0
    assert kinds(ordered[1]) - kinds(as_made[1]) == (set() if order[0] == "--z-order-by" else {("visits", "layout:sorted", 0)})
    assert kinds(as_made[1]) <= kinds(ordered[1])


def rewrite(path, change):
    """The file with other rows, in the form that it has."""
    read = pq.ParquetFile(path).read()
    pq.write_table(change(read), path)


def with_cell(name: str, value):
    def change(read):
        values = read[name].to_pylist()
        return read.set_column(read.schema.get_field_index(name), read.schema.field(name), [[values[0], value, *values[2:]]])
    return change


@pytest.mark.parametrize("words", [("-o", "parquet"), ("-o", "parquet", "--partition-by", "open"), ("--table-format", "delta"),
                                   ("--table-format", "iceberg"), ("--table-format", "ducklake")],
                         ids=["parquet", "parted", "delta", "iceberg", "ducklake"])
@pytest.mark.parametrize("order", ["--sort-by", "--z-order-by"])
def test_what_is_wrong_in_a_sorted_file_is_found(tmp_path, words, order):
    assert places(tmp_path, *words, order, "level,many", "--tables", "visits", size=600).returncode == 0
    file = max(files(tmp_path), key=lambda path: path.stat().st_size)
    for change, found in (
            (with_cell("weight", 123.5), {"visits:cells"}),
            (with_cell("visit_id", 100_000), {"visits:cells", "visits:key:visit_id"}),
            (lambda read: read.slice(1), {"visits:cells", "visits:layout:row_count", "visits:key:visit_id"}),
            (lambda read: pa.concat_tables([read.slice(50), read.slice(0, 50)]),
             {"visits:layout:sorted"} if order == "--sort-by" else set())):
        before = file.read_bytes()
        rewrite(file, change)
        code, result = checked(tmp_path, "--custom-schema", PLACES)
        assert code == 4 and found <= broken(result), (found, broken(result))
        file.write_bytes(before)
    assert checked(tmp_path, "--custom-schema", PLACES)[0] == 0


@pytest.mark.parametrize("order", ["--sort-by", "--z-order-by"])
def test_rows_without_a_key_are_made_again_in_their_order(tmp_path, order):
    schema = tmp_path / "bare.yaml"
    schema.write_text("dataset: bare\nwindow: {from: 2024-01-01, to: 2024-01-31}\ntables:\n  readings:\n"
                      "    events: {per_day: 20}\n    columns:\n      at: $time\n      place: {choice: {north: 1, south: 2}}\n"
                      "      level: {uniform: [0, 999]}\n")
    words = ("generate", "--custom-schema", schema, "--output", tmp_path / "out", order, "place,level", "-o", "parquet", "--quiet")
    assert run(*words).returncode == 0
    file = next((tmp_path / "out" / "Files").rglob("*.parquet"))
    code, result = checked(tmp_path / "out", "--custom-schema", schema)
    assert code == 0 and ("readings", "cells", 0) in kinds(result)
    for change in (with_cell("level", 1000), lambda read: pa.concat_tables([read.slice(50), read.slice(0, 50)])):
        before = file.read_bytes()
        rewrite(file, change)
        code, result = checked(tmp_path / "out", "--custom-schema", schema)
        assert code == 4 and "readings:cells" in broken(result)
        file.write_bytes(before)


def test_sorted_families_and_days(tmp_path):
    small = "retail_oltp_small"
    for number, mode in enumerate((("-o", "parquet"), ("--table-format", "delta"))):
        ended = run("generate", small, "-r", 2000, "--output", tmp_path / f"whole{number}", *mode,
                    "--sort-by", "customer_id", "--validate", "--quiet")
        assert ended.returncode == 0, ended.stdout
        ended = run("generate-series", SERIES, "-s", "2024-01-01", "-e", "2024-01-04", "--output", tmp_path / f"days{number}", *mode,
                    "--sort-by", "customer_id", "--tables", "orders,customers", "--validate", "--quiet")
        assert ended.returncode == 0, ended.stdout
