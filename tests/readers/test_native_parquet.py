"""Native Parquet pages at sizes beyond one page: other programs read what the Arrow writer wrote, and skip rightly."""

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest

from test_files import plain
from test_statistics import KEYS, TABLES, files_of, ordered

ROWS = 70_000  # Orders: one page and a part; items: several pages.
OPTIONS = {"fast": (), "compat": ("--parquet-profile", "compat"), "all compressed": ("--compress-all",),
           "zstd": ("--compression", "zstd:1")}


@pytest.fixture(scope="module")
def expected(program, tmp_path_factory):
    output = program.generate(tmp_path_factory.mktemp("expected"), rows=ROWS, mode="arrow")
    tables = {}
    for table in TABLES:
        with pa.ipc.open_file(output.file(table)) as reader:
            tables[table] = plain(reader.read_all())
    return tables


@pytest.fixture(scope="module", params=OPTIONS)
def made(request, program, tmp_path_factory):
    return request.param, program.generate(tmp_path_factory.mktemp("native"), *OPTIONS[request.param], rows=ROWS)


def encodings_of(path):
    metadata = pq.read_metadata(path)
    return {name for group in range(metadata.num_row_groups) for column in range(metadata.num_columns)
            for name in metadata.row_group(group).column(column).encodings}


@pytest.mark.parametrize("table", TABLES)
def test_readers_see_the_rows(made, expected, table):
    profile, output = made
    path = output.file(table)
    assert plain(pq.read_table(path)).equals(expected[table])
    duck = plain(duckdb.sql(f"select * from read_parquet('{path}')").to_arrow_table())
    for name in expected[table].column_names:
        assert duck[name].equals(expected[table][name]), f"DuckDB reads {name} differently"
    if profile == "compat":
        assert encodings_of(path) <= {"PLAIN", "PLAIN_DICTIONARY", "RLE"}
    else:
        assert "DELTA_BINARY_PACKED" in encodings_of(path)


@pytest.mark.parametrize("table", ["orders", "order_items", "customers"])
def test_filters_use_the_index_and_lose_nothing(made, table):
    path = str(made[1].file(table))
    rows = pq.read_table(path)
    dataset = pyarrow.dataset.dataset(path)
    for field in rows.schema:
        values = ordered(rows[field.name].slice(rows.num_rows // 2, 2_000))
        if not values or pa.types.is_boolean(field.type):
            continue
        low, high = (pa.scalar(values[len(values) * part // 4], field.type) for part in (1, 2))
        condition = (pc.field(field.name) >= low) & (pc.field(field.name) <= high)
        wanted = rows.filter(condition)[KEYS[table]]
        assert len(wanted) > 0
        assert dataset.to_table(columns=[KEYS[table]], filter=condition)[0].equals(wanted), field.name
        if pa.types.is_timestamp(field.type):
            continue  # Parameters of DuckDB lose the zone; polars and literals are in test_statistics.
        found = duckdb.execute(f"select {KEYS[table]} from read_parquet('{path}') where {field.name} between ? and ? "
                               "order by 1", [low.as_py(), high.as_py()]).fetchall()
        assert [key for (key,) in found] == wanted.to_pylist(), field.name


def test_dense_columns_stay_uncompressed_unless_asked(made):
    profile, output = made
    group = pq.read_metadata(output.file("order_items")).row_group(0)
    codecs = {group.column(i).path_in_schema: group.column(i).compression for i in range(group.num_columns)}
    if profile in ("compat", "all compressed"):
        assert set(codecs.values()) == {"SNAPPY"}
    else:
        assert codecs["product_id"] == "UNCOMPRESSED"
        assert codecs["order_id"] == {"fast": "SNAPPY", "zstd": "ZSTD"}[profile]


def test_threads_do_not_change_the_bytes(program, tmp_path):
    one, two = (program.generate(tmp_path / str(n), "--parallel-workers", n, "--file-rows-target", 40_000, rows=ROWS)
                for n in (1, 2))
    for table in ("orders", "order_items"):
        files = files_of(one, table)
        assert len(files) > 1
        assert [f.read_bytes() for f in files] == [f.read_bytes() for f in files_of(two, table)]
