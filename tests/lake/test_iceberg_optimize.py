"""`optimize` and `--auto-compact` of Iceberg tables: the same rows in fewer files, as a snapshot that replaces."""

import pathlib

import pyarrow as pa
import pytest
from duckdb_session import Session
from lake import SERIES, done, parquet, run, types
from pyiceberg.catalog.rest import RestCatalog
from test_file_catalog import newest
from test_iceberg import comparable, load, rows
from test_optimize import optimize

PLACES = pathlib.Path(__file__).with_name("partitions.yaml")
ICEBERG = ("--table-format", "iceberg")


def operations(table) -> list[str]:
    return [snapshot.summary.operation.value for snapshot in table.snapshots()]


def files(table) -> list[dict]:
    return table.inspect.files().to_pylist()


@pytest.fixture(params=["sqlite", "hadoop", "rest"])
def lake(request, tmp_path, behind):
    """Tables in small files, with the words of their catalog, and a reader."""
    output = tmp_path / "out"
    words = {"sqlite": (), "hadoop": ("--catalog", "hadoop"), "rest": ("--catalog", behind)}[request.param]
    ended = types(output, *ICEBERG, *words, "--file-rows-target", 150)
    assert ended.returncode == 0, ended.stderr
    catalog = RestCatalog("rest", uri=behind)
    yield output, words, {"sqlite": lambda name: load(output, "types", name), "hadoop": lambda name: newest(output, "types", name),
                          "rest": lambda name: catalog.load_table(("types", name))}[request.param]
    if request.param == "rest":
        for name in ("events", "kinds"):
            catalog.drop_table(("types", name))


def test_the_same_rows_in_fewer_files(lake):
    output, words, reader = lake
    before, metrics = rows(reader("events"), ["event_id"]), files(reader("events"))
    assert optimize(output, "--dry-run", *words)["types.events"]["files_after"] == 1 and len(reader("events").snapshots()) == 1
    said = optimize(output, *words)
    assert said["types.events"]["files_before"] == 14 and said["types.kinds"]["files_after"] == 1
    table = reader("events")
    assert operations(table) == ["append", "replace"] and operations(reader("kinds")) == ["append"]
    assert rows(table, ["event_id"]).equals(before)
    [file] = files(table)
    assert file["record_count"] == 2000
    # The statistics of the merged file are those of its rows.
    for column, facts in file["readable_metrics"].items():
        parts = [one["readable_metrics"][column] for one in metrics]
        assert facts["null_value_count"] == sum(one["null_value_count"] for one in parts), column
        least = [one["lower_bound"] for one in parts if one["lower_bound"] is not None]
        assert facts["lower_bound"] == (min(least) if least else None), column
    summary = table.current_snapshot().summary
    assert (summary["added-data-files"], summary["deleted-data-files"], summary["total-data-files"]) == ("1", "14", "1")
    assert summary["total-records"] == summary["added-records"] == summary["deleted-records"] == "2000"
    first = table.snapshots()[0].snapshot_id
    assert table.scan(snapshot_id=first).to_arrow().num_rows == 2000
    optimize(output, *words)
    assert len(reader("events").snapshots()) == 2  # Nothing was left to do.
    # Writers go on after it.
    ended = types(output, *ICEBERG, *words, "--seed", 4, "--if-exists", "overwrite")
    assert ended.returncode == 0, ended.stderr
    assert reader("events").scan().to_arrow().num_rows == 2000


def test_duckdb_reads_it_and_filters_skip_nothing(tmp_path):
    assert types(tmp_path, *ICEBERG, "--catalog", "hadoop", "--file-rows-target", 150).returncode == 0
    session = Session()
    scan = f"iceberg_scan('{tmp_path}/Tables/types/events')"
    before = session.sql(f"SELECT count(*), sum(event_id), count(DISTINCT small) FROM {scan}")
    optimize(tmp_path, "--catalog", "hadoop")
    assert session.sql(f"SELECT count(*), sum(event_id), count(DISTINCT small) FROM {scan}") == before
    assert session.sql(f"SELECT count(*) FROM {scan} WHERE event_id BETWEEN 100 AND 1234") == [(1135,)]
    session.close()


