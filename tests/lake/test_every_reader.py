"""Every table format, here and in an object store, with and without partitions, every type of column: every reader finds the
rows of the plain files, and by a filter on any column those that a look at all rows finds; also after `optimize` and `vacuum`."""

import functools
import json
import math
import pathlib

import deltalake
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from duckdb_session import Session
from lake import done, literal, parquet
from pyiceberg import expressions as iceberg
from pyiceberg.catalog.sql import SqlCatalog
from store import KEYS as ACCESS

TYPES = pathlib.Path(__file__).with_name("every_type.yaml")
WORDS = ("generate", "--custom-schema", TYPES, "--quiet", "--file-rows-target", 200)
PARTITIONS = {"whole": (), "partitioned": ("--partition-by", "place,month")}
TABLE = ("every", "items")
# Readers do not agree where in the order NaN is.
NO_ORDER = ("real", "nan_alone")
# By deltalake's own engine they are found. As a pyarrow dataset it finds no row by a filter on a column of which a file has no
# bound, in tables of its own either.
NOT_AS_DATASET = ("real", "nan_alone", "inner")


class Place:
    """Where an output lies, and what readers need to get there."""

    def __init__(self, home: pathlib.Path, store=None):
        self.home = home
        self.root = f"s3://{store.bucket()}/out" if store else str(home / "out")
        self.environment = store.environment if store else {}
        self.options = store.options if store else {}
        self.uri = self.root if store else f"file://{self.root}"
        self.files = {"s3.endpoint": store.url, "s3.access-key-id": ACCESS["AWS_ACCESS_KEY_ID"], "s3.region": "us-east-1",
                      "s3.secret-access-key": ACCESS["AWS_SECRET_ACCESS_KEY"]} if store else {}
        self.secret = (f"CREATE SECRET (TYPE s3, KEY_ID '{ACCESS['AWS_ACCESS_KEY_ID']}', SECRET '{ACCESS['AWS_SECRET_ACCESS_KEY']}', "
                       f"ENDPOINT '{store.url.removeprefix('http://')}', USE_SSL false, URL_STYLE 'path', "
                       "REGION 'us-east-1')") if store else "SELECT 1"

    @property
    def folder(self) -> str:
        return f"{self.root}/Tables/{'/'.join(TABLE)}"


def same(value):
    """NaN is equal to itself here."""
    if isinstance(value, float) and math.isnan(value):
        return "nan"
    if isinstance(value, dict):
        return {name: same(one) for name, one in value.items()}
    return [same(one) for one in value] if isinstance(value, list) else value


def content(table: pa.Table, columns) -> list[dict]:
    return same(table.select(columns).sort_by("item_id").to_pylist())


