"""Iceberg tables of format version 3: every row has an id that stays its own, whoever writes, and other programs read them."""

import json
import os
import pathlib
import sqlite3

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from duckdb_session import Session
from lake import SERIES, TYPES, done, parquet, plain, run, types
from pyiceberg.avro.file import AvroFile
from pyiceberg.catalog.rest import RestCatalog
from pyiceberg.io.pyarrow import PyArrowFileIO
from pyiceberg.types import StructType
from test_iceberg import comparable, load, rows
from test_optimize import optimize

V3 = ("--table-format", "iceberg", "--iceberg-version", "3")
DAYS = ("generate-series", SERIES, "--tables", "orders", "--batch-size", "1", "--quiet", "-s")


def metadata(output, dataset, name) -> dict:
    with sqlite3.connect(output / "iceberg.sqlite") as catalog:
        (uri,), = catalog.execute("SELECT metadata_location FROM iceberg_tables WHERE table_namespace = ? AND table_name = ?",
                                  (dataset, name))
    return json.loads(pathlib.Path(uri.removeprefix("file://")).read_text())


def named(record, fields) -> dict:
    """A record of an Avro file with the names that the file gives."""
    values = {}
    for field, value in zip(fields, record):
        inner = field.field_type
        values[field.name] = named(value, inner.fields) if isinstance(inner, StructType) and value is not None else value
    return values


def avro(uri: str) -> list[dict]:
    with AvroFile(PyArrowFileIO().new_input(uri)) as file:
        return [named(record, file.schema.fields) for record in file]


def row_ids(said: dict, snapshot: dict | None = None) -> dict[str, tuple[int, int]]:
    """Live files of a snapshot to the first id of their rows and the one after the last, as the specification inherits them."""
    snapshot = snapshot or next(one for one in said["snapshots"] if one["snapshot-id"] == said["current-snapshot-id"])
    ids = {}
    for manifest in avro(snapshot["manifest-list"]):
        if manifest["content"] != 0:
            continue
        follows = manifest["first_row_id"]
        for entry in avro(manifest["manifest_path"]):
            file = entry["data_file"]
            if entry["status"] == 2:
                continue
            first = file.get("first_row_id")
            if first is None:
                first, follows = follows, follows + file["record_count"]
            ids[file["file_path"]] = (first, first + file["record_count"])
    return ids


def check(said: dict) -> dict[str, tuple[int, int]]:
    """No two rows have one id, none is as large as the next one, and each snapshot begins where the last has ended."""
    assert said["format-version"] == 3
    ids = row_ids(said)
    ends = 0
    for first, end in sorted(ids.values()):
        assert first >= ends
        ends = end
    assert ends <= said["next-row-id"]
    follows = 0
    for snapshot in said["snapshots"]:
        if "first-row-id" in snapshot:
            assert snapshot["first-row-id"] == follows
            follows += snapshot["added-rows"]
    assert follows == said["next-row-id"]
    return ids


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    """Ten days in a table of version 3, of which one was made again, and the same as plain files."""
    root = tmp_path_factory.mktemp("v3")
    done(*DAYS, "2024-01-01", "-e", "2024-01-10", *V3, "--output", root / "lake")
    done(*DAYS, "2024-01-01", "-e", "2024-01-10", "--output", root / "files")
    return root


def test_new_rows_get_new_ids_and_old_rows_keep_theirs(days, tmp_path):
    said = metadata(days / "lake", SERIES, "orders")
    ids = check(said)
    assert len(ids) == 10 and said["next-row-id"] == sum(end - first for first, end in ids.values())
    for snapshot in said["snapshots"]:
        for path, theirs in row_ids(said, snapshot).items():
            assert ids[path] == theirs
    read = comparable(rows(load(days / "lake", SERIES, "orders"), ["order_id"]))
    assert read.equals(comparable(parquet(days / "files", SERIES, "orders", ["order_id"])))


def test_a_day_made_again_leaves_the_ids_of_the_others(tmp_path):
    output = tmp_path / "lake"
    done(*DAYS, "2024-01-01", "-e", "2024-01-04", "--batch-size", "4", *V3, "--output", output, "--file-rows-target", "100")
    before = check(metadata(output, SERIES, "orders"))
    done("generate-incremental", SERIES, "--date", "2024-01-02", "--tables", "orders", "--ignore-state", "--quiet", "--output",
         output, "--table-format", "iceberg", "--file-rows-target", "50")
    said = metadata(output, SERIES, "orders")
    after = check(said)
    kept = {path for path in before if "/20240102-" not in path}
    assert {path: ids for path, ids in after.items() if path in kept} == {path: before[path] for path in kept}
    new = [ids for path, ids in after.items() if path not in kept]
    assert new and all(first >= max(end for _, end in before.values()) for first, _ in new)
    read = comparable(rows(load(output, SERIES, "orders"), ["order_id"]))
    done(*DAYS, "2024-01-01", "-e", "2024-01-04", "--output", tmp_path / "files")
    assert read.equals(comparable(parquet(tmp_path / "files", SERIES, "orders", ["order_id"])))
    done("validate", output)


