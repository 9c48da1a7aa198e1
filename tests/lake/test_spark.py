"""Spark reads what we write, filters it right, appends to it, and we append after it."""

import datetime
import json
import pathlib

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from lake import SERIES, done, folder, literal, parquet, plain, rows, run, table, types
from spark_session import Session
from store import KEYS
from test_every_reader import NO_ORDER, PARTITIONS, TABLE, WORDS, content
from test_every_reader import same as same_value
from test_file_catalog import newest
from test_iceberg import load as load_iceberg
from test_iceberg_v3 import V3, check, metadata
from test_nested import make as make_nested
from test_nested import rows as nested_rows
from test_partitions import as_partitions, places

pytestmark = pytest.mark.slow
ITEMS = ("generate-series", SERIES, "--batch-size", "1", "--tables", "order_items", "--quiet")
TABLES = {"events": ["event_id"], "kinds": ["kind_id"]}
FILES = ("--table-format", "iceberg", "--catalog", "hadoop")
WHERE = ("-s", "2024-01-01", "-e", "2024-01-12", "--batch-size", "1", "--tables", "orders", "--quiet")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """All that Spark is to read; the Iceberg tables lie in one output, whose catalog it knows."""
    root = tmp_path_factory.mktemp("made")
    for output, words in (("files", ("-o", "parquet")), ("delta", ("--file-rows-target", 150)),
                          ("iceberg", ("--file-rows-target", 150, "--table-format", "iceberg")),
                          ("iceberg-files", ("--file-rows-target", 150, *FILES))):
        ended = types(root / output, *words)
        assert ended.returncode == 0, ended.stderr
    for output, words in (("files", ("-o", "parquet")), ("parts", ("--partition-by", "place,level,year,month"))):
        ended = places(root / output, *words)
        assert ended.returncode == 0, ended.stderr
    done("generate-series", SERIES, *WHERE, "--output", root / "files")
    done("generate-series", SERIES, *WHERE, "--output", root / "delta", "--table-format", "delta")
    done("generate-series", SERIES, *WHERE, "--output", root / "iceberg", "--table-format", "iceberg")
    done("generate-series", SERIES, *WHERE, "--output", root / "iceberg-files", *FILES)
    done(*ITEMS, "-s", "2024-01-01", "-e", "2024-01-04", *V3, "--file-rows-target", 150, "--output", root / "iceberg")
    done(*ITEMS, "-s", "2024-01-01", "-e", "2024-01-03", *FILES, "--file-rows-target", 150, "--output", root / "iceberg-files")
    for output, words in (("files", ("-o", "parquet")), ("delta", ()), ("iceberg", ("--table-format", "iceberg"))):
        make_nested(root / output, *words)
    return root


@pytest.fixture(scope="module")
def spark(made, store, tmp_path_factory):
    session = Session(tmp_path_factory.mktemp("spark"), made / "iceberg", store.url, KEYS)
    yield session
    session.close()


def delta(output, name: str, dataset="types") -> str:
    return f"delta.`{folder(output, dataset, name)}`"


def same(read: pa.Table, expected: pa.Table, keys) -> bool:
    """Equal but for the widths of whole numbers, of which Iceberg has two."""
    return plain(read.select(expected.column_names).cast(expected.schema), keys).equals(expected)


def spark_literal(value, kind: pa.DataType) -> str:
    """Spark has escapes in its texts, and instants without a zone are those of the session."""
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    text = literal(value, kind)
    return text[:-1] + "Z'" if isinstance(value, datetime.datetime) else text


