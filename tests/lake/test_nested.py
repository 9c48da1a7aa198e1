"""Structs and lists in every format: each reader gets what the run that wrote JSON Lines says."""

import decimal
import json
import pathlib
import sys

import deltalake
import duckdb
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.ipc as ipc
import pyarrow.parquet as pq
import pytest
from duckdb_session import Session
from lake import done, run
from pyiceberg.catalog.sql import SqlCatalog

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "datasets"))

import fingerprint  # noqa: E402

FILE = pathlib.Path(__file__).with_name("nested.yaml")
PLAIN = "Files/synthetic_data/nested"


def make(output, *words):
    done("generate", "--custom-schema", FILE, "--output", output, "--quiet", *words)
    return output


def text(value):
    """A value as JSON has it: the same from every reader."""
    if isinstance(value, dict):
        return {name: text(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [text(inner) for inner in value]
    if isinstance(value, decimal.Decimal):
        return float(value)
    if hasattr(value, "microsecond"):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value.isoformat() if hasattr(value, "isoformat") else value


def rows(read: pa.Table) -> list:
    return [text(row) for row in read.sort_by("order_id").to_pylist()]


@pytest.fixture(scope="module")
def wanted(tmp_path_factory):
    output = make(tmp_path_factory.mktemp("json"), "--output-mode", "json")
    lines = (output / PLAIN / "orders.json").read_text().splitlines()
    made = [json.loads(line) for line in lines]
    # Nulls at every level, empty lists, and lists of several.
    assert any(row["buyer"] is None for row in made) and any(row["tags"] is None for row in made)
    assert any(row["buyer"] and row["buyer"]["geo"] is None for row in made)
    assert any(row["tags"] == [] for row in made) and any(None in row["lines"] for row in made)
    assert any(None in (row["tags"] or []) for row in made)
    for row in made:
        total = sum(round(100 * line["total"]) for line in row["lines"] if line)
        assert round(100 * row["total"]) == total
        assert row["buyer_lat"] == ((row["buyer"] or {}).get("geo") or {}).get("lat")
    return made


@pytest.mark.parametrize("mode", ["parquet", "arrow", "csv", "json"])
def test_files(tmp_path, wanted, mode):
    output = make(tmp_path, "--output-mode", mode, "--file-rows-target", 150)
    assert done("validate", output, "--custom-schema", FILE)
    names = sorted((output / PLAIN).rglob("*orders*")) + sorted((output / PLAIN / "orders").glob("*"))
    files = sorted({name for name in names if name.is_file()})
    assert len(files) == 3
    if mode == "parquet":
        read = rows(pa.concat_tables([pq.ParquetFile(file).read() for file in files]))
    elif mode == "arrow":
        read = rows(pa.concat_tables([ipc.open_file(file).read_all() for file in files]))
    elif mode == "json":
        read = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    else:
        nested = {name: pa.string() for name in ("buyer", "tags", "lines")}
        options = pa_csv.ConvertOptions(column_types=nested, strings_can_be_null=True, quoted_strings_can_be_null=False)
        parsing = pa_csv.ParseOptions(newlines_in_values=True)
        table = pa.concat_tables([pa_csv.read_csv(file, convert_options=options, parse_options=parsing) for file in files])
        read = table.to_pylist()
        for row in read:
            row.update({name: row[name] and json.loads(row[name]) for name in nested})
    assert read == wanted


def test_delta(tmp_path, wanted):
    make(tmp_path, "--table-format", "delta")
    table = deltalake.DeltaTable(str(tmp_path / "Tables/nested/orders"))
    assert rows(pa.table(table.to_pyarrow_table())) == wanted
    assert done("validate", tmp_path, "--custom-schema", FILE)


def test_iceberg(tmp_path, wanted):
    make(tmp_path, "--table-format", "iceberg")
    catalog = SqlCatalog("lakeseed", uri=f"sqlite:///{tmp_path}/iceberg.sqlite", warehouse=f"file://{tmp_path}/Tables")
    table = catalog.load_table(("nested", "orders"))
    assert rows(table.scan().to_arrow()) == wanted
    ids = [field.field_id for field in table.schema().fields]
    inside = [table.schema().find_field(name).field_id
              for name in ("buyer.name", "buyer.geo.lat", "tags.element", "lines.element.codes.element")]
    assert ids == list(range(1, 7)) and len(set(inside)) == 4 and min(inside) > 6
    assert table.metadata.last_column_id == max(table.schema()._lazy_id_to_field)
    assert table.scan(row_filter="buyer.name == 'Zoë 😀'").to_arrow().num_rows == sum(
        1 for row in wanted if row["buyer"] and row["buyer"]["name"] == "Zoë 😀")


def test_ducklake_as_duckdb_reads_and_writes_it(tmp_path, wanted):
    make(tmp_path, "--table-format", "ducklake")
    session = Session()
    session.sql(f"ATTACH 'ducklake:sqlite:{tmp_path}/ducklake.sqlite' AS lake")
    table = "lake.nested.orders"
    (read,), = session.sql(f"SELECT to_json(list(t ORDER BY order_id))::VARCHAR FROM (SELECT order_id, buyer, tags, "
                          f"list_transform(lines, lambda l: {{'product_id': l.product_id, 'codes': l.codes}}) AS lines "
                          f"FROM {table}) t")
    short = [{"order_id": row["order_id"], "buyer": row["buyer"], "tags": row["tags"],
              "lines": [{"product_id": line and line["product_id"], "codes": line and line["codes"]} for line in row["lines"]]}
             for row in wanted]
    assert json.loads(read) == short
    session.sql(f"INSERT INTO {table} SELECT * REPLACE (order_id + 1000 AS order_id) FROM {table}")
    assert session.sql(f"SELECT count(*), count(buyer.geo.lat), sum(len(lines)) FROM {table} WHERE buyer.name <> ''")[0] == tuple(
        2 * n for n in session.sql(f"SELECT count(*), count(buyer.geo.lat), sum(len(lines)) FROM {table} "
                                  "WHERE buyer.name <> '' AND order_id < 1000")[0])
    session.close()


@pytest.mark.parametrize("form", ["delta", "iceberg"])
def test_in_an_object_store(tmp_path, monkeypatch, store, wanted, form):
    monkeypatch.chdir(tmp_path)
    bucket = store.bucket()
    done("generate", "--custom-schema", FILE, "--output", f"s3://{bucket}/out", "--quiet", "--table-format", form,
         "--file-rows-target", 150, "--catalog" if form == "iceberg" else "--tables",
         f"sqlite:///{tmp_path}/catalog.sqlite" if form == "iceberg" else "orders", env=store.environment)
    if form == "delta":
        table = deltalake.DeltaTable(f"s3://{bucket}/out/Tables/nested/orders", storage_options=store.options)
        assert rows(pa.table(table.to_pyarrow_table())) == wanted
        return
    catalog = SqlCatalog("lakeseed", uri=f"sqlite:///{tmp_path}/catalog.sqlite", **{
        "s3.endpoint": store.url, "s3.access-key-id": store.environment["AWS_ACCESS_KEY_ID"],
        "s3.secret-access-key": store.environment["AWS_SECRET_ACCESS_KEY"], "s3.region": "us-east-1"})
    assert rows(catalog.load_table(("nested", "orders")).scan().to_arrow()) == wanted


@pytest.mark.parametrize("mode", ["parquet", "arrow", "csv", "json"])
def test_a_run_is_split_as_anyone_likes(tmp_path, mode):
    whole = make(tmp_path / "a", "--output-mode", mode)
    parts = make(tmp_path / "b", "--output-mode", mode, "--chunk-size", 37, "--parallel-workers", 2)
    name = f"{PLAIN}/orders.{mode}"
    assert (whole / name).read_bytes() == (parts / name).read_bytes()


CHANGING = """
dataset: moving
window: {from: 2024-01-01, to: 2024-01-04}
tables:
  people:
    population: {size: 30, changes: {rate: 90 per year, tracks: [place]}}
    let: {place: {address: {country: US}}}
    columns:
      person_id: {key: {}}
      home: {struct: {city: place.city, row: $row}}
      stays: {list: {length: 2, of: {struct: {city: place.city, night: {uniform: [1, 9]}}}}}
"""


@pytest.mark.parametrize("form", ["delta", "iceberg", "ducklake"])
def test_days_of_people_who_move(tmp_path, form):
    file = tmp_path / "moving.yaml"
    file.write_text(CHANGING)
    done("generate-series", "--custom-schema", file, "--output", tmp_path / "out", "--table-format", form, "--quiet",
         "-s", "2024-01-01", "-e", "2024-01-04")
    assert done("validate", tmp_path / "out", "--custom-schema", file)


def test_values_stay_what_they_are(tmp_path):
    made = fingerprint.of_table(make(tmp_path, "--output-mode", "parquet") / PLAIN / "orders.parquet")
    assert {name: made["columns"][name][:8] for name in ("buyer", "tags", "lines", "total", "buyer_lat")} == {
        "buyer": "6d128e08", "tags": "73e2b311", "lines": "62d5fad4", "total": "c672482d", "buyer_lat": "aceb663a"}


def test_described_tables_take_the_files(tmp_path):
    output = make(tmp_path, "--output-mode", "parquet")
    database = duckdb.connect()
    database.execute(done("describe", "--custom-schema", FILE, "--format", "ddl", "--dialect", "duckdb"))
    database.execute(f"INSERT INTO orders FROM '{output}/{PLAIN}/orders.parquet'")
    assert database.execute("SELECT count(*), count(buyer.geo.lat) > 0, max(len(lines)) > 1 FROM orders").fetchone() == (
        400, True, True)
    assert "`buyer` STRUCT<`name`: STRING, `born`: DATE, `geo`: STRUCT<`lat`: DOUBLE, `ok`: BOOLEAN>>," in done(
        "describe", "--custom-schema", FILE, "--format", "ddl", "--dialect", "spark")
    described = done("describe", "--custom-schema", FILE)
    assert "list(struct(product_id int64, quantity int32," in described and "list of choice, length uniform" in described


def test_changes_and_previews_show_what_is_inside(wanted):
    shown = json.loads(done("preview", "--custom-schema", FILE, "--table", "orders", "--rows", 5, "--json"))["rows"]
    assert [row["tags"] for row in shown] == [row["tags"] for row in wanted[:5]]
    assert [row["buyer"] and row["buyer"]["geo"] for row in shown] == [row["buyer"] and row["buyer"]["geo"] for row in wanted[:5]]
    feed = done("changes", "--custom-schema", FILE, "--from", "2024-01-05", "--to", "2024-01-05", "--tables", "orders")
    inserts = [json.loads(line)["after"] for line in feed.splitlines()]
    assert inserts and all(row in wanted for row in inserts)


def test_a_struct_is_no_partition(tmp_path):
    for column in ("buyer", "tags"):
        ended = run("generate", "--custom-schema", FILE, "--output", tmp_path, "--partition-by", column)
        assert ended.returncode == 2 and column in ended.stderr, ended.stderr
