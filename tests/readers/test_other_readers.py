"""DataFusion and fastparquet: what they read from the files, whole and filtered; structs and lists in every reader."""

import datafusion
import duckdb
import fastparquet
import pandas
import polars
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest

from test_files import plain

TABLES = ("customers", "orders", "order_items")
NESTED = """
dataset: nested
window: {from: 2024-01-01, to: 2024-01-31}
tables:
  people:
    rows: 70000
    let:
      place: {address: {country: US}}
    columns:
      person_id: {key: {}}
      home:
        struct:
          city: place.city
          zip: {expr: place.postal_code}
          geo: {struct: {lat: place.latitude, near: city}}
        null_fraction: 0.1
      marks: {list: {length: {uniform: [0, 4]}, of: {uniform: [1, 99]}}, null_fraction: 0.2}
      lines:
        list:
          length: {uniform: [0, 3]}
          of:
            struct:
              price: {uniform: [1.00, 90.00], type: "decimal(8,2)"}
              codes: {list: {length: {uniform: [0, 2]}, of: {choice: {a: 1, b: 2}, null_fraction: 0.2}}}
"""


@pytest.fixture(scope="module")
def compat(program, tmp_path_factory):
    return program.generate(tmp_path_factory.mktemp("compat"), "--parquet-profile", "compat")


def by_datafusion(path, key, condition="true") -> pa.Table:
    context = datafusion.SessionContext()
    context.register_parquet("rows", str(path))
    return pa.Table.from_batches(context.sql(f"select * from rows where {condition} order by {key}").collect())


@pytest.mark.parametrize("table", TABLES)
def test_datafusion_reads_the_rows(parquet, compat, table):
    for output in (parquet, compat):
        expected = plain(pq.read_table(output.file(table)))
        key = expected.column_names[0]
        found = plain(by_datafusion(output.file(table), key))
        for name in expected.column_names:
            assert found[name].equals(expected[name].cast(found[name].type)), name


