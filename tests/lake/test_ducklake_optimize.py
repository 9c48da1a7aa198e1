"""`optimize` and `--auto-compact` of DuckLakes: the same rows with the same ids in fewer files, in a snapshot of its own."""

import contextlib
import pathlib

import pytest
from duckdb_session import Session
from lake import SERIES, done, run, types
from test_catalogs import attach as attach_postgres
from test_ducklake import attach, catalog, differences
from test_optimize import optimize

PLACES = pathlib.Path(__file__).with_name("partitions.yaml")
DUCKLAKE = ("--table-format", "ducklake")
# Bounds leave NaN out, and DuckDB compares it as the greatest.
NO_NAN = {"real": "NOT isnan(\"real\")"}
LIVE = "SELECT f.path, f.record_count, f.row_id_start FROM ducklake_data_file f JOIN ducklake_table t ON t.table_id = f.table_id " \
       "WHERE f.end_snapshot IS NULL AND t.end_snapshot IS NULL AND t.table_name = '{}' ORDER BY f.row_id_start"


@contextlib.contextmanager
def attached(output, attach=attach):
    """DuckDB beside the lake, which keeps what it has read of a catalog for as long as it lives."""
    session = Session()
    try:
        attach(session, output)
        yield session
    finally:
        session.close()


def all_rows(output, table, attach=attach):
    with attached(output, attach) as duckdb:
        return sorted(duckdb.sql(f"SELECT rowid, * FROM lake.{table}"), key=str)


@pytest.fixture(params=["sqlite", "postgresql"])
def lake(request, tmp_path, server):
    """Tables in small files, the words of their catalog, and how DuckDB attaches it."""
    output = tmp_path / "out"
    url = server.database() if request.param == "postgresql" else ""
    words = ("--catalog", url) if url else ()
    assert types(output, *DUCKLAKE, *words, "--file-rows-target", 150).returncode == 0
    return output, words, (lambda duckdb, _: attach_postgres(duckdb, server, url)) if url else attach


def test_the_same_rows_with_their_ids_in_fewer_files(lake):
    output, words, attach = lake
    before = all_rows(output, "types.events", attach)
    assert optimize(output, "--dry-run", *words)["types.events"]["files_after"] == 1
    said = optimize(output, *words)
    assert (said["types.events"]["files_before"], said["types.events"]["files_after"]) == (14, 1)
    assert said["types.kinds"]["files_before"] == said["types.kinds"]["files_after"] == 1
    assert all_rows(output, "types.events", attach) == before
    with attached(output, attach) as duckdb:
        (file, *_), = duckdb.sql("SELECT data_file FROM ducklake_list_files('lake', 'events', schema => 'types')")
        assert "/merged-" in file
        # The version before is there as it was, and nothing says that rows have come or gone.
        assert differences(duckdb, "lake.types.events", "(FROM lake.types.events AT (VERSION => 1))") == 0
        assert len(duckdb.sql("SELECT * FROM ducklake_list_files('lake', 'events', schema => 'types', snapshot_version => 1)")) == 14
        changes = [row[0] for row in duckdb.sql("SELECT changes::VARCHAR FROM ducklake_snapshots('lake') ORDER BY snapshot_id")]
        assert len(changes) == 3 and "merge" in changes[2] and "insert" not in changes[2] and "delete" not in changes[2]
        kinds = {row[0] for row in duckdb.sql("SELECT DISTINCT change_type FROM ducklake_table_changes('lake', 'types', 'events', 2, 2)")}
        assert kinds <= {"update_preimage", "update_postimage"}
        # Filters skip no row of the merged file.
        for column, in duckdb.sql("SELECT column_name FROM duckdb_columns() WHERE database_name = 'lake' AND table_name = 'events'"):
            values = duckdb.sql(f"SELECT \"{column}\"::VARCHAR, count(*) FROM '{file}' WHERE \"{column}\" IS NOT NULL AND "
                                f"{NO_NAN.get(column, 'true')} GROUP BY ALL ORDER BY hash(1) LIMIT 3")
            assert values or column == "nothing", column
            for value, count in values:
                text = value.replace("'", "''")
                assert duckdb.sql(f"SELECT count(*) FROM lake.types.events WHERE \"{column}\" = '{text}'") == [(count,)], column
    optimize(output, *words)
    with attached(output, attach) as duckdb:
        assert len(duckdb.sql("SELECT 1 FROM ducklake_snapshots('lake')")) == 3  # Nothing was left to do.
    # Writers go on after it.
    assert types(output, *DUCKLAKE, *words, "--seed", 4, "--if-exists", "overwrite").returncode == 0
    assert len(all_rows(output, "types.events", attach)) == 2000


