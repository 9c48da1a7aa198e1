"""`optimize` merges small files: the same rows in fewer files, and nothing else is touched."""

import json
import pathlib

import deltalake
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from lake import SERIES, actions, commits, done, folder, parquet, rows, run, table, types

PLACES = pathlib.Path(__file__).with_name("partitions.yaml")


def optimize(root, *words) -> dict:
    return {one["table"]: one for one in json.loads(done("optimize", root, "--json", *words))["tables"]}


def test_the_same_rows_in_fewer_files(tmp_path):
    output = tmp_path / "out"
    assert types(output, "--file-rows-target", 150).returncode == 0
    before = rows(table(output, "types", "events"), ["event_id"])
    assert optimize(output, "--dry-run")["types.events"]["files_after"] == 1
    assert table(output, "types", "events").version() == 0
    said = optimize(output)
    assert said["types.events"]["files_before"] == 14 and said["types.kinds"]["files_after"] == 1
    delta = table(output, "types", "events")
    assert delta.version() == 1 and len(delta.file_uris()) == 1
    assert rows(delta, ["event_id"]).equals(before)
    assert table(output, "types", "kinds").version() == 0
    last = commits(output, "types", "events")[-1]
    assert last[0]["commitInfo"]["operation"] == "OPTIMIZE"
    assert [line[kind]["dataChange"] for line in last for kind in ("add", "remove") if kind in line] == [False] * 15
    assert rows(table(output, "types", "events", version=0), ["event_id"]).equals(before)
    # The statistics of the merged file are those of its rows.
    stats = json.loads(actions(output, "types", "events", "add")[-1]["stats"])
    assert stats["numRecords"] == 2000
    assert stats["minValues"]["event_id"] == 1 and stats["maxValues"]["event_id"] == 2000
    assert stats["nullCount"] == {name: before[name].null_count for name in before.column_names}
    assert stats["minValues"]["small"] == pc.min(before["small"]).as_py()
    assert optimize(output)["types.events"]["files_after"] == 1 and table(output, "types", "events").version() == 1


def test_what_validate_finds_is_what_it_found(tmp_path):
    output = tmp_path / "out"
    done("generate", "retail_oltp_small", "-r", 2000, "--file-rows-target", 300, "--quiet", "--output", output)
    said = optimize(output)
    assert said["retail_oltp_small.orders"]["files_after"] == 1 < said["retail_oltp_small.orders"]["files_before"]
    done("validate", output)


def test_files_are_at_most_as_large_as_asked(tmp_path):
    output = tmp_path / "out"
    done("generate", "retail_oltp_small", "-r", 9000, "--file-rows-target", 500, "--tables", "orders", "--quiet",
         "--output", output)
    before = rows(table(output, "retail_oltp_small", "orders"), ["order_id"])
    small = max(add["size"] for add in actions(output, "retail_oltp_small", "orders", "add"))
    said = optimize(output, "--file-size", str(4 * small))["retail_oltp_small.orders"]
    assert 1 < said["files_after"] < said["files_before"]
    assert rows(table(output, "retail_oltp_small", "orders"), ["order_id"]).equals(before)


def test_days_stay_apart_and_can_be_made_again(tmp_path):
    output = tmp_path / "out"
    words = ("--tables", "orders", "--quiet", "--output", output, "-o", "table", "--file-rows-target", "40")
    done("generate-series", SERIES, "-s", "2024-01-01", "-e", "2024-01-04", "--batch-size", "2", *words)
    before = rows(table(output, SERIES, "orders"), ["order_id"])
    said = optimize(output)[f"{SERIES}.orders"]
    assert said["files_after"] == 4 < said["files_before"]
    delta = table(output, SERIES, "orders")
    assert rows(delta, ["order_id"]).equals(before)
    days = [add["tags"]["lakeseed.day"] for add in commits_of_last(output)]
    assert days == [f"2024-01-0{day}" for day in (1, 2, 3, 4)]
    done("generate-incremental", SERIES, "--date", "2024-01-02", "--ignore-state", *words)
    done("generate-incremental", SERIES, "--date", "2024-01-05", *words)
    done("generate-series", SERIES, "-s", "2024-01-01", "-e", "2024-01-05", "--tables", "orders", "--quiet", "--output",
         tmp_path / "files")
    again = rows(table(output, SERIES, "orders"), ["order_id"])
    assert again.equals(parquet(tmp_path / "files", SERIES, "orders", ["order_id"]))
    done("vacuum", output, "--retain-hours", "0")
    assert rows(table(output, SERIES, "orders"), ["order_id"]).equals(again)