def test_days_and_partitions_stay_apart_and_days_can_be_made_again(tmp_path):
    output = tmp_path / "out"
    words = ("--tables", "orders", "--quiet", "--output", output, *ICEBERG, "--file-rows-target", "40", "--partition-by",
             "bucket(2,customer_id)")
    done("generate-series", SERIES, "-s", "2024-01-01", "-e", "2024-01-04", "--batch-size", "2", *words)
    said = optimize(output)[f"{SERIES}.orders"]
    table = load(output, SERIES, "orders")
    assert len(files(table)) == said["files_after"] < said["files_before"] and operations(table)[-1] == "replace"
    assert {file["partition"]["customer_id_bucket"] for file in files(table)} == {0, 1}
    done("generate-incremental", SERIES, "--date", "2024-01-02", "--ignore-state", *words)
    done("generate-incremental", SERIES, "--date", "2024-01-05", *words, "--auto-compact")
    assert operations(load(output, SERIES, "orders"))[-2:] == ["append", "replace"]
    done("generate-series", SERIES, "-s", "2024-01-01", "-e", "2024-01-05", "--tables", "orders", "--quiet", "--output",
         tmp_path / "files")
    expected = parquet(tmp_path / "files", SERIES, "orders", ["order_id"])
    assert comparable(rows(load(output, SERIES, "orders"), ["order_id"])).equals(comparable(expected))
    done("validate", output)
    done("vacuum", output, "--retain-hours", "0")
    assert load(output, SERIES, "orders").scan().to_arrow().num_rows == expected.num_rows


def test_files_of_others_stay(tmp_path):
    assert types(tmp_path, *ICEBERG, "--file-rows-target", 400).returncode == 0
    table = load(tmp_path, "types", "events")
    other = table.scan().to_arrow().slice(0, 2)
    place = other.schema.get_field_index("event_id")
    table.append(other.set_column(place, other.schema.field(place), pa.array([-1, -2], pa.int64())))
    before = rows(load(tmp_path, "types", "events"), ["event_id"])
    assert optimize(tmp_path)["types.events"]["files_after"] == 1
    table = load(tmp_path, "types", "events")
    assert len(files(table)) == 2 and rows(table, ["event_id"]).equals(before)
    table.append(other.set_column(place, other.schema.field(place), pa.array([-3, -4], pa.int64())))
    assert load(tmp_path, "types", "events").scan().to_arrow().num_rows == 2004


def test_what_is_refused_by_name(tmp_path):
    assert types(tmp_path / "spec", *ICEBERG, "--file-rows-target", 400).returncode == 0
    with load(tmp_path / "spec", "types", "events").update_spec() as update:
        update.add_identity("small")
    refused = run("optimize", tmp_path / "spec")
    assert refused.returncode == 2 and "another program has changed its partitions" in refused.stderr, refused.stderr
    assert len(load(tmp_path / "spec", "types", "events").snapshots()) == 1
    # The refused merge leaves nothing in the way of the next run.
    assert types(tmp_path / "spec", *ICEBERG, "--seed", 2, "--if-exists", "overwrite").returncode == 0


def test_a_crash_at_any_call_leaves_one_of_both_versions(tmp_path):
    for call in range(1, 60, 4):
        output = tmp_path / str(call)
        assert types(output, *ICEBERG, "--file-rows-target", 60, rows=200).returncode == 0
        before = rows(load(output, "types", "events"), ["event_id"])
        ended = run("optimize", output, env={"LAKESEED_FAULT": f"kill:{call}"})
        table = load(output, "types", "events")
        assert len(files(table)) in (1, 4) and rows(table, ["event_id"]).equals(before)
        optimize(output)
        table = load(output, "types", "events")
        assert operations(table) == ["append", "replace"] and rows(table, ["event_id"]).equals(before), call
        if ended.returncode == 0:
            break
    assert call > 10
