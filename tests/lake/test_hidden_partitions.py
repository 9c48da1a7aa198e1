"""Partitions of Iceberg tables and DuckLakes: derived from columns, found by filters on them."""

import datetime
import pathlib

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from duckdb_session import Session
from lake import SERIES, done, parquet, plain, run
from pyiceberg.catalog.sql import SqlCatalog

PLACES = pathlib.Path(__file__).with_name("partitions.yaml")
ID = ["visit_id"]
TERMS = ["place", "level,open", "price", "day_of", "year,month,day", "yearmonth", "hour", "bucket(7,visit_id)",
         "bucket(5,place),truncate(2,place)", "truncate(10,many)", "bucket(4,price),bucket(3,day_of),bucket(3,at)"]
DUCKLAKE_TERMS = [terms for terms in TERMS if "truncate" not in terms and terms != "yearmonth"] + ["bucket(5,place),year,month"]
FILTERS = [("place", ["plain", "a b/c", "k=v%20", "", "é ü 🎉"]), ("level", [-2, 0, 2]), ("many", [1, 17, 1000]),
           ("visit_id", [1, 2, 1500])]


def places(output, *words, size=3000):
    return run("generate", "--custom-schema", PLACES, "-r", size, "--output", output, "--quiet", *words)


def load(output, dataset="places", table="visits"):
    catalog = SqlCatalog("lakeseed", uri=f"sqlite:///{output}/iceberg.sqlite", warehouse=f"file://{output}/Tables")
    return catalog.load_table((dataset, table))


def same(table: pa.Table) -> pa.Table:
    """With types as wide as both formats have them."""
    wide = {pa.int8(): pa.int32(), pa.int16(): pa.int32(), pa.large_string(): pa.string()}
    fields = []
    for field in table.schema:
        kind = wide.get(field.type, field.type)
        fields.append(pa.field(field.name, pa.decimal128(kind.precision, kind.scale) if pa.types.is_decimal(kind) else kind))
    return plain(table.cast(pa.schema(fields)), ID)


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    output = tmp_path_factory.mktemp("full")
    assert places(output, "-o", "parquet").returncode == 0
    return same(parquet(output, "places", "visits", ID))


@pytest.fixture
def duckdb():
    session = Session()
    yield session
    session.close()


def quoted(value):
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


@pytest.mark.parametrize("terms", TERMS)
def test_iceberg_finds_by_filters_what_a_full_scan_finds(tmp_path, full, terms):
    ended = places(tmp_path, "--table-format", "iceberg", "--partition-by", terms, "--file-rows-target", 1500)
    assert ended.returncode == 0, ended.stderr
    table = load(tmp_path)
    assert same(table.scan().to_arrow()).equals(full)
    files = table.inspect.files()
    assert files.num_rows > 2 and len(table.spec().fields) >= 1
    pruned = 0
    for name, values in FILTERS:
        for value in values:
            scan = table.scan(row_filter=f"{name} == {quoted(value)}")
            assert scan.to_arrow().num_rows == pc.sum(pc.equal(full[name], value)).as_py(), (name, value)
            pruned += len(list(scan.plan_files())) < files.num_rows
    for name in ("place", "level"):
        assert table.scan(row_filter=f"{name} is null").to_arrow().num_rows == full[name].null_count
    times = full["at"].to_pylist()
    cut = datetime.datetime(2024, 1, 20, 13, tzinfo=datetime.timezone.utc)
    scan = table.scan(row_filter=f"at >= '{cut.isoformat()}'")
    assert scan.to_arrow().num_rows == sum(time >= cut for time in times) > 0
    pruned += len(list(scan.plan_files())) < files.num_rows
    assert pruned > 0


