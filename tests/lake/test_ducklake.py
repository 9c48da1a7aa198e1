"""DuckLakes as DuckDB reads them, and as both write to them in turn."""

import pathlib
import sqlite3

import pytest
from duckdb_session import Session
from lake import SERIES, done, overwritten, run, types

SMALL = "retail_oltp_small"
WHOLE = ("generate", SMALL, "-r", "3000", "--file-rows-target", "700", "--quiet")
DAYS = ("-s", "2024-01-01", "-e", "2024-01-12", "--batch-size", "2", "--quiet")


@pytest.fixture
def duckdb():
    session = Session()
    yield session
    session.close()


def attach(duckdb, output, name="lake"):
    duckdb.sql(f"ATTACH 'ducklake:sqlite:{output}/ducklake.sqlite' AS {name}")


class Attached(Session):
    """A session with the lake as it is now."""

    def __init__(self, output):
        super().__init__()
        attach(self, output)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def catalog(output, query):
    with sqlite3.connect(pathlib.Path(output) / "ducklake.sqlite") as connection:
        return connection.execute(query).fetchall()


def differences(duckdb, left, right):
    return duckdb.sql(f"SELECT count(*) FROM ((FROM {left} EXCEPT ALL FROM {right}) UNION ALL "
                      f"(FROM {right} EXCEPT ALL FROM {left}))")[0][0]


def test_tables_hold_what_plain_files_hold(duckdb, tmp_path):
    done(*WHOLE, "--output", tmp_path / "lake", "--table-format", "ducklake")
    done(*WHOLE, "--output", tmp_path / "files", "--output-mode", "parquet")
    attach(duckdb, tmp_path / "lake")
    tables = [name for name, in duckdb.sql("SELECT table_name FROM duckdb_tables() WHERE database_name = 'lake' "
                                           f"AND schema_name = '{SMALL}' ORDER BY 1")]
    assert tables == ["customers", "inventory", "order_items", "orders", "products", "stores"]
    for table in tables:
        assert duckdb.sql(f"SELECT count(*) FROM lake.{SMALL}.{table}")[0][0] > 0
        root = pathlib.Path(tmp_path, "files/Files/synthetic_data", SMALL)
        plain = str(root / f"{table}.parquet") if (root / f"{table}.parquet").exists() else f"{root}/{table}/*.parquet"
        assert differences(duckdb, f"lake.{SMALL}.{table}", f"read_parquet('{plain}')") == 0
    # All tables came in one snapshot.
    assert [row[0] for row in duckdb.sql("SELECT snapshot_id FROM ducklake_snapshots('lake')")] == [0, 1]
    assert done("validate", tmp_path / "lake", "--dataset-id", SMALL)