def filters(full: pa.Table):
    """Column, sign, value, and how many rows that are; the values as Python's and as text of SQL."""
    for field in full.schema:
        column = full[field.name]
        yield field, "null", None, column.null_count
        if pa.types.is_nested(field.type):
            continue
        values = sorted({value for value in column.drop_null().to_pylist() if same(value) != "nan"})
        for value in {str(one): one for one in values[:1] + values[-1:]}.values():
            yield field, "=", value, pc.sum(pc.equal(column, pa.scalar(value, field.type))).as_py()
        if not values or field.name in NO_ORDER or pa.types.is_boolean(field.type):
            continue
        middle = values[len(values) // 2]
        for sign, test in ((">", pc.greater), ("<", pc.less)):
            yield field, sign, middle, pc.sum(test(column, pa.scalar(middle, field.type))).as_py()


def check(read: pa.Table, full: pa.Table, count) -> None:
    """`count`: of the rows that a filter finds."""
    assert content(read, full.column_names) == content(full, full.column_names)
    wrong = []
    checked = 0
    for field, sign, value, wanted in filters(full):
        found = count(field, sign, value)
        checked += 1
        if found != wanted:
            wrong.append((field.name, sign, value, wanted, found))
    assert wrong == [] and checked > 60


def deltalake_count(delta, dataset, field, sign, value) -> int:
    builder = deltalake.QueryBuilder().register("items", delta)
    test = "IS NULL" if sign == "null" else f"{sign} {literal(value, field.type)}"
    found = pa.table(builder.execute(f"SELECT count(*) AS n FROM items WHERE \"{field.name}\" {test}").read_all())["n"][0].as_py()
    assert field.name in NOT_AS_DATASET or found == arrow_count(dataset, field, sign, value), (field.name, sign, value)
    return found


def arrow_count(dataset, field, sign, value) -> int:
    column = pc.field(field.name)
    scalar = pa.scalar(value, field.type)
    test = {"null": column.is_null(), "=": column == scalar, ">": column > scalar, "<": column < scalar}[sign]
    return dataset.count_rows(filter=test)


def polars_count(lazy, field, sign, value) -> int:
    column, kind = pl.col(field.name), lazy.collect_schema()[field.name]
    scalar = pl.lit(pl.Series([value], dtype=kind)).first() if sign != "null" else None
    test = column.is_null() if sign == "null" else {"=": column == scalar, ">": column > scalar, "<": column < scalar}[sign]
    return lazy.filter(test).select(pl.len()).collect().item()


def iceberg_count(table, field, sign, value) -> int:
    if pa.types.is_nested(field.type):
        return sum(1 for row in table.scan(selected_fields=(field.name,)).to_arrow()[field.name].is_null().to_pylist() if row)
    text = value.isoformat() if hasattr(value, "isoformat") else value
    test = iceberg.IsNull(field.name) if sign == "null" else {
        "=": iceberg.EqualTo, ">": iceberg.GreaterThan, "<": iceberg.LessThan}[sign](field.name, text)
    return table.scan(row_filter=test, selected_fields=("item_id",)).to_arrow().num_rows


def duckdb_check(place: Place, full: pa.Table, plain: str, source: str, *statements: str) -> None:
    session = Session()
    try:
        session.sql(place.secret, *statements)
        columns = ", ".join(f'"{name}"' for name in full.column_names)
        one, other = f"(SELECT {columns} FROM {source})", f"(SELECT {columns} FROM read_parquet('{plain}'))"
        for left, right in ((one, other), (other, one)):
            assert session.sql(f"SELECT count(*) FROM (FROM {left} EXCEPT ALL FROM {right})") == [(0,)]
        queries, wanted = [], []
        for field, sign, value, number in filters(full):
            text = str(value).replace("'", "''")
            test = f"\"{field.name}\" IS NULL" if sign == "null" else f"\"{field.name}\" {sign} '{text}'"
            queries.append(f"SELECT {len(queries)}, count(*) FROM {source} WHERE {test}")
            wanted.append((len(wanted), number))
        assert len(queries) > 60
        found = session.sql(" UNION ALL ".join(queries) + " ORDER BY 1")
        assert [(queries[i], *one) for i, one in enumerate(found) if one != wanted[i]] == []
    finally:
        session.close()


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """The rows in plain files."""
    root = tmp_path_factory.mktemp("full")
    done(*WORDS[:-2], "--output", root, "-o", "parquet")
    return root, parquet(root, *TABLE, ["item_id"])


@pytest.fixture(params=["here", "s3"])
def place(request, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # The state of runs into a store is kept where the program runs.
    return Place(tmp_path, request.getfixturevalue("store") if request.param == "s3" else None)


def tidy(place: Place, *catalog) -> int:
    """Merge small files and remove what was merged; the number of files that are left of the table."""
    said = json.loads(done("optimize", place.root, "--json", *catalog, env=place.environment))["tables"]
    assert [one["table"] for one in said] == [".".join(TABLE)] and said[0]["files_after"] < said[0]["files_before"]
    said[0] |= json.loads(done("vacuum", place.root, "--json", "--retain-hours", 0, *catalog, env=place.environment))["tables"][0]
    assert sum(path.endswith(".parquet") for path in said[0]["removed"]) > said[0]["files_before"] - said[0]["files_after"]
    return said[0]["files_after"]


def plain_files(root: pathlib.Path) -> str:
    return f"{root}/Files/synthetic_data/**/*items*.parquet"


@pytest.mark.parametrize("partitions", PARTITIONS)
def test_delta(full, place, partitions):
    root, rows = full
    done(*WORDS, *PARTITIONS[partitions], "--output", place.root, "--table-format", "delta", env=place.environment)
    delta = deltalake.DeltaTable(place.folder, storage_options=place.options)
    assert len(delta.file_uris()) >= 3 and bool(delta.metadata().partition_columns) == (partitions == "partitioned")
    check(delta.to_pyarrow_table(), rows, functools.partial(deltalake_count, delta, delta.to_pyarrow_dataset()))
    lazy = pl.scan_delta(place.folder, storage_options=place.options)
    check(lazy.collect().to_arrow(), rows, functools.partial(polars_count, lazy))
    duckdb_check(place, rows, plain_files(root), f"delta_scan('{place.folder}')")
    left = tidy(place)
    delta = deltalake.DeltaTable(place.folder, storage_options=place.options)
    assert len(delta.file_uris()) == left
    check(delta.to_pyarrow_table(), rows, functools.partial(deltalake_count, delta, delta.to_pyarrow_dataset()))


@pytest.mark.parametrize("partitions", PARTITIONS)
def test_iceberg(full, place, partitions):
    root, rows = full
    uri = f"sqlite:///{place.home}/catalog.sqlite"
    done(*WORDS, *PARTITIONS[partitions], "--output", place.root, "--table-format", "iceberg", "--catalog", uri, env=place.environment)
    table = SqlCatalog("lakeseed", uri=uri, warehouse=f"{place.uri}/Tables", **place.files).load_table(TABLE)
    assert len(table.inspect.files()) >= 3 and bool(table.spec().fields) == (partitions == "partitioned")
    check(table.scan().to_arrow(), rows, functools.partial(iceberg_count, table))
    lazy = pl.scan_iceberg(table, storage_options=place.options)
    check(lazy.collect().to_arrow(), rows, functools.partial(polars_count, lazy))
    duckdb_check(place, rows, plain_files(root), f"iceberg_scan('{table.metadata_location}')")
    left = tidy(place, "--catalog", uri)
    table = table.refresh()
    assert len(table.inspect.files()) == left and table.current_snapshot().summary.operation.value == "replace"
    check(table.scan().to_arrow(), rows, functools.partial(iceberg_count, table))


@pytest.mark.parametrize("partitions", PARTITIONS)
def test_ducklake(full, place, partitions):
    root, rows = full
    catalog = ("--catalog", f"sqlite:///{place.home}/catalog.sqlite")
    done(*WORDS, *PARTITIONS[partitions], "--output", place.root, "--table-format", "ducklake", *catalog, env=place.environment)
    attach = f"ATTACH 'ducklake:sqlite:{place.home}/catalog.sqlite' AS lake"
    duckdb_check(place, rows, plain_files(root), f"lake.{'.'.join(TABLE)}", attach)
    tidy(place, *catalog)
    duckdb_check(place, rows, plain_files(root), f"lake.{'.'.join(TABLE)}", attach)