def test_iceberg_transforms_are_those_of_the_library(tmp_path, full):
    """Each row lies in the partition that pyiceberg's own transforms give it."""
    from pyiceberg.types import DateType, DecimalType, IntegerType, LongType, StringType, TimestamptzType
    from pyiceberg.transforms import BucketTransform, DayTransform, HourTransform, MonthTransform, TruncateTransform, YearTransform

    columns = {"visit_id": LongType(), "place": StringType(), "price": DecimalType(8, 2), "day_of": DateType(),
               "at": TimestamptzType(), "many": LongType(), "level": IntegerType()}
    cases = {"bucket(7,visit_id)": BucketTransform(7), "bucket(5,place)": BucketTransform(5), "bucket(4,price)": BucketTransform(4),
             "bucket(3,day_of)": BucketTransform(3), "bucket(6,at)": BucketTransform(6), "truncate(3,place)": TruncateTransform(3),
             "truncate(10,many)": TruncateTransform(10), "truncate(3,level)": TruncateTransform(3),
             "truncate(50,price)": TruncateTransform(50), "year(at)": YearTransform(), "month(at)": MonthTransform(),
             "day(at)": DayTransform(), "hour(at)": HourTransform(), "month(day_of)": MonthTransform()}
    for number, (term, transform) in enumerate(cases.items()):
        output = tmp_path / str(number)
        assert places(output, "--table-format", "iceberg", "--partition-by", term, size=300).returncode == 0, term
        column = term.rpartition("(")[2].rpartition(",")[2].rstrip(")")
        table = load(output)
        (field,) = table.spec().fields
        assert str(field.transform) == str(transform) and table.schema().find_column_name(field.source_id) == column
        apply = transform.transform(columns[column])
        epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)

        def inner(value):
            if isinstance(value, datetime.datetime):
                return (value - epoch) // datetime.timedelta(microseconds=1)
            return (value - epoch.date()).days if isinstance(value, datetime.date) else value

        seen = 0
        for task in table.scan().plan_files():
            import pyarrow.parquet as pq

            there = task.file.partition[0]
            for value in pq.ParquetFile(task.file.file_path.removeprefix("file://")).read([column])[column].to_pylist():
                assert apply(inner(value)) == there, (term, value)
                seen += 1
        assert seen == load(output).scan().to_arrow().num_rows > 0


@pytest.mark.parametrize("terms", DUCKLAKE_TERMS)
def test_duckdb_finds_by_filters_what_a_full_scan_finds(duckdb, tmp_path, full, terms):
    ended = places(tmp_path / "lake", "--table-format", "ducklake", "--partition-by", terms, "--file-rows-target", 1500)
    assert ended.returncode == 0, ended.stderr
    assert places(tmp_path / "files", "-o", "parquet").returncode == 0
    duckdb.sql(f"ATTACH 'ducklake:sqlite:{tmp_path}/lake/ducklake.sqlite' AS lake")
    files = f"read_parquet('{tmp_path}/files/**/visits.parquet')"
    visits = "lake.places.visits"
    assert duckdb.sql(f"SELECT count(*) FROM ((FROM {visits} EXCEPT ALL FROM {files}) UNION ALL "
                      f"(FROM {files} EXCEPT ALL FROM {visits}))") == [(0,)]
    conditions = [f"{name} = {quoted(value)}" for name, values in FILTERS for value in values]
    conditions += ["place IS NULL", "level IS NULL", "open", "NOT open", "day_of = '2024-01-20'", "year(\"at\") = 2024",
                   "month(\"at\") = 1 AND day(\"at\") = 20", "hour(\"at\") = 7", "price = 99.98", "\"at\" >= '2024-01-20 13:00:00+00'"]
    for condition in conditions:
        found = duckdb.sql(f"SELECT count(*) FROM {visits} WHERE {condition}")
        assert found == duckdb.sql(f"SELECT count(*) FROM {files} WHERE {condition}"), condition
    # DuckDB writes on into the same partitions, and merges what lies together.
    before = duckdb.sql(f"SELECT count(*) FROM {visits}")[0][0]
    duckdb.sql(f"INSERT INTO {visits} SELECT * REPLACE (visit_id + 1000000 AS visit_id) FROM {visits}",
               "CALL ducklake_merge_adjacent_files('lake')")
    assert duckdb.sql(f"SELECT count(*), count(DISTINCT visit_id) FROM {visits}") == [(2 * before, 2 * before)]
    for condition in conditions:
        found = duckdb.sql(f"SELECT count(*) FROM {visits} WHERE {condition}")[0][0]
        small = [name for name in ("visit_id",) if condition.startswith(name)]
        assert small or found == 2 * duckdb.sql(f"SELECT count(*) FROM {files} WHERE {condition}")[0][0], condition


