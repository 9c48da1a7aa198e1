"""Statistics, encodings and skipping: a filter that uses them must find what a full scan finds."""

import json
from decimal import Decimal

import duckdb
import polars
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest

from lakeseed_program import tables_of

TABLES = ("customers", "products", "stores", "orders", "order_items", "inventory")
KEYS = {"customers": "customer_id", "products": "product_id", "stores": "store_id", "orders": "order_id",
        "order_items": "order_item_id", "inventory": "inventory_id"}
CATEGORIES = {"customers": ("gender", "state", "country", "customer_segment"), "products": ("category", "brand"),
              "stores": ("store_type",), "orders": ("channel", "status", "payment_method", "notes"),
              "order_items": ("quantity",), "inventory": ("reorder_quantity",)}


def column_names(output, table):
    return pq.read_schema(output.file(table)).names


def ordered(column):
    """The values that are not null, in order; strings in the order of their bytes, as Parquet's."""
    values = [v for v in column.to_pylist() if v is not None]
    return sorted(values, key=lambda v: v.encode()) if pa.types.is_string(column.type) else sorted(values)


@pytest.fixture(scope="module")
def many_groups(program, tmp_path_factory):
    """Enough items for more than one file, so that skipping has something to skip."""
    return program.generate(tmp_path_factory.mktemp("groups"), "--file-rows-target", 500)


def files_of(output, table):
    folder = output.file(table).parent
    return sorted(folder.glob(f"{table}.parquet")) + sorted(p for p in folder.rglob("*.parquet")
                                                            if p.stem.startswith(f"{table}-") or p.parent.name == table)


@pytest.mark.parametrize("table", TABLES)
def test_row_group_statistics_equal_a_recount(parquet, table):
    file = pq.ParquetFile(parquet.file(table))
    for group in range(file.num_row_groups):
        rows = file.read_row_group(group)
        for index, name in enumerate(rows.column_names):
            statistics = file.metadata.row_group(group).column(index).statistics
            values = ordered(rows[name])
            assert statistics.null_count == rows.num_rows - len(values), name
            if values:
                assert statistics.has_min_max, name
                assert (statistics.min, statistics.max) == (values[0], values[-1]), name


@pytest.mark.parametrize("table", TABLES)
def test_row_groups_are_sorted_by_the_key(parquet, table):
    file = pq.ParquetFile(parquet.file(table))
    for group in range(file.num_row_groups):
        (sorting,) = file.metadata.row_group(group).sorting_columns
        assert file.schema.column(sorting.column_index).name == KEYS[table]
        assert not sorting.descending
    keys = file.read([KEYS[table]])[0].to_pylist()
    assert keys == list(range(1, len(keys) + 1))


@pytest.mark.parametrize("table", TABLES)
def test_encodings(parquet, table):
    file = pq.ParquetFile(parquet.file(table))
    types = {field.name: field.type for field in file.schema_arrow}
    for index, name in enumerate(types):
        encodings = file.metadata.row_group(0).column(index).encodings
        if name == KEYS[table] or pa.types.is_timestamp(types[name]):
            assert "DELTA_BINARY_PACKED" in encodings, (name, encodings)
        if name in CATEGORIES[table]:
            assert "RLE_DICTIONARY" in encodings, (name, encodings)


def literal(value, kind):
    if pa.types.is_timestamp(kind):
        return f"timestamptz '{value.strftime('%Y-%m-%d %H:%M:%S.%f')}+00'"
    if pa.types.is_date(kind):
        return f"date '{value}'"
    if isinstance(value, (bool, int, Decimal)):
        return str(value)
    return "'" + value.replace("'", "''") + "'"


def ranges(column):
    values = ordered(column)
    middle = values[len(values) // 2]
    return [(values[0], values[0]), (values[-1], values[-1]), (middle, middle),
            (values[len(values) // 4], values[3 * len(values) // 4])]


@pytest.mark.parametrize("table", TABLES)
def test_filters_find_what_a_scan_finds(parquet, table):
    path = str(parquet.file(table))
    key = KEYS[table]
    rows = pq.read_table(path)
    dataset = pyarrow.dataset.dataset(path)
    lazy = polars.scan_parquet(path)
    connection = duckdb.connect()
    for field in rows.schema:
        for low, high in ranges(rows[field.name]):
            wanted = [k for k, v in zip(rows[key].to_pylist(), rows[field.name].to_pylist())
                      if v is not None and low <= v <= high]
            bounds = pa.scalar(low, field.type), pa.scalar(high, field.type)
            arrow_field = pc.field(field.name)
            if pa.types.is_boolean(field.type):
                condition, pick = arrow_field == low, polars.col(field.name) == low
                if low != high:
                    continue
            else:
                condition = (arrow_field >= bounds[0]) & (arrow_field <= bounds[1])
                pick = polars.col(field.name).is_between(polars.lit(low), polars.lit(high))
            by_arrow = dataset.to_table(columns=[key], filter=condition)[0].to_pylist()
            assert by_arrow == wanted, (field.name, low, high)
            assert lazy.filter(pick).select(key).collect()[key].to_list() == wanted, (field.name, low, high)
            where = f"{field.name} between {literal(low, field.type)} and {literal(high, field.type)}"
            by_duck = connection.execute(
                f"select {key} from read_parquet('{path}') where {where} order by 1").fetchall()
            assert [k for (k,) in by_duck] == wanted, (field.name, low, high)


@pytest.mark.parametrize("table", ["orders", "order_items"])
def test_filters_over_many_files(parquet, many_groups, table):
    files = files_of(many_groups, table)
    assert len(files) > 1
    rows = pq.read_table(parquet.file(table))
    dataset = pyarrow.dataset.dataset([str(f) for f in files])
    assert dataset.count_rows() == rows.num_rows
    for key in (1, 499, 500, 501, 2000, rows.num_rows):
        condition = pc.field(KEYS[table]) == key
        assert dataset.to_table(filter=condition).equals(rows.filter(condition)), key


def manifest_text(value, kind):
    if pa.types.is_timestamp(kind):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%f")
    return str(value)


@pytest.mark.parametrize("table", TABLES)
def test_manifest_equals_the_files(parquet, table):
    entry = tables_of(json.loads(parquet.manifest.read_text()))[table]
    assert entry["num_rows"] == sum(file["num_rows"] for file in entry["files"])
    assert entry["size_bytes"] == sum(file["size_bytes"] for file in entry["files"])
    for file in entry["files"]:
        path = parquet.folder / file["path"]
        rows = pq.read_table(path)
        assert file["num_rows"] == rows.num_rows == file["rows"][1] - file["rows"][0]
        assert file["size_bytes"] == path.stat().st_size
        assert [column["name"] for column in file["columns"]] == rows.column_names
        for column in file["columns"]:
            values = ordered(rows[column["name"]])
            kind = rows.schema.field(column["name"]).type
            # The manifest names the engine's type, whose decimals may be narrower than a reader's.
            assert column["type"].replace("decimal64", "decimal128") == str(kind)
            assert column["null_count"] == rows.num_rows - len(values), column
            for bound, value in (("min", values[0]), ("max", values[-1])):
                found = str(column[bound])
                if pa.types.is_timestamp(kind):
                    found = found.replace(" ", "T").rstrip("Z")
                    assert manifest_text(value, kind).startswith(found) and len(found) >= 19, column
                elif pa.types.is_decimal(kind):
                    assert Decimal(found) == value, column
                else:
                    assert found == str(value), column
