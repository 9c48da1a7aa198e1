"""Iceberg tables as pyiceberg and DuckDB read them, and as both pyiceberg and lakeseed write to them."""

import datetime
import pathlib
import sqlite3

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from lake import SERIES, done, overwritten, parquet, plain, run, types
from pyiceberg.catalog.sql import SqlCatalog

SMALL = "retail_oltp_small"
KEYS = {"customers": ["customer_id"], "products": ["product_id"], "stores": ["store_id"], "orders": ["order_id"],
        "order_items": ["order_item_id"], "inventory": ["product_id", "store_id"]}
WHOLE = ("generate", SMALL, "-r", "3000", "--file-rows-target", "700", "--quiet")
DAYS = ("-s", "2024-01-01", "-e", "2024-01-10", "--batch-size", "2", "--quiet")


def catalog(output) -> SqlCatalog:
    return SqlCatalog("lakeseed", uri=f"sqlite:///{output}/iceberg.sqlite", warehouse=f"file://{output}/Tables")


def load(output, dataset, table):
    return catalog(output).load_table((dataset, table))


def rows(table, keys, **scan) -> pa.Table:
    read = table.scan(**scan).to_arrow()
    schema = pa.schema([pa.field(f.name, pa.string() if pa.types.is_large_string(f.type) else f.type) for f in read.schema])
    return plain(read.cast(schema), keys)


def comparable(read: pa.Table) -> pa.Table:
    """Decimals and integers as wide as Iceberg's types are."""
    wide = {pa.int8(): pa.int32(), pa.int16(): pa.int32()}
    fields = []
    for field in read.schema:
        kind = wide.get(field.type, field.type)
        if pa.types.is_decimal(kind):
            kind = pa.decimal128(kind.precision, kind.scale)
        fields.append(pa.field(field.name, kind))
    return read.cast(pa.schema(fields))


def test_tables_hold_what_plain_files_hold(tmp_path):
    done(*WHOLE, "--output", tmp_path / "lake", "--table-format", "iceberg")
    done(*WHOLE, "--output", tmp_path / "files", "--output-mode", "parquet")
    assert sorted(name for _, name in catalog(tmp_path / "lake").list_tables(SMALL)) == sorted(KEYS)
    for name, keys in KEYS.items():
        table = load(tmp_path / "lake", SMALL, name)
        read = comparable(rows(table, keys))
        assert read.num_rows > 0
        assert read.equals(comparable(parquet(tmp_path / "files", SMALL, name, keys))), name
        assert [snapshot.summary.operation.value for snapshot in table.snapshots()] == ["append"]
        assert int(table.current_snapshot().summary["total-records"]) == read.num_rows
    assert done("validate", tmp_path / "lake", "--dataset-id", SMALL)


def test_statistics_are_those_of_the_data(tmp_path):
    assert types(tmp_path, "--file-rows-target", 150, "--table-format", "iceberg").returncode == 0
    seen = 0
    for name, keys in (("kinds", ["kind_id"]), ("events", ["event_id"])):
        table = load(tmp_path, "types", name)
        for file in table.inspect.files().to_pylist():
            read = pq.read_table(file["file_path"].removeprefix("file://"))
            for column, facts in file["readable_metrics"].items():
                values = read[column]
                assert facts["value_count"] == len(values) and facts["null_value_count"] == values.null_count, column
                there = values.drop_null().to_pylist()
                if not there:
                    continue
                least, greatest = facts["lower_bound"], facts["upper_bound"]
                if isinstance(there[0], str):
                    assert least <= min(there) or min(there).startswith(least), column
                    assert greatest is None or greatest.encode() >= max(t.encode() for t in there), column
                else:
                    assert (least, greatest) == (min(there), max(there)), column
                seen += 1
        # What a filter finds is what a full scan finds.
        everything = rows(table, keys)
        for field in everything.schema:
            values = [value for value in pc.unique(everything[field.name]).to_pylist() if value is not None][:3]
            for value in values:
                if isinstance(value, datetime.datetime):
                    value = value.isoformat()
                if isinstance(value, bool):
                    condition = f"{field.name} == {str(value).lower()}"
                elif isinstance(value, (str, datetime.date)):
                    escaped = str(value).replace("'", "''")
                    condition = f"{field.name} == '{escaped}'"
                else:
                    condition = f"{field.name} == {value}"
                found = table.scan(row_filter=condition).to_arrow().num_rows
                original = pc.unique(everything[field.name]).to_pylist()
                wanted = [v for v in original if v is not None][values.index(value) if value in values else 0]
                assert found > 0 and (value not in values or found == pc.sum(
                    pc.equal(everything[field.name], pa.scalar(wanted, field.type))).as_py()), condition
    assert seen > 80