def test_statistics_of_merged_files_are_those_of_their_rows(tmp_path):
    assert types(tmp_path, *DUCKLAKE, "--file-rows-target", 150).returncode == 0
    query = ("SELECT c.column_name, sum(s.value_count), sum(s.null_count), max(s.contains_nan), count(s.min_value) FROM "
             "ducklake_file_column_stats s JOIN ducklake_data_file f ON f.data_file_id = s.data_file_id JOIN ducklake_column c ON "
             "c.table_id = s.table_id AND c.column_id = s.column_id JOIN ducklake_table t ON t.table_id = f.table_id WHERE "
             "t.table_name = 'events' AND f.end_snapshot IS NULL GROUP BY 1 ORDER BY 1")
    bounds = ("SELECT c.column_name, s.min_value, s.max_value FROM ducklake_file_column_stats s JOIN ducklake_data_file f ON "
              "f.data_file_id = s.data_file_id JOIN ducklake_column c ON c.table_id = s.table_id AND c.column_id = s.column_id "
              "JOIN ducklake_table t ON t.table_id = f.table_id WHERE t.table_name = 'events' AND f.end_snapshot IS NULL ORDER BY 1")
    totals = "SELECT record_count, next_row_id FROM ducklake_table_stats ORDER BY table_id"
    table_bounds = "SELECT * FROM ducklake_table_column_stats ORDER BY table_id, column_id"
    before, totals_before, bounds_before = catalog(tmp_path, query), catalog(tmp_path, totals), catalog(tmp_path, table_bounds)
    optimize(tmp_path)
    after = catalog(tmp_path, query)
    assert [row[:4] for row in after] == [row[:4] for row in before] and len(after) > 10
    assert catalog(tmp_path, totals) == totals_before and catalog(tmp_path, table_bounds) == bounds_before
    sizes = "SELECT sum(file_size_bytes) FROM {} WHERE table_id = (SELECT table_id FROM ducklake_table WHERE table_name = 'events')"
    assert catalog(tmp_path, sizes.format("ducklake_table_stats")) == \
        catalog(tmp_path, sizes.format("ducklake_data_file") + " AND end_snapshot IS NULL")
    with attached(tmp_path) as duckdb:
        for column, least, greatest in catalog(tmp_path, bounds):
            if least is not None:
                exact = duckdb.sql(f"SELECT min(\"{column}\") = '{least}', max(\"{column}\") = '{greatest}' FROM lake.types.events "
                                   f"WHERE {NO_NAN.get(column, 'true')}")
                assert exact == [(True, True)], column


def test_days_and_partitions_stay_apart_and_both_write_on(tmp_path):
    output = tmp_path / "out"
    words = ("--tables", "orders", "--quiet", "--output", output, *DUCKLAKE, "--file-rows-target", "40", "--partition-by",
             "bucket(2,customer_id)")
    orders = f"{SERIES}.orders"
    done("generate-series", SERIES, "-s", "2024-01-01", "-e", "2024-01-04", "--batch-size", "2", *words)
    before = all_rows(output, orders)
    said = optimize(output)[orders]
    assert said["files_after"] == len(catalog(output, LIVE.format("orders"))) == 8 < said["files_before"]
    assert all_rows(output, orders) == before
    with attached(output) as duckdb:
        duckdb.sql(f"INSERT INTO lake.{orders} SELECT * REPLACE (order_id + 1000000000 AS order_id) FROM lake.{orders} LIMIT 30",
                   f"DELETE FROM lake.{orders} WHERE order_id > 1000000000")
    done("generate-incremental", SERIES, "--date", "2024-01-02", "--ignore-state", *words)
    done("generate-incremental", SERIES, "--date", "2024-01-05", *words, "--auto-compact")
    done("generate-series", SERIES, "-s", "2024-01-01", "-e", "2024-01-05", "--tables", "orders", "--quiet", "--output",
         tmp_path / "files")
    with attached(output) as duckdb:
        plain = f"(SELECT * FROM read_parquet('{tmp_path}/files/**/*orders.parquet', hive_partitioning = false))"
        assert differences(duckdb, f"lake.{orders}", plain) == 0
        ids = duckdb.sql(f"SELECT count(rowid), count(DISTINCT rowid) FROM lake.{orders}")[0]
        assert ids[0] == ids[1] > 0
        assert duckdb.sql(f"SELECT count(*) FROM lake.{orders} AT (VERSION => 2)") == [(len(before),)]
        # DuckDB merges what is left, and reads on.
        duckdb.sql("CALL ducklake_merge_adjacent_files('lake')")
        assert differences(duckdb, f"lake.{orders}", plain) == 0
    done("validate", output)