def test_manifests_that_are_merged_keep_the_ids(tmp_path):
    output = tmp_path / "lake"
    done(*DAYS, "2024-01-01", "-e", "2024-01-04", *V3, "--output", output)
    before = check(metadata(output, SERIES, "orders"))
    table = load(output, SERIES, "orders")
    with sqlite3.connect(output / "iceberg.sqlite") as catalog:  # As a program sets a property of the table.
        said = metadata(output, SERIES, "orders")
        said["properties"]["commit.manifest.min-count-to-merge"] = "3"
        place = pathlib.Path(table.metadata_location.removeprefix("file://")).with_name("00099-x.metadata.json")
        place.write_text(json.dumps(said))
        catalog.execute("UPDATE iceberg_tables SET metadata_location = ?", (f"file://{place}",))
    done(*DAYS, "2024-01-05", "-e", "2024-01-05", *V3, "--output", output)
    said = metadata(output, SERIES, "orders")
    assert len(avro(said["snapshots"][-1]["manifest-list"])) == 2
    after = check(said)
    assert {path: ids for path, ids in after.items() if path in before} == before


def test_tables_of_version_2_can_become_3_and_not_go_back(tmp_path):
    output = tmp_path / "lake"
    done(*DAYS, "2024-01-01", "-e", "2024-01-03", "--table-format", "iceberg", "--output", output)
    assert metadata(output, SERIES, "orders")["format-version"] == 2
    done(*DAYS, "2024-01-04", "-e", "2024-01-04", *V3, "--output", output)
    said = metadata(output, SERIES, "orders")
    assert len(check(said)) == 4 and "first-row-id" not in said["snapshots"][0]
    done("generate-incremental", SERIES, "--date", "2024-01-02", "--tables", "orders", "--ignore-state", "--quiet", "--output",
         output, "--table-format", "iceberg")
    assert len(check(metadata(output, SERIES, "orders"))) == 4
    read = comparable(rows(load(output, SERIES, "orders"), ["order_id"]))
    done(*DAYS, "2024-01-01", "-e", "2024-01-04", "--output", tmp_path / "files")
    assert read.equals(comparable(parquet(tmp_path / "files", SERIES, "orders", ["order_id"])))
    back = run(*DAYS, "2024-01-05", "-e", "2024-01-05", "--table-format", "iceberg", "--iceberg-version", "2", "--output", output)
    assert back.returncode == 2 and "has format version 3, asked for 2" in back.stderr, back.stderr


def ids_of_rows(output) -> dict[int, int]:
    """Orders to the ids of their rows."""
    ids = {}
    for path, (first, end) in row_ids(metadata(output, SERIES, "orders")).items():
        orders = pq.ParquetFile(path.removeprefix("file://")).read(["order_id"])["order_id"].to_pylist()
        assert len(orders) == end - first
        ids |= {order: first + place for place, order in enumerate(orders)}
    return ids


def test_merged_rows_keep_their_ids(tmp_path):
    """Of several commits, with partitions: files become one where the ids of their rows go on."""
    output = tmp_path / "lake"
    words = (*DAYS, "2024-01-01", "-e", "2024-01-04", *V3, "--output", output, "--file-rows-target", "40")
    done(*words, "--partition-by", "bucket(2,customer_id)")
    before = ids_of_rows(output)
    said = optimize(output)[f"{SERIES}.orders"]
    assert said["files_after"] == len(row_ids(metadata(output, SERIES, "orders"))) == 8 < said["files_before"]
    assert ids_of_rows(output) == before
    check(metadata(output, SERIES, "orders"))
    done("generate-incremental", SERIES, "--date", "2024-01-05", "--tables", "orders", "--quiet", "--output", output, *V3,
         "--file-rows-target", "40", "--partition-by", "bucket(2,customer_id)", "--auto-compact")
    after = ids_of_rows(output)
    assert {order: after[order] for order in before} == before and len(after) > len(before)
    assert len(check(metadata(output, SERIES, "orders"))) == 10
    done(*DAYS, "2024-01-01", "-e", "2024-01-05", "--output", tmp_path / "files")
    read = comparable(rows(load(output, SERIES, "orders"), ["order_id"]))
    assert read.equals(comparable(parquet(tmp_path / "files", SERIES, "orders", ["order_id"])))
    done("validate", output)