def test_datafusion_filters_by_statistics(parquet):
    path = parquet.file("orders")
    rows = pq.read_table(path)
    for name in ("order_id", "customer_id", "order_total", "channel"):
        value = rows[name][rows.num_rows // 3].as_py()
        wanted = sum(v == value for v in rows[name].to_pylist())
        text = f"'{value}'" if isinstance(value, str) else str(value)
        assert by_datafusion(path, "order_id", f"{name} = {text}").num_rows == wanted > 0


@pytest.mark.parametrize("table", TABLES)
def test_fastparquet_reads_the_compat_profile(compat, table):
    path = compat.file(table)
    rows = pq.read_table(path)
    frame = fastparquet.ParquetFile(str(path)).to_pandas()
    for name, kind in zip(rows.column_names, rows.schema.types):
        found = [None if pandas.isna(value) else value for value in frame[name]]
        if pa.types.is_decimal(kind):  # Comes as doubles.
            found = [None if value is None else round(value, kind.scale) for value in found]
            assert found == [None if value is None else float(value) for value in rows[name].to_pylist()], name
        elif pa.types.is_integer(kind) or pa.types.is_string(kind) or pa.types.is_boolean(kind):
            assert found == rows[name].to_pylist(), name


@pytest.mark.parametrize("profile", ["fast", "compat"])
@pytest.mark.parametrize("dataset, table, column, words", [
    ("weather", "weather_hourly", "temperature_c", ()), ("weather", "weather_hourly", "snow_mm", ()),
    ("sensors", "sensor_readings", "value", ("--set", "n_devices=12"))])
def test_every_reader_sees_coded_doubles(program, tmp_path, dataset, table, column, words, profile):
    modes = {"arrow": (), "parquet": ("--parquet-profile", profile)}
    made = {mode: program.generate(tmp_path / mode, *words, *more, dataset=dataset, rows=None, mode=mode).file(table)
            for mode, more in modes.items()}
    with pa.ipc.open_file(made["arrow"]) as reader:
        expected = reader.read_all()[column].to_pylist()
    path = str(made["parquet"])
    metadata = pq.read_metadata(path)
    at = metadata.schema.names.index(column)
    assert metadata.row_group(0).column(at).has_dictionary_page
    assert pq.read_table(path)[column].to_pylist() == expected
    assert polars.read_parquet(path)[column].to_list() == expected
    duck = duckdb.connect()
    assert [row[0] for row in duck.execute(f"select {column} from read_parquet('{path}')").fetchall()] == expected
    context = datafusion.SessionContext()
    context.register_parquet("rows", path)
    found = pa.Table.from_batches(context.sql(f"select {column} from rows").collect())[column].to_pylist()
    assert sorted(found, key=str) == sorted(expected, key=str)
    value = next(one for one in expected if one)
    query = f"select count(*) from read_parquet('{path}') where {column} = {value!r}"
    assert duck.execute(query).fetchone()[0] == expected.count(value)
    if profile == "compat":
        frame = fastparquet.ParquetFile(path).to_pandas(columns=[column])
        assert [None if pandas.isna(one) else one for one in frame[column]] == expected


@pytest.mark.parametrize("column", ["name", "email", "address"])
def test_every_reader_sees_texts_apart_from_their_lengths(program, tmp_path, column):
    made = {mode: program.generate(tmp_path / mode, dataset="people", rows=12_000, mode=mode).file("people")
            for mode in ("arrow", "parquet")}
    with pa.ipc.open_file(made["arrow"]) as reader:
        expected = reader.read_all()[column].to_pylist()
    path = str(made["parquet"])
    metadata = pq.read_metadata(path)
    assert "DELTA_LENGTH_BYTE_ARRAY" in metadata.row_group(0).column(metadata.schema.names.index(column)).encodings
    assert pq.read_table(path)[column].to_pylist() == expected
    assert polars.read_parquet(path)[column].to_list() == expected
    duck = duckdb.connect()
    assert [row[0] for row in duck.execute(f"select {column} from read_parquet('{path}')").fetchall()] == expected
    found = by_datafusion(path, "id")[column].to_pylist()
    assert found == expected
    query = f"select count(*) from read_parquet('{path}') where {column} = ?"
    assert duck.execute(query, [expected[7_777]]).fetchone()[0] == expected.count(expected[7_777])


@pytest.fixture(scope="module")
def nested(program, tmp_path_factory):
    folder = tmp_path_factory.mktemp("nested")
    (folder / "nested.yaml").write_text(NESTED)
    made = {}
    for mode in ("arrow", "parquet"):
        done = program.run("generate", "--custom-schema", folder / "nested.yaml", "--output", folder / mode,
                           "--output-mode", mode, "--quiet")
        assert done.returncode == 0, done.stderr
        (made[mode],) = (folder / mode).rglob(f"people*.{mode}")
    with pa.ipc.open_file(made["arrow"]) as reader:
        return reader.read_all(), made["parquet"]


def test_every_reader_sees_structs_and_lists(nested):
    expected, path = nested[0].to_pylist(), str(nested[1])
    assert any(row["home"] is None for row in expected) and any(row["lines"] == [] for row in expected)
    assert pq.read_table(path).to_pylist() == expected
    assert duckdb.sql(f"select * from read_parquet('{path}') order by person_id").to_arrow_table().to_pylist() == expected
    assert by_datafusion(path, "person_id").to_pylist() == expected
    for row, other in zip(polars.read_parquet(path).to_dicts(), expected, strict=True):
        assert row["person_id"] == other["person_id"] and row["marks"] == other["marks"]
        assert (row["home"] or {}).get("city") == (other["home"] or {}).get("city")
        assert [line["codes"] for line in row["lines"] or []] == [line["codes"] for line in other["lines"] or []]


def test_bloom_filters_and_checksums(program, tmp_path):
    output = program.generate(tmp_path / "out", "--bloom-filters", "email,customer_id", "--page-checksums")
    path = str(output.file("customers"))
    rows = pq.read_table(path, page_checksum_verification=True)
    for email in rows["email"].to_pylist()[:200]:
        probe = "select bool_or(bloom_filter_excludes) from parquet_bloom_probe(?, 'email', ?)"
        assert duckdb.execute(probe, [path, email]).fetchall() == [(False,)]
    missing = sum(duckdb.execute("select bool_and(bloom_filter_excludes) from parquet_bloom_probe(?, 'email', ?)",
                                 [path, f"nobody{i}@nowhere"]).fetchall()[0][0] for i in range(200))
    assert missing > 150
    data = bytearray(output.file("customers").read_bytes())
    data[300] ^= 1
    (tmp_path / "changed.parquet").write_bytes(data)
    with pytest.raises(OSError, match="CRC"):
        pq.read_table(tmp_path / "changed.parquet", page_checksum_verification=True)
    wrong = program.run("generate", "retail_oltp_small", "--output", tmp_path / "x", "--bloom-filters", "no_such_column")
    assert wrong.returncode == 2 and "no_such_column" in wrong.stderr