@pytest.mark.parametrize("inlined", [True, False])
def test_deleted_rows_stay_deleted_and_their_files_as_they_are(tmp_path, inlined):
    assert types(tmp_path, *DUCKLAKE, "--file-rows-target", 150).returncode == 0
    with attached(tmp_path) as duckdb:
        if not inlined:
            duckdb.sql("CALL lake.set_option('data_inlining_row_limit', 0)")
        duckdb.sql("DELETE FROM lake.types.events WHERE event_id BETWEEN 700 AND 705")
    assert (len(catalog(tmp_path, "SELECT 1 FROM ducklake_delete_file")) == 0) == inlined
    before = all_rows(tmp_path, "types.events")
    assert len(before) == 1994
    assert optimize(tmp_path)["types.events"]["files_after"] == 3
    assert all_rows(tmp_path, "types.events") == before
    assert optimize(tmp_path)["types.events"]["files_after"] == 3
    with attached(tmp_path) as duckdb:
        duckdb.sql("CALL ducklake_rewrite_data_files('lake', delete_threshold => 0)")
    assert all_rows(tmp_path, "types.events") == before
    # What DuckDB has rewritten is its own.
    assert optimize(tmp_path)["types.events"]["files_after"] == 3
    assert all_rows(tmp_path, "types.events") == before


def test_columns_that_duckdb_has_renamed_dropped_and_added_keep_their_values(tmp_path):
    assert types(tmp_path, *DUCKLAKE, "--file-rows-target", 150).returncode == 0
    with attached(tmp_path) as duckdb:
        duckdb.sql("ALTER TABLE lake.types.events RENAME COLUMN small TO little", "ALTER TABLE lake.types.events DROP COLUMN big",
                   "ALTER TABLE lake.types.events ADD COLUMN extra INTEGER DEFAULT 7")
    before = all_rows(tmp_path, "types.events")
    assert optimize(tmp_path)["types.events"]["files_after"] == 1
    assert all_rows(tmp_path, "types.events") == before
    with attached(tmp_path) as duckdb:
        assert duckdb.sql("SELECT count(little) > 1000, min(extra) FROM lake.types.events") == [(True, 7)]
        assert duckdb.sql("SELECT count(DISTINCT big) > 1000 FROM lake.types.events AT (VERSION => 1)") == [(True,)]


def test_a_crash_at_any_call_leaves_one_of_both_versions(tmp_path):
    for call in range(1, 60, 6):
        output = tmp_path / str(call)
        assert types(output, *DUCKLAKE, "--file-rows-target", 60, rows=200).returncode == 0
        before = all_rows(output, "types.events")
        ended = run("optimize", output, env={"LAKESEED_FAULT": f"kill:{call}"})
        assert len(catalog(output, LIVE.format("events"))) in (1, 4) and all_rows(output, "types.events") == before
        optimize(output)
        assert len(catalog(output, LIVE.format("events"))) == 1 and all_rows(output, "types.events") == before, call
        assert len(catalog(output, "SELECT 1 FROM ducklake_snapshot")) == 3
        if ended.returncode == 0:
            break
    assert call > 10


def test_rows_that_are_deleted_while_a_merge_is_under_way_stay_deleted(tmp_path):
    """The merge was killed when its journal was there and the catalog did not have it yet; it is given up."""
    given_up = 0
    for call in range(1, 60):
        output = tmp_path / str(call)
        assert types(output, *DUCKLAKE, "--file-rows-target", 60, rows=200).returncode == 0
        ended = run("optimize", output, env={"LAKESEED_FAULT": f"kill:{call}"})
        if ended.returncode == 0:
            break
        if not (output / "_lakeseed" / "commit.json").exists() or len(catalog(output, LIVE.format("events"))) == 1:
            continue
        given_up += 1
        with attached(output) as duckdb:
            duckdb.sql("DELETE FROM lake.types.events WHERE event_id = 100")
        before = all_rows(output, "types.events")
        again = run("optimize", output)
        assert again.returncode in (0, 3), again.stderr
        optimize(output)
        assert all_rows(output, "types.events") == before and len(before) == 199
        assert len(catalog(output, LIVE.format("events"))) == 3
    assert given_up >= 2