def commits_of_last(output) -> list[dict]:
    return [line["add"] for line in commits(output, SERIES, "orders")[-1] if "add" in line]


def test_partitions_stay_apart(tmp_path):
    output = tmp_path / "out"
    done("generate", "--custom-schema", PLACES, "-r", 2000, "--output", output, "--quiet", "--partition-by",
         "place,month", "--file-rows-target", 200)
    before = rows(table(output, "places", "visits"), ["visit_id"])
    said = optimize(output)["places.visits"]
    delta = table(output, "places", "visits")
    assert len(delta.file_uris()) == said["files_after"] < said["files_before"]
    assert rows(delta, ["visit_id"]).equals(before)
    assert delta.metadata().partition_columns == ["place", "month"]
    done("validate", output, "--custom-schema", PLACES)


@pytest.mark.parametrize("size", ["128MB", "40KB"])
def test_merged_files_of_partitions_stand_for_the_same_rows(tmp_path, size):
    """Also where a file of a partition has none beside it to become one with, and where not all of them fit into one."""
    output = tmp_path / "out"
    done("generate-series", SERIES, "-s", "2024-01-01", "-e", "2024-01-02", "--tables", "orders", "--quiet", "--output", output, "-o",
         "table", "--file-rows-target", 60, "--partition-by", "bucket(3,customer_id)")
    before = rows(table(output, SERIES, "orders"), ["order_id"])
    said = optimize(output, "--file-size", size)[f"{SERIES}.orders"]
    assert said["files_after"] < said["files_before"]
    assert rows(table(output, SERIES, "orders"), ["order_id"]).equals(before)
    done("validate", output)


def test_rows_of_others_stay(tmp_path):
    output = tmp_path / "out"
    assert types(output, "--file-rows-target", 400).returncode == 0
    delta = table(output, "types", "events")
    other = delta.to_pyarrow_table().slice(0, 2)
    place = other.schema.get_field_index("event_id")
    other = other.set_column(place, other.schema.field(place), pa.array([-1, -2], pa.int64()))
    deltalake.write_deltalake(folder(output, "types", "events"), other, mode="append")
    before = rows(table(output, "types", "events"), ["event_id"])
    assert optimize(output)["types.events"]["files_after"] == 1
    delta = table(output, "types", "events")
    assert len(delta.file_uris()) == 2 and rows(delta, ["event_id"]).equals(before)


def test_naive_timestamps_stay_so(tmp_path):
    output = tmp_path / "out"
    assert types(output, "--file-rows-target", 400, "--naive-timestamps").returncode == 0
    before = rows(table(output, "types", "events"), ["event_id"])
    optimize(output)
    assert rows(table(output, "types", "events"), ["event_id"]).equals(before)


@pytest.mark.parametrize("words,reason", [
    (("nowhere",), "no such directory: nowhere"),
    ((".", "--tables", "evnts"), "there is no such table: evnts"),
])
def test_what_cannot_be_optimized(tmp_path, monkeypatch, words, reason):
    monkeypatch.chdir(tmp_path)
    assert types(tmp_path).returncode == 0
    refused = run("optimize", *words)
    assert refused.returncode == 2 and reason in refused.stderr, refused.stderr


def test_a_crash_at_any_call_leaves_one_of_both_versions(tmp_path):
    for call in range(1, 60, 2):
        output = tmp_path / str(call)
        assert types(output, "--file-rows-target", 60, rows=200).returncode == 0
        before = rows(table(output, "types", "events"), ["event_id"])
        ended = run("optimize", output, env={"LAKESEED_FAULT": f"kill:{call}"})
        delta = table(output, "types", "events")
        assert len(delta.file_uris()) in (1, 4) and rows(delta, ["event_id"]).equals(before)
        optimize(output)
        delta = table(output, "types", "events")
        assert len(delta.file_uris()) == 1 and delta.version() == 1 and rows(delta, ["event_id"]).equals(before), call
        if ended.returncode == 0:
            break
    assert call > 10