def test_buckets_are_the_same_in_all_formats(duckdb, tmp_path):
    """The column of a Delta table, the partitions of the others: one hash."""
    import deltalake

    words = ("--partition-by", "bucket(6,visit_id)")
    assert places(tmp_path / "delta", *words, size=400).returncode == 0
    assert places(tmp_path / "ice", *words, "--table-format", "iceberg", size=400).returncode == 0
    read = deltalake.DeltaTable(f"{tmp_path}/delta/Tables/places/visits").to_pyarrow_table()
    delta = dict(zip(read["visit_id"].to_pylist(), read["visit_id_bucket"].to_pylist()))
    for task in load(tmp_path / "ice").scan().plan_files():
        import pyarrow.parquet as pq

        for visit in pq.ParquetFile(task.file.file_path.removeprefix("file://")).read(["visit_id"])["visit_id"].to_pylist():
            assert delta[visit] == task.file.partition[0]
    assert places(tmp_path / "lake", *words, "--table-format", "ducklake", size=400).returncode == 0
    duckdb.sql(f"ATTACH 'ducklake:sqlite:{tmp_path}/lake/ducklake.sqlite' AS lake",
               "CREATE TABLE lake.places.mine(visit_id BIGINT)",
               "ALTER TABLE lake.places.mine SET PARTITIONED BY (bucket(6, visit_id))",
               "INSERT INTO lake.places.mine SELECT visit_id FROM lake.places.visits", "CALL ducklake_flush_inlined_data('lake')")
    import sqlite3

    with sqlite3.connect(tmp_path / "lake" / "ducklake.sqlite") as connection:
        rows = connection.execute("SELECT t.table_name, v.partition_value, f.record_count FROM ducklake_file_partition_value v "
                                  "JOIN ducklake_data_file f ON f.data_file_id = v.data_file_id JOIN ducklake_table t ON "
                                  "t.table_id = f.table_id ORDER BY 1, 2").fetchall()
    connection.close()
    ours = [row[1:] for row in rows if row[0] == "visits"]
    assert ours == [row[1:] for row in rows if row[0] == "mine"] and len(ours) == 6


@pytest.mark.parametrize("kind", ["iceberg", "ducklake"])
def test_series_by_day_with_a_day_again_and_other_writers(duckdb, tmp_path, kind):
    words = ("generate-series", SERIES, "--tables", "orders", "--table-format", kind, "--partition-by", "day,status", "--quiet",
             "--output", tmp_path / "lake")
    done(*words, "-s", "2024-01-30", "-e", "2024-02-02", "--batch-size", "1")
    again = ("-s", "2024-01-31", "-e", "2024-01-31", "--ignore-state", "--if-exists", "overwrite", "--compression", "zstd")
    done(*words, *again)
    done("generate-series", SERIES, "--tables", "orders", "--quiet", "--output", tmp_path / "files", "-s", "2024-01-30", "-e",
         "2024-02-02")
    files = f"read_parquet('{tmp_path}/files/**/*orders.parquet', hive_partitioning = false)"
    if kind == "iceberg":
        table = load(tmp_path / "lake", SERIES, "orders")
        ids = table.scan().to_arrow()["order_id"].to_pylist()
        rows = table.scan().to_arrow().slice(0, 3)
        rows = rows.set_column(0, rows.schema.field(0), pa.array([-1, -2, -3], rows.schema.field(0).type))
        table.append(rows)
        assert [snapshot.summary.operation.value for snapshot in table.snapshots()] == ["append"] * 4 + ["overwrite", "append"]
        done(*words, "-s", "2024-02-03", "-e", "2024-02-03")
        table = load(tmp_path / "lake", SERIES, "orders")
        after = table.scan().to_arrow()["order_id"].to_pylist()
        assert {-1, -2, -3} <= set(after) and len(set(after)) == len(after) > len(ids) + 3
        late = table.scan(row_filter="order_date >= '2024-02-03T12:00:00+00:00'")
        assert 0 < len(list(late.plan_files())) < table.inspect.files().num_rows / 2
    else:
        duckdb.sql(f"ATTACH 'ducklake:sqlite:{tmp_path}/lake/ducklake.sqlite' AS lake")
        orders = f"lake.{SERIES}.orders"
        ids = [row[0] for row in duckdb.sql(f"SELECT order_id FROM {orders}")]
        duckdb.sql(f"INSERT INTO {orders} SELECT * REPLACE (-order_id AS order_id) FROM {orders} LIMIT 3", "DETACH lake")
        done(*words, "-s", "2024-02-03", "-e", "2024-02-03")
        duckdb.sql(f"ATTACH 'ducklake:sqlite:{tmp_path}/lake/ducklake.sqlite' AS lake")
        (rows, distinct), = duckdb.sql(f"SELECT count(*), count(DISTINCT order_id) FROM {orders}")
        assert rows == distinct > len(ids) + 3
        assert duckdb.sql(f"SELECT count(*) FROM {orders} WHERE order_date >= '2024-02-03 12:00:00+00'")[0][0] > 0
    assert sorted(ids) == sorted(row[0] for row in duckdb.sql(f"SELECT order_id FROM {files}"))
    refused = run(*words[:-5], "--partition-by", "status", *words[-3:], "-s", "2024-02-04", "-e", "2024-02-04")
    assert refused.returncode == 2 and "is partitioned by day(order_date), status, asked for by status" in refused.stderr