def test_overwrite_of_the_whole_table_and_vacuum(tmp_path):
    output = tmp_path / "lake"
    for seed in (1, 2):
        assert types(output, *V3, "--seed", seed, "--if-exists", "overwrite").returncode == 0
    said = metadata(output, "types", "events")
    assert len(check(said)) == 1 and said["next-row-id"] >= 4000
    for path in output.rglob("*"):
        if path.is_file():
            os.utime(path, (1, 1))
    done("vacuum", output, "--retain-hours", "0")
    said = metadata(output, "types", "events")
    assert len(said["snapshots"]) == 1 and said["next-row-id"] >= 4000 and len(row_ids(said)) == 1
    done("validate", output, "--custom-schema", TYPES)
    assert types(tmp_path / "files", "-o", "parquet", "--seed", 2).returncode == 0
    expected = comparable(parquet(tmp_path / "files", "types", "events", ["event_id"]))
    assert comparable(rows(load(output, "types", "events"), ["event_id"])).equals(expected)


def test_duckdb_reads_them(days):
    path = load(days / "lake", SERIES, "orders").metadata_location
    expected = parquet(days / "files", SERIES, "orders", ["order_id"])
    middle = expected["order_id"].to_pylist()[len(expected) // 2]
    session = Session()
    try:
        assert session.sql(f"SELECT count(*), min(order_id), max(order_id) FROM iceberg_scan('{path}')") == [
            (expected.num_rows, expected["order_id"][0].as_py(), expected["order_id"][-1].as_py())]
        assert session.sql(f"SELECT count(*) FROM iceberg_scan('{path}') WHERE order_id = {middle}") == [(1,)]
    finally:
        session.close()


def test_a_rest_catalog_takes_them(behind, tmp_path):
    words = ("generate", "retail_oltp_small", "-r", "1000", "--quiet", "--tables", "orders", "--catalog", behind, "--output",
             tmp_path / "lake")
    try:
        done(*words, "--table-format", "iceberg")
        done(*words, *V3, "--if-exists", "overwrite", "--seed", "5")
        done(*words, "--table-format", "iceberg", "--if-exists", "overwrite", "--seed", "6")
        said = RestCatalog("rest", uri=behind).load_table(("retail_oltp_small", "orders")).metadata
        assert said.format_version == 3 and said.next_row_id >= 2000
    finally:
        RestCatalog("rest", uri=behind).drop_table(("retail_oltp_small", "orders"))


def test_what_version_3_has_and_we_do_not_write_is_refused(tmp_path):
    output = tmp_path / "lake"
    done(*DAYS, "2024-01-01", "-e", "2024-01-02", *V3, "--output", output)
    said = metadata(output, SERIES, "orders")
    said["schemas"][-1]["fields"].append({"id": 999, "name": "channel", "required": False, "type": "string",
                                          "initial-default": "web", "write-default": "shop"})
    place = output / "Tables" / SERIES / "orders" / "metadata" / "00099-x.metadata.json"
    place.write_text(json.dumps(said))
    with sqlite3.connect(output / "iceberg.sqlite") as catalog:
        catalog.execute("UPDATE iceberg_tables SET metadata_location = ?", (f"file://{place}",))
    refused = run(*DAYS, "2024-01-03", "-e", "2024-01-03", "--table-format", "iceberg", "--output", output)
    assert refused.returncode == 2 and "cannot write: a default of the column channel" in refused.stderr, refused.stderr


@pytest.mark.parametrize("which,has_bounds", [("all", True), ("rows", False), ("none", False)])
def test_statistics_can_be_left_out(tmp_path, which, has_bounds):
    done("generate", "retail_oltp_small", "-r", "1000", "--quiet", "--tables", "orders", "--table-format", "iceberg",
         "--table-statistics", which, "--output", tmp_path / "lake")
    table = load(tmp_path / "lake", "retail_oltp_small", "orders")
    files = table.inspect.files()
    assert sum(files["record_count"].to_pylist()) == 1000
    assert bool(files["lower_bounds"][0].as_py()) == bool(files["null_value_counts"][0].as_py()) == has_bounds
    assert isinstance(plain(table.scan(row_filter="order_id = 77").to_arrow(), ["order_id"]), pa.Table)
    assert table.scan(row_filter="order_id = 77").to_arrow().num_rows == 1