def test_statistics_are_those_of_the_data(duckdb, tmp_path):
    assert types(tmp_path / "lake", "--file-rows-target", 150, "--table-format", "ducklake").returncode == 0
    attach(duckdb, tmp_path / "lake")
    rows = catalog(tmp_path / "lake", "SELECT f.path, c.column_name, c.column_type, s.null_count, s.value_count, s.min_value, "
                   "s.max_value, s.contains_nan, f.record_count, t.table_name FROM ducklake_file_column_stats s "
                   "JOIN ducklake_data_file f ON f.data_file_id = s.data_file_id "
                   "JOIN ducklake_table t ON t.table_id = f.table_id "
                   "JOIN ducklake_column c ON c.table_id = s.table_id AND c.column_id = s.column_id")
    assert len(rows) > 100
    bounded = 0
    for path, column, kind, nulls, values, least, greatest, nan, count, table in rows:
        file = tmp_path / "lake" / "Tables" / "types" / table / path
        sql = {"timestamptz": "TIMESTAMPTZ", "float64": "DOUBLE", "int64": "BIGINT", "int32": "INTEGER"}.get(kind, kind)
        (real_nulls, rows_there), = duckdb.sql(f"SELECT count(*) - count(\"{column}\"), count(*) FROM '{file}'")
        assert (nulls, values, count) == (real_nulls, rows_there - real_nulls, rows_there)
        if least is None:
            assert values == 0 or kind == "varchar", column
            continue
        quote = [text.replace("'", "''") for text in (least, greatest)]
        (low, high), = duckdb.sql(f"SELECT min(\"{column}\") = '{quote[0]}'::{sql}, max(\"{column}\") = '{quote[1]}'::{sql} "
                                  f"FROM '{file}'")
        assert low and high, (column, least, greatest)
        bounded += 1
    assert bounded > 80
    for table, column in duckdb.sql(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'lake' AND schema_name = 'types'"):
        # What a filter finds is what a scan without statistics finds.
        folder = tmp_path / "lake" / "Tables" / "types" / table
        for (value,) in duckdb.sql(f"SELECT DISTINCT \"{column}\"::VARCHAR FROM '{folder}/*.parquet' ORDER BY hash(1) LIMIT 3"):
            if value is None:
                continue
            text = value.replace("'", "''")
            where = f"\"{column}\"::VARCHAR = '{text}'" if column == "real" else f"\"{column}\" = '{text}'"
            found = duckdb.sql(f"SELECT count(*) FROM lake.types.{table} WHERE {where}")
            assert found == duckdb.sql(f"SELECT count(*) FROM '{folder}/*.parquet' WHERE {where}") and found[0][0] > 0


def test_duckdb_writes_to_our_tables_and_we_after_it(duckdb, tmp_path):
    series = ("generate-series", SERIES, "--output", tmp_path, "--table-format", "ducklake", "--quiet")
    done(*series, "-s", "2024-01-01", "-e", "2024-01-02")
    attach(duckdb, tmp_path)
    orders = f"lake.{SERIES}.orders"
    before = duckdb.sql(f"SELECT count(*) FROM {orders}")[0][0]
    duckdb.sql(f"INSERT INTO {orders} SELECT * REPLACE (order_id + 1000000000 AS order_id) FROM {orders} LIMIT 3",
               f"DELETE FROM {orders} WHERE order_id = 1000000001 OR order_id % 50 = 7",
               f"ALTER TABLE {orders} ADD COLUMN note2 VARCHAR", f"UPDATE {orders} SET note2 = 'late' WHERE order_id % 9 = 1")
    mine = duckdb.sql(f"SELECT count(*), count(note2), sum(order_id) FROM {orders}")[0]
    assert mine[0] < before + 3 and mine[1] > 0
    duckdb.sql("DETACH lake")
    done(*series, "-s", "2024-01-03", "-e", "2024-01-04")
    attach(duckdb, tmp_path)
    added = duckdb.sql(f"SELECT count(*), count(note2) FROM {orders} WHERE order_date >= '2024-01-03 12:00:00+00' AND order_id < 1000000000")
    assert added[0][0] > 100 and added[0][1] == 0
    after = duckdb.sql(f"SELECT count(*), count(note2) FROM {orders}")[0]
    assert after[0] >= mine[0] + added[0][0] - 5 and after[1] == mine[1]
    duckdb.sql("CALL ducklake_merge_adjacent_files('lake')", "CALL ducklake_flush_inlined_data('lake')")
    assert duckdb.sql(f"SELECT count(*), count(note2) FROM {orders}")[0] == after
    # Days that another writer has merged cannot be told apart any more.
    refused = run(*series, "-s", "2024-01-03", "-e", "2024-01-03", "--if-exists", "overwrite", "--ignore-state")
    assert refused.returncode == 2 and "another writer" in refused.stderr


def test_series_in_batches_and_days_made_again(duckdb, tmp_path):
    done("generate-series", SERIES, *DAYS, "--output", tmp_path / "lake", "--table-format", "ducklake")
    done("generate-series", SERIES, *DAYS, "--output", tmp_path / "files")
    attach(duckdb, tmp_path / "lake")
    orders = f"lake.{SERIES}.orders"
    plain = f"(SELECT * FROM read_parquet('{tmp_path}/files/**/*orders.parquet', hive_partitioning = false))"
    assert differences(duckdb, orders, plain) == 0
    assert len(duckdb.sql("SELECT 1 FROM ducklake_snapshots('lake')")) == 1 + 6
    again = done("generate-series", SERIES, *DAYS, "--output", tmp_path / "lake", "--table-format", "ducklake", "--resume")
    assert again is not None and len(duckdb.sql("SELECT 1 FROM ducklake_snapshots('lake')")) == 1 + 6
    one = ("-s", "2024-01-05", "-e", "2024-01-05", "--quiet", "--seed", "7", "--ignore-state")
    other = run("generate-series", SERIES, *one, "--output", tmp_path / "lake", "--table-format", "ducklake",
                "--if-exists", "overwrite")
    assert other.returncode == 2  # Another identity.
    done("generate-series", SERIES, "-s", "2024-01-05", "-e", "2024-01-05", "--ignore-state", "--quiet", "--compression", "zstd",
         "--compress-all", "--output", tmp_path / "lake", "--table-format", "ducklake", "--if-exists", "overwrite")
    assert differences(duckdb, orders, plain) == 0
    # The rows of before can still be read.
    assert duckdb.sql(f"SELECT count(*) FROM {orders} AT (VERSION => 3)")[0][0] > 0
    assert catalog(tmp_path / "lake", "SELECT count(*) FROM ducklake_data_file WHERE end_snapshot IS NOT NULL")[0][0] > 0
    (count, rows), = catalog(tmp_path / "lake", "SELECT s.record_count, sum(f.record_count) FROM ducklake_table_stats s JOIN "
                             "ducklake_table t ON t.table_id = s.table_id JOIN ducklake_data_file f ON f.table_id = t.table_id "
                             "WHERE t.table_name = 'orders' AND f.end_snapshot IS NULL")
    assert count == rows


def test_overwrite_replaces_rows_and_columns(duckdb, tmp_path):
    overwritten(tmp_path, "ducklake", "price: {uniform: [1, 9]}", "colour: {choice: {red: 1, blue: 1}}")
    attach(duckdb, tmp_path / "lake")
    assert [name for name, *_ in duckdb.sql("DESCRIBE lake.shop.items")] == ["item_id", "colour"]
    assert duckdb.sql("SELECT count(*), count(DISTINCT colour) FROM lake.shop.items") == [(50, 2)]
    assert [name for name, *_ in duckdb.sql("DESCRIBE FROM lake.shop.items AT (VERSION => 1)")] == ["item_id", "price"]


def test_runs_go_on_after_their_snapshots_have_expired(tmp_path):
    """The same run commits several times, and the first of its snapshots is forgotten."""
    def write(seed):
        assert types(tmp_path, "--table-format", "ducklake", "--seed", seed, "--if-exists", "overwrite").returncode == 0
        with Attached(tmp_path) as lake:
            return lake.sql("SELECT sum(big), count(*) FROM lake.types.events")
    first, second = write(1), write(2)
    assert write(1) == first != second
    with Attached(tmp_path) as lake:
        lake.sql("CALL ducklake_expire_snapshots('lake', versions => [1])")
    assert write(2) == second
    assert write(1) == first


def test_catalogs_that_cannot_be_written_are_refused(tmp_path):
    done(*WHOLE, "--output", tmp_path / "lake", "--table-format", "ducklake")
    with sqlite3.connect(tmp_path / "lake" / "ducklake.sqlite") as connection:
        connection.execute("UPDATE ducklake_metadata SET value = '2.0' WHERE key = 'version'")
    connection.close()
    refused = run(*WHOLE, "--output", tmp_path / "lake", "--table-format", "ducklake", "--if-exists", "overwrite")
    assert refused.returncode == 2 and "2.0" in refused.stderr
    other = tmp_path / "text"
    other.mkdir()
    (other / "ducklake.sqlite").write_text("no database at all, but a text that is long enough to be looked at" * 20)
    refused = run(*WHOLE, "--output", other, "--table-format", "ducklake")
    assert refused.returncode == 2 and "no SQLite database" in refused.stderr
    assert not (other / "Tables").exists()