@pytest.mark.parametrize("kind", ["iceberg", "ducklake"])
def test_overwriting_may_change_the_partitions(duckdb, tmp_path, full, kind):
    words = ("--table-format", kind, "--if-exists", "overwrite")
    for terms in ("place", "bucket(3,visit_id)", None, "place"):
        ended = places(tmp_path, *words, *(("--partition-by", terms) if terms else ()))
        assert ended.returncode == 0, ended.stderr
        if kind == "iceberg":
            assert same(load(tmp_path).scan().to_arrow()).equals(full)
            assert len(load(tmp_path).spec().fields) == (terms is not None)
            assert load(tmp_path).scan(row_filter="place == 'plain'").to_arrow().num_rows == pc.sum(
                pc.equal(full["place"], "plain")).as_py()
        else:
            duckdb.sql(f"ATTACH 'ducklake:sqlite:{tmp_path}/ducklake.sqlite' AS lake")
            assert duckdb.sql("SELECT count(*), count(DISTINCT visit_id) FROM lake.places.visits") == [(full.num_rows, full.num_rows)]
            duckdb.sql("DETACH lake")


def test_a_dataset_may_say_how_its_tables_are_partitioned(tmp_path):
    dataset = tmp_path / "places.yaml"
    text = PLACES.read_text().replace("    events: {per_day: main}\n", "    events: {per_day: main}\n    partition_by: [place, "
                                      "bucket(3,visit_id)]\n")
    dataset.write_text(text)
    words = ("generate", "--custom-schema", dataset, "-r", 300, "--quiet", "--table-format", "iceberg", "--output")
    done(*words, tmp_path / "own")
    assert [str(field.transform) for field in load(tmp_path / "own").spec().fields] == ["identity", "bucket[3]"]
    done(*words, tmp_path / "asked", "--partition-by", "level")
    assert [field.name for field in load(tmp_path / "asked").spec().fields] == ["level"]
    dataset.write_text(text.replace("[place, ", "[plaice, "))
    refused = run(*words, tmp_path / "wrong")
    assert refused.returncode == 2 and "visits has no such column" in refused.stderr


@pytest.mark.parametrize("kind,terms,reason", [
    ("ducklake", "truncate(2,place)", "this table format has no truncate"),
    ("ducklake", "yearmonth", "this table format has no yearmonth"),
    ("delta", "truncate(2,place)", "this table format has no truncate"),
    ("iceberg", "bucket(0,place)", "no bucket(number,column)"),
    ("iceberg", "bucket(place)", "no bucket(number,column)"),
    ("iceberg", "bucket(4,open)", "a column of this type has no buckets"),
    ("iceberg", "truncate(4,at)", "a column of this type is not cut"),
    ("iceberg", "week(at)", "no such part of a column"),
    ("iceberg", "place,place", "two partition columns of one name"),
])
def test_what_cannot_be_partitioned(tmp_path, kind, terms, reason):
    refused = places(tmp_path / "out", "--table-format", kind, "--partition-by", terms, size=100)
    assert refused.returncode == 2 and reason in refused.stderr, refused.stderr
    assert not (tmp_path / "out").exists() or not [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