def counts(spark, source: str, expected: pa.Table) -> list[tuple]:
    """Filters on every column for which Spark finds another number of rows than there are."""
    queries, wanted = [], []
    for field in expected.schema:
        column = expected[field.name]
        queries.append(f"{field.name} IS NULL")
        wanted.append(column.null_count)
        if pa.types.is_nested(field.type):
            continue
        values = sorted({value for value in column.drop_null().to_pylist() if same_value(value) != "nan"})
        for sign, test, value in (("=", pc.equal, values[len(values) // 2 :][:1]), (">=", pc.greater_equal, values[-1:])):
            if not value or (sign != "=" and (pa.types.is_boolean(field.type) or field.name in NO_ORDER)):
                continue
            queries.append(f"{field.name} {sign} {spark_literal(value[0], field.type)}")
            wanted.append(pc.sum(test(column, pa.scalar(value[0], field.type))).as_py())
    found = dict(spark.sql(" UNION ALL ".join(f"SELECT {i} AS i, count(*) FROM {source} WHERE {query}"
                                              for i, query in enumerate(queries))))
    return [(query, found[str(i)], number) for i, (query, number) in enumerate(zip(queries, wanted))
            if int(found[str(i)]) != number]


@pytest.mark.parametrize("vectorized", ["true", "false"])
def test_plain_files(spark, made, vectorized):
    spark.sql(f"SET spark.sql.parquet.enableVectorizedReader = {vectorized}")
    for name, keys in TABLES.items():
        expected = parquet(made / "files", "types", name, keys)
        file = made / "files" / "Files" / "synthetic_data" / "types" / f"{name}.parquet"
        assert same(spark.table(f"SELECT * FROM parquet.`{file}`"), expected, keys)
    spark.sql("SET spark.sql.parquet.enableVectorizedReader = true")


@pytest.mark.parametrize("vectorized", ["true", "false"])
def test_texts_apart_from_their_lengths(spark, tmp_path, vectorized):
    done("generate", "people", "--target-rows", 12_000, "--output", tmp_path, "--output-mode", "parquet", "--quiet")
    (file,) = tmp_path.rglob("people*.parquet")
    expected = pq.read_table(file)
    chunks = pq.read_metadata(file).row_group(0)
    columns = [name for i, name in enumerate(expected.column_names) if "DELTA_LENGTH_BYTE_ARRAY" in chunks.column(i).encodings]
    assert len(columns) > 1
    spark.sql(f"SET spark.sql.parquet.enableVectorizedReader = {vectorized}")
    found = spark.table(f"SELECT id, {', '.join(columns)} FROM parquet.`{file}`").sort_by("id")
    value = expected[columns[0]][7_777].as_py()
    counted = spark.sql(f"SELECT count(*) FROM parquet.`{file}` WHERE {columns[0]} = {spark_literal(value, pa.string())}")
    spark.sql("SET spark.sql.parquet.enableVectorizedReader = true")
    for name in columns:
        assert found[name].to_pylist() == expected[name].to_pylist(), name
    assert counted == [(str(expected[columns[0]].to_pylist().count(value)),)]


def test_delta_tables_of_all_types(spark, made):
    for name, keys in TABLES.items():
        assert same(spark.table(f"SELECT * FROM {delta(made / 'delta', name)}"), parquet(made / "files", "types", name, keys),
                    keys)
    assert counts(spark, delta(made / "delta", "events"), parquet(made / "files", "types", "events", ["event_id"])) == []


def test_partitioned_delta_table(spark, made):
    expected = as_partitions(parquet(made / "files", "places", "visits", ["visit_id"]), "place")
    source = delta(made / "parts", "visits", "places")
    assert same(spark.table(f"SELECT * FROM {source}"), expected, ["visit_id"])
    assert counts(spark, source, expected) == []
    months = spark.sql(f"SELECT year, month, count(*) FROM {source} WHERE year = 2024 GROUP BY 1, 2 ORDER BY 2")
    times = [time for time in expected["at"].to_pylist() if time.year == 2024]
    assert months == [("2024", str(month), str(sum(time.month == month for time in times))) for month in (1, 2)]


def test_delta_tables_are_written_in_turns(spark, made):
    path = pathlib.Path(folder(made / "delta", SERIES, "orders"))
    expected = parquet(made / "files", SERIES, "orders", ["order_id"])
    last = json.loads((path / "_delta_log" / "_last_checkpoint").read_text())["version"]
    for version in range(last):  # Spark, too, must begin at the checkpoint.
        (path / "_delta_log" / f"{version:020}.json").unlink()
    source = delta(made / "delta", "orders", SERIES)
    assert same(spark.table(f"SELECT * FROM {source}"), expected, ["order_id"])
    spark.sql(f"CREATE OR REPLACE TEMPORARY VIEW three AS SELECT * FROM {source} ORDER BY order_id LIMIT 3",
              f"INSERT INTO {source} SELECT order_id + 1000000000, * EXCEPT (order_id) FROM three")
    done("generate-series", SERIES, "-s", "2024-01-13", "-e", "2024-01-14", "--tables", "orders", "--quiet", "--output",
         made / "delta", "--table-format", "delta")
    mine = table(made / "delta", SERIES, "orders")
    read = rows(mine, ["order_id"])
    done("generate-series", SERIES, "-s", "2024-01-13", "-e", "2024-01-14", "--tables", "orders", "--quiet", "--output",
         made / "files")
    after = parquet(made / "files", SERIES, "orders", ["order_id"])
    assert same(read.slice(0, read.num_rows - 3), after, ["order_id"])
    assert same(spark.table(f"SELECT * FROM {source} WHERE order_id < 1000000000"), after, ["order_id"])
    assert spark.sql(f"SELECT count(*), count(DISTINCT order_id) FROM {source}") == [(str(read.num_rows),) * 2]
    spark.sql(f"DELETE FROM {source} WHERE order_id >= 1000000000")
    assert table(made / "delta", SERIES, "orders").to_pyarrow_table().num_rows == after.num_rows


def test_iceberg_tables_of_all_types(spark, made):
    for name, keys in TABLES.items():
        expected = parquet(made / "files", "types", name, keys)
        assert same(spark.table(f"SELECT * FROM lakeseed.types.{name}"), expected, keys)
    assert counts(spark, "lakeseed.types.events", parquet(made / "files", "types", "events", ["event_id"])) == []
    assert int(spark.sql("SELECT count(*) FROM lakeseed.types.events.files")[0][0]) > 5


def test_iceberg_tables_are_written_in_turns(spark, made):
    before = load_iceberg(made / "iceberg", SERIES, "orders").scan().to_arrow().num_rows
    source = f"lakeseed.{SERIES}.orders"
    spark.sql(f"CREATE OR REPLACE TEMPORARY VIEW few AS SELECT * FROM {source} ORDER BY order_id LIMIT 3",
              f"INSERT INTO {source} SELECT order_id + 1000000000, * EXCEPT (order_id) FROM few",
              f"ALTER TABLE {source} ADD COLUMN remark STRING")
    done("generate-series", SERIES, "-s", "2024-01-13", "-e", "2024-01-14", "--tables", "orders", "--quiet", "--output",
         made / "iceberg", "--table-format", "iceberg")
    read = load_iceberg(made / "iceberg", SERIES, "orders").scan().to_arrow()
    assert "remark" in read.column_names and read.num_rows > before + 3
    spark.sql(f"REFRESH TABLE {source}")
    assert spark.sql(f"SELECT count(*), count(DISTINCT order_id) FROM {source}") == [(str(read.num_rows),) * 2]
    theirs = plain(spark.table(f"SELECT * FROM {source}"), ["order_id"])
    assert theirs["order_id"].to_pylist() == sorted(read["order_id"].to_pylist())
    old = spark.sql(f"SELECT snapshot_id FROM {source}.snapshots ORDER BY committed_at LIMIT 12")[-1][0]
    assert spark.sql(f"SELECT count(*) FROM {source} VERSION AS OF {old}") == [(str(before),)]


def test_iceberg_tables_without_a_catalog_are_written_in_turns(spark, made):
    for name, keys in TABLES.items():
        assert same(spark.table(f"SELECT * FROM files.types.{name}"), parquet(made / "files", "types", name, keys), keys)
    source = f"files.{SERIES}.orders"
    before = int(spark.sql(f"SELECT count(*) FROM {source}")[0][0])
    spark.sql(f"CREATE OR REPLACE TEMPORARY VIEW few AS SELECT * FROM {source} ORDER BY order_id LIMIT 3",
              f"INSERT INTO {source} SELECT order_id + 1000000000, * EXCEPT (order_id) FROM few")
    done("generate-series", SERIES, "-s", "2024-01-13", "-e", "2024-01-14", "--tables", "orders", "--quiet", "--output",
         made / "iceberg-files", *FILES)
    ours = newest(made / "iceberg-files", SERIES, "orders").scan().to_arrow()
    assert ours.num_rows > before + 3
    theirs = plain(spark.table(f"SELECT * FROM {source}"), ["order_id"])
    assert theirs["order_id"].to_pylist() == sorted(ours["order_id"].to_pylist())
    assert len(set(theirs["order_id"].to_pylist())) == theirs.num_rows


def test_optimized_iceberg_tables_are_written_in_turns(spark, made):
    output, source = made / "iceberg-files", f"files.{SERIES}.order_items"

    def read() -> pa.Table:
        spark.sql(f"REFRESH TABLE {source}")
        return plain(spark.table(f"SELECT * FROM {source}"), ["order_item_id"])

    def count(of: str) -> int:
        return int(spark.sql(f"SELECT count(*) FROM {source}{of}")[0][0])

    before = read()
    assert count(".files") > 6
    done("optimize", output, "--tables", "order_items", "--catalog", "hadoop")
    assert read().equals(before) and count("") == before.num_rows and count(".files") == 3
    assert spark.sql(f"SELECT operation FROM {source}.snapshots ORDER BY committed_at")[-1] == ("replace",)
    spark.sql(f"CREATE OR REPLACE TEMPORARY VIEW others AS SELECT * FROM {source} ORDER BY order_item_id LIMIT 3",
              f"INSERT INTO {source} SELECT order_item_id + 1000000000, * EXCEPT (order_item_id) FROM others")
    done(*ITEMS, "-s", "2024-01-04", "-e", "2024-01-04", *FILES, "--output", output)
    ours, theirs = newest(output, SERIES, "order_items").scan().to_arrow(), read()
    assert theirs["order_item_id"].to_pylist() == sorted(ours["order_item_id"].to_pylist())
    assert len(set(theirs["order_item_id"].to_pylist())) == theirs.num_rows > before.num_rows + 3
    old = spark.sql(f"SELECT snapshot_id FROM {source}.snapshots WHERE operation = 'append' ORDER BY committed_at")[2][0]
    assert spark.sql(f"SELECT count(*) FROM {source} VERSION AS OF {old}") == [(str(before.num_rows),)]


def test_nested_columns(spark, made):
    expected = nested_rows(pq.ParquetFile(made / "files" / "Files" / "synthetic_data" / "nested" / "orders.parquet").read())
    for source in (delta(made / "delta", "orders", "nested"), "lakeseed.nested.orders"):
        assert nested_rows(spark.table(f"SELECT * FROM {source}")) == expected
        named = sum(1 for row in expected if row["buyer"] and row["buyer"]["name"] == "Zoë 😀")
        assert spark.sql(f"SELECT count(*) FROM {source} WHERE buyer.name = 'Zoë 😀'") == [(str(named),)]


def test_iceberg_rows_of_version_3_keep_their_ids(spark, made):
    source = f"lakeseed.{SERIES}.order_items"

    def ids(where="true"):
        spark.sql(f"REFRESH TABLE {source}")
        return dict(spark.sql(f"SELECT order_item_id, _row_id FROM {source} WHERE {where}"))

    ours = ids()
    assert sorted(map(int, ours.values())) == list(range(len(ours)))
    files = int(spark.sql(f"SELECT count(*) FROM {source}.files")[0][0])
    done("optimize", made / "iceberg", "--tables", "order_items")
    assert ids() == ours and int(spark.sql(f"SELECT count(*) FROM {source}.files")[0][0]) == 4 < files
    spark.sql(f"ALTER TABLE {source} SET TBLPROPERTIES ('write.delete.mode' = 'merge-on-read')",
              f"CREATE OR REPLACE TEMPORARY VIEW some AS SELECT * FROM {source} ORDER BY order_item_id LIMIT 3",
              f"INSERT INTO {source} SELECT order_item_id + 1000000000, * EXCEPT (order_item_id) FROM some")
    both = ids()
    assert len(both) == len(ours) + 3 and ours.items() <= both.items()
    spark.sql(f"DELETE FROM {source} WHERE order_item_id IN (1000000001, {max(ours, key=int)})")  # Deletion vectors.
    left = ids()
    assert len(left) >= len(both) - 2 and left.items() < both.items()
    # Where others have deleted rows nothing is merged, and rows come as before.
    done(*ITEMS, "-s", "2024-01-05", "-e", "2024-01-05", "--table-format", "iceberg", "--output", made / "iceberg",
         "--file-rows-target", "100", "--auto-compact")
    refused = run("optimize", made / "iceberg", "--tables", "order_items")
    assert refused.returncode == 2 and "another program has deleted rows" in refused.stderr, refused.stderr
    longer = ids()
    assert left.items() < longer.items() and len(set(longer.values())) == len(longer)
    done("generate-incremental", SERIES, "--date", "2024-01-02", "--tables", "order_items", "--ignore-state", "--quiet",
         "--table-format", "iceberg", "--output", made / "iceberg", "--if-exists", "overwrite", "--file-rows-target", "700")
    again = ids()
    other_days = ids("input_file_name() NOT LIKE '%20240102-%'")
    assert again.keys() == longer.keys() and len(set(again.values())) == len(again)
    assert other_days.items() < longer.items() and len(other_days) < len(again)
    check(metadata(made / "iceberg", SERIES, "order_items"))
    done("vacuum", made / "iceberg", "--tables", "order_items", "--retain-hours", "0")
    assert ids() == again


@pytest.fixture(scope="module")
def of_every_type(tmp_path_factory):
    root = tmp_path_factory.mktemp("every")
    done(*WORDS[:-2], "--output", root, "-o", "parquet")
    return parquet(root, *TABLE, ["item_id"])


def stored(form: str, made, store, dataset: str, name: str) -> tuple[str, tuple, str]:
    """An output in a bucket, words of commands for it, and what Spark calls its table; the Iceberg catalog is the local one."""
    root = f"s3://{store.bucket()}/out"
    words = ("--table-format", form) + (("--catalog", f"sqlite:///{made}/iceberg/iceberg.sqlite") if form == "iceberg" else ())
    return root, words, f"delta.`{root}/Tables/{dataset}/{name}`" if form == "delta" else f"lakeseed.{dataset}.{name}"


@pytest.mark.parametrize("form", ["delta", "iceberg"])
@pytest.mark.parametrize("partitions", PARTITIONS)
def test_tables_in_an_object_store(spark, made, store, of_every_type, form, partitions, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # The state of runs into a store is kept where the program runs.
    root, words, source = stored(form, made, store, *TABLE)
    done(*WORDS, *PARTITIONS[partitions], *words, "--output", root, env=store.environment)
    spark.sql(f"REFRESH TABLE {source}")
    names = of_every_type.column_names
    assert content(spark.table(f"SELECT * FROM {source}"), names) == content(of_every_type, names)
    assert counts(spark, source, of_every_type) == []
    if form == "iceberg":
        spark.sql(f"DROP TABLE {source}")  # The catalog is that of the next one too.


@pytest.mark.parametrize("form", ["delta", "iceberg"])
def test_tables_in_an_object_store_are_written_in_turns(spark, made, store, form, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    root, words, source = stored(form, made, store, SERIES, "customers")
    days = ("generate-series", SERIES, "--batch-size", "1", "--tables", "customers", "--quiet", "--output", root, *words)
    done(*days, "-s", "2024-01-01", "-e", "2024-01-03", env=store.environment)
    spark.sql(f"REFRESH TABLE {source}")
    before = spark.table(f"SELECT * FROM {source}")
    spark.sql(f"CREATE OR REPLACE TEMPORARY VIEW some AS SELECT * FROM {source} ORDER BY customer_id LIMIT 3",
              f"INSERT INTO {source} SELECT customer_id + 1000000000, * EXCEPT (customer_id) FROM some")
    done(*days, "-s", "2024-01-04", "-e", "2024-01-05", env=store.environment)
    spark.sql(f"REFRESH TABLE {source}")
    after = spark.table(f"SELECT * FROM {source}")
    kept = set(map(str, before.to_pylist()))
    assert before.num_rows > 0 and kept < set(map(str, after.to_pylist()))
    assert sum(number > 1000000000 for number in after["customer_id"].to_pylist()) == 3 < after.num_rows - before.num_rows
