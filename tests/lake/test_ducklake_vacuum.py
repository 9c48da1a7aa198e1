"""`vacuum` of DuckLakes: old snapshots expire, and the files that only they had go."""

import pathlib
import shutil

import pytest
from duckdb_session import Session
from lake import TYPES, done, folder, run, types
from test_catalogs import attach as attach_postgres
from test_ducklake import Attached, catalog
from test_optimize import optimize
from test_vacuum import age, data, vacuum

DUCKLAKE = ("--table-format", "ducklake", "--file-rows-target", 500)
SNAPSHOTS = "SELECT snapshot_id FROM ducklake_snapshots('lake') ORDER BY 1"


def write(output, seed: int, *words) -> None:
    ended = types(output, *DUCKLAKE, "--seed", seed, "--if-exists", "overwrite", *words)
    assert ended.returncode == 0, ended.stderr


@pytest.fixture(params=["sqlite", "postgresql"])
def lake(request, tmp_path, server):
    """Three snapshots of the tables, the first two of which are old; with the words of their catalog, and how to query it."""
    output = tmp_path / "out"
    url = server.database() if request.param == "postgresql" else ""
    words = ("--catalog", url) if url else ()
    for seed in (1, 2, 3):
        if seed == 3:
            age(output)
        write(output, seed, *words)

    def query(statement):
        if not url:
            with Attached(output) as duckdb:
                return duckdb.sql(statement)
        duckdb = Session()
        try:
            attach_postgres(duckdb, server, url)
            return duckdb.sql(statement)
        finally:
            duckdb.close()
    return output, words, query


def test_snapshots_expire_with_their_files(lake):
    output, words, query = lake
    sums = "SELECT sum(big), count(*) FROM lake.types.events"
    latest, second = query(sums), query(f"{sums} AT (VERSION => 2)")
    before = data(output)
    assert len(before) == 15 and query(SNAPSHOTS) == [(0,), (1,), (2,), (3,)]
    said = vacuum(output, "--dry-run", *words)
    assert said.keys() == {"types.events", "types.kinds"} and data(output) == before and len(query(SNAPSHOTS)) == 4
    # Snapshots are of the whole lake: none expires for some of its tables.
    assert vacuum(output, "--tables", "events", *words)["types.events"]["removed"] == [] and len(query(SNAPSHOTS)) == 4
    did = vacuum(output, *words)
    # The second was the latest until a moment ago.
    assert query(SNAPSHOTS) == [(2,), (3,)] and query(sums) == latest and query(f"{sums} AT (VERSION => 2)") == second
    gone = before - data(output)
    assert len(gone) == 5 and gone == set(sum((one["removed"] for one in did.values()), []))
    assert {name: one["removed"] for name, one in said.items()} == {name: one["removed"] for name, one in did.items()}
    assert did["types.events"]["kept_files"] == 8
    # Nothing is left for DuckDB to clean up, which keeps what is there.
    assert query("CALL ducklake_cleanup_old_files('lake', cleanup_all => true)") == []
    assert query("CALL ducklake_delete_orphaned_files('lake', dry_run => true, cleanup_all => true)") == []
    assert all(one["removed"] == [] for one in vacuum(output, *words).values())
    # Writers go on, and what is gone can be made again.
    write(output, 1, *words)
    assert gone <= data(output) and query("SELECT count(*) FROM lake.types.events") == [(2000,)]
    vacuum(output, "--retain-hours", "0", *words)
    assert query(SNAPSHOTS) == [(4,)] and data(output) == gone
    assert query("SELECT count(*) FROM lake.types.events") == [(2000,)]
    done("validate", output, "--custom-schema", TYPES)


def test_what_duckdb_has_written_deleted_and_scheduled(tmp_path):
    assert types(tmp_path, *DUCKLAKE).returncode == 0
    with Attached(tmp_path) as duckdb:
        duckdb.sql("CALL lake.set_option('data_inlining_row_limit', 0)")
        duckdb.sql("INSERT INTO lake.types.events SELECT * REPLACE (event_id + 10000 AS event_id) FROM lake.types.events")
        duckdb.sql("DELETE FROM lake.types.events WHERE event_id % 3 = 0")
        duckdb.sql("CALL ducklake_rewrite_data_files('lake', delete_threshold => 0)", "CREATE TABLE lake.types.others(x BIGINT)",
                   "INSERT INTO lake.types.others SELECT range FROM range(10)", "DROP TABLE lake.types.others",
                   "INSERT INTO lake.types.kinds FROM lake.types.kinds", "CALL ducklake_merge_adjacent_files('lake')")
        rows = duckdb.sql("SELECT sum(event_id), sum(big), count(*) FROM lake.types.events")
    stray = pathlib.Path(folder(tmp_path, "types", "events"), "stray.parquet")
    shutil.copy(next(stray.parent.glob("*.parquet")), stray)
    before = data(tmp_path)
    assert all(one["removed"] == [] for one in vacuum(tmp_path).values()) and data(tmp_path) == before
    said = vacuum(tmp_path, "--retain-hours", "0")
    live = {"Tables/types/" + path for path, in catalog(
        tmp_path, "SELECT t.path || f.path FROM ducklake_data_file f JOIN ducklake_table t ON t.table_id = f.table_id")}
    assert data(tmp_path) == live and stray not in live and "types.others" in said
    for name in ("ducklake_delete_file", "ducklake_files_scheduled_for_deletion"):
        assert catalog(tmp_path, f"SELECT * FROM {name}") == []
    unknown = "SELECT count(*) FROM {} WHERE data_file_id NOT IN (SELECT data_file_id FROM ducklake_data_file)"
    assert catalog(tmp_path, unknown.format("ducklake_file_column_stats")) == [(0,)]
    with Attached(tmp_path) as duckdb:
        assert duckdb.sql("SELECT sum(event_id), sum(big), count(*) FROM lake.types.events") == rows
        assert len(duckdb.sql("SELECT 1 FROM ducklake_snapshots('lake')")) == 1


@pytest.mark.parametrize("form", ["ducklake", "iceberg"])
def test_a_table_beside_a_delta_table_of_the_same_folder(tmp_path, form):
    """Files of each would seem to be nobody's to the other."""
    assert types(tmp_path, "--file-rows-target", 500).returncode == 0
    assert types(tmp_path, "--table-format", form, "--seed", 2, "--if-exists", "overwrite").returncode == 0
    before = data(tmp_path)
    age(tmp_path)
    vacuum(tmp_path)
    assert data(tmp_path) == before and len(before) == 7


def test_what_was_killed_is_ended_by_the_next(tmp_path):
    for call in range(1, 40, 2):
        output = tmp_path / str(call)
        for seed in (1, 2):
            write(output, seed)
        optimize(output)
        ended = run("vacuum", output, "--retain-hours", "0", env={"LAKESEED_FAULT": f"kill:{call}"})
        snapshots = catalog(output, "SELECT count(*) FROM ducklake_snapshot")
        with Attached(output) as duckdb:
            for version, in duckdb.sql(SNAPSHOTS):
                if version > 0:
                    assert duckdb.sql(f"SELECT count(*), count(big) FROM lake.types.events AT (VERSION => {version})") == [(2000, 2000)]
        vacuum(output, "--retain-hours", "0")
        assert len(data(output)) == 2 and catalog(output, "SELECT count(*) FROM ducklake_snapshot") == [(1,)]
        assert catalog(output, "SELECT * FROM ducklake_files_scheduled_for_deletion") == [], (call, snapshots)
        if ended.returncode == 0:
            break
    assert call > 8