def test_pyiceberg_writes_to_our_tables_and_we_after_it(tmp_path):
    series = ("generate-series", SERIES, "--output", tmp_path, "--table-format", "iceberg", "--quiet")
    done(*series, "-s", "2024-01-01", "-e", "2024-01-02")
    table = load(tmp_path, SERIES, "orders")
    before = table.scan().to_arrow()
    extra = before.slice(0, 3).set_column(0, before.schema.field(0), pa.array([10**9, 10**9 + 1, 10**9 + 2], pa.int64()))
    table.append(extra)
    with table.update_schema() as update:
        update.add_column("note2", __import__("pyiceberg.types", fromlist=["StringType"]).StringType())
    done(*series, "-s", "2024-01-03", "-e", "2024-01-04")
    after = load(tmp_path, SERIES, "orders").scan().to_arrow()
    assert after.num_rows > before.num_rows + 100 and "note2" in after.column_names
    assert set(before["order_id"].to_pylist()) | {10**9, 10**9 + 1, 10**9 + 2} <= set(after["order_id"].to_pylist())
    assert len(set(after["order_id"].to_pylist())) == after.num_rows
    load(tmp_path, SERIES, "orders").delete("order_id >= 1000000000")
    assert load(tmp_path, SERIES, "orders").scan().to_arrow().num_rows == after.num_rows - 3


def test_series_in_batches_and_days_made_again(tmp_path):
    done("generate-series", SERIES, *DAYS, "--output", tmp_path / "lake", "--table-format", "iceberg")
    done("generate-series", SERIES, *DAYS, "--output", tmp_path / "files")
    expected = comparable(parquet(tmp_path / "files", SERIES, "orders", KEYS["orders"]))
    table = load(tmp_path / "lake", SERIES, "orders")
    assert comparable(rows(table, KEYS["orders"])).equals(expected)
    assert len(table.snapshots()) == 5
    done("generate-series", SERIES, *DAYS, "--output", tmp_path / "lake", "--table-format", "iceberg", "--resume")
    assert len(load(tmp_path / "lake", SERIES, "orders").snapshots()) == 5
    done("generate-series", SERIES, "-s", "2024-01-05", "-e", "2024-01-05", "--ignore-state", "--quiet", "--compression", "zstd",
         "--compress-all", "--output", tmp_path / "lake", "--table-format", "iceberg", "--if-exists", "overwrite")
    table = load(tmp_path / "lake", SERIES, "orders")
    assert comparable(rows(table, KEYS["orders"])).equals(expected)
    last = table.snapshots()[-1]
    assert last.summary.operation.value == "overwrite" and int(last.summary["total-records"]) == expected.num_rows
    # Time travel: what was there before is still there.
    first = table.snapshots()[0]
    assert 0 < table.scan(snapshot_id=first.snapshot_id).to_arrow().num_rows < expected.num_rows


def test_overwrite_replaces_rows_and_columns(tmp_path):
    price = "price: {uniform: [1, 9]}"
    overwritten(tmp_path, "iceberg", price, f"{price}, colour: {{choice: {{red: 1, blue: 1}}}}")
    table = load(tmp_path / "lake", "shop", "items")
    assert table.scan().to_arrow().num_rows == 50
    assert [field.name for field in table.schema().fields] == ["item_id", "price", "colour"]
    assert len(table.snapshots()) == 2


def test_tables_that_cannot_be_written_are_refused(tmp_path):
    done(*WHOLE, "--output", tmp_path, "--table-format", "iceberg")
    with sqlite3.connect(tmp_path / "iceberg.sqlite") as connection:
        (location,) = connection.execute("SELECT metadata_location FROM iceberg_tables WHERE table_name = 'orders'").fetchone()
    connection.close()
    metadata = pathlib.Path(location.removeprefix("file://"))
    metadata.write_text(metadata.read_text().replace('"format-version":2', '"format-version":4'))
    refused = run(*WHOLE, "--output", tmp_path, "--table-format", "iceberg", "--if-exists", "overwrite")
    assert refused.returncode == 2 and "format version" in refused.stderr and "orders" in refused.stderr


def test_small_manifests_of_a_long_series_are_merged(tmp_path):
    """As the Java library does, by the table's own properties; who reads the table then opens few files."""
    words = ("generate-series", SERIES, "--tables", "orders", "--table-format", "iceberg", "--batch-size", "1", "--quiet", "--output", tmp_path)
    done(*words, "-s", "2024-01-01", "-e", "2024-01-02")
    with load(tmp_path, SERIES, "orders").transaction() as change:
        change.set_properties({"commit.manifest.min-count-to-merge": "4"})
    done(*words, "-s", "2024-01-03", "-e", "2024-01-12")
    # One of the days that were merged is made again.
    done(*words, "-s", "2024-01-02", "-e", "2024-01-02", "--ignore-state", "--compression", "zstd")
    table = load(tmp_path, SERIES, "orders")
    counts = [len(snapshot.manifests(table.io)) for snapshot in table.snapshots()]
    assert max(counts) == 4 and counts[3] == 4 and counts[4] == 2, counts
    entries = [(entry.sequence_number, entry.data_file.file_path) for manifest in table.current_snapshot().manifests(table.io)
               for entry in manifest.fetch_manifest_entry(table.io, discard_deleted=True)]
    assert len(entries) == 12 and {number for number, _ in entries} == set(range(1, 14)) - {2}
    done("generate-series", SERIES, "--tables", "orders", "-s", "2024-01-01", "-e", "2024-01-12", "--quiet", "--output", tmp_path / "files")
    expected = parquet(tmp_path / "files", SERIES, "orders", ["order_id"])
    assert comparable(rows(table, ["order_id"])).equals(comparable(expected))
    least = expected["order_id"][expected.num_rows // 2].as_py()
    found = rows(table, ["order_id"], row_filter=f"order_id >= {least}")
    assert found.num_rows == expected.num_rows - expected.num_rows // 2
