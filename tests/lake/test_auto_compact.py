"""`--auto-compact` and `auto_compact` of dictionaries: after a commit its small files are merged, in a commit of their own."""

import json
import pathlib

import polars as pl
import pytest
from lake import SERIES, actions, commits, done, folder, parquet, rows, run, table, types
from lakeseed_program import data_of

PLACES = pathlib.Path(__file__).with_name("partitions.yaml")
ORDERS = ("--tables", "orders", "--quiet", "-o", "table", "--file-rows-target", "40")
SMALL = ("retail_oltp_small", "-r", 2000, "--tables", "orders,stores", "--quiet", "--file-rows-target", 300)


def operations(output, dataset: str, name: str) -> list[str]:
    return [commit[0]["commitInfo"]["operation"] for commit in commits(output, dataset, name)]


def test_the_same_rows_as_without(tmp_path):
    done("generate", *SMALL, "--output", tmp_path / "plain")
    done("generate", *SMALL, "--output", tmp_path / "out", "--auto-compact", "--validate")
    assert operations(tmp_path / "plain", "retail_oltp_small", "orders") == ["CREATE TABLE AS SELECT"]
    assert operations(tmp_path / "out", "retail_oltp_small", "orders") == ["CREATE TABLE AS SELECT", "OPTIMIZE"]
    assert operations(tmp_path / "out", "retail_oltp_small", "stores") == ["CREATE TABLE AS SELECT"]  # One file.
    last = commits(tmp_path / "out", "retail_oltp_small", "orders")[-1]
    assert {line[kind]["dataChange"] for line in last for kind in ("add", "remove") if kind in line} == {False}
    merged = table(tmp_path / "out", "retail_oltp_small", "orders")
    plain = table(tmp_path / "plain", "retail_oltp_small", "orders")
    assert len(merged.file_uris()) == 1 < len(plain.file_uris())
    assert rows(merged, ["order_id"]).equals(rows(plain, ["order_id"]))
    found = pl.scan_delta(folder(tmp_path / "out", "retail_oltp_small", "orders")).filter(pl.col("order_id") == 1234)
    assert found.collect().height == 1
    done("validate", tmp_path / "out")


@pytest.mark.parametrize("switch,merges", [(True, True), (False, False), (None, False)])
def test_a_dictionary_says_it(tmp_path, switch, merges):
    settings = {"dataset_id": "retail_oltp_small", "delta_config": {} if switch is None else {"auto_compact": switch}}
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    done("generate", "--custom-schema", tmp_path / "settings.json", *SMALL[1:], "--output", tmp_path / "out")
    assert ("OPTIMIZE" in operations(tmp_path / "out", "retail_oltp_small", "orders")) == merges


def test_only_the_days_of_the_run_are_merged(tmp_path):
    output = tmp_path / "out"
    done("generate-series", SERIES, "-s", "2024-01-01", "-e", "2024-01-02", *ORDERS, "--output", output)
    done("generate-series", SERIES, "-s", "2024-01-03", "-e", "2024-01-06", "--batch-size", "2", *ORDERS, "--output", output,
         "--auto-compact")
    assert operations(output, SERIES, "orders")[-4:] == ["WRITE", "OPTIMIZE"] * 2
    for commit, days in zip(commits(output, SERIES, "orders")[-3::2], ((3, 4), (5, 6))):
        assert {line["remove"]["path"][:8] for line in commit if "remove" in line} == {f"2024010{day}" for day in days}
        assert [line["add"]["tags"]["lakeseed.day"] for line in commit if "add" in line] == [f"2024-01-0{day}" for day in days]
    done("generate-series", SERIES, "-s", "2024-01-01", "-e", "2024-01-06", "--tables", "orders", "--quiet", "--output",
         tmp_path / "files")
    expected = parquet(tmp_path / "files", SERIES, "orders", ["order_id"])
    assert rows(table(output, SERIES, "orders"), ["order_id"]).equals(expected)
    # A day that is made again replaces what was merged, and is merged again.
    done("generate-incremental", SERIES, "--date", "2024-01-04", "--ignore-state", *ORDERS, "--output", output, "--auto-compact")
    assert operations(output, SERIES, "orders")[-2:] == ["WRITE", "OPTIMIZE"]
    assert rows(table(output, SERIES, "orders"), ["order_id"]).equals(expected)
    done("validate", output)


def test_partitions_stay_apart(tmp_path):
    words = ("generate", "--custom-schema", PLACES, "-r", 2000, "--quiet", "--partition-by", "place,month", "--file-rows-target",
             200, "--output")
    done(*words, tmp_path / "plain")
    done(*words, tmp_path / "out", "--auto-compact")
    plain, merged = (table(tmp_path / name, "places", "visits") for name in ("plain", "out"))
    places = {tuple(add["partitionValues"].items()) for add in actions(tmp_path / "plain", "places", "visits", "add")}
    assert len(places) <= len(merged.file_uris()) < len(plain.file_uris())
    assert rows(merged, ["visit_id"]).equals(rows(plain, ["visit_id"]))


@pytest.mark.parametrize("partitions", [(), ("--partition-by", "place,month")])
@pytest.mark.parametrize("if_exists", ["resume", "append"])
def test_the_same_run_again_changes_nothing(tmp_path, if_exists, partitions):
    words = ("generate", "--custom-schema", PLACES, "-r", 2000, "--quiet", *partitions, "--file-rows-target", 200, "--auto-compact",
             "--output", tmp_path / "out")
    done(*words)
    version = table(tmp_path / "out", "places", "visits").version()
    before = data_of(tmp_path / "out")
    done(*words, "--if-exists", if_exists)
    assert data_of(tmp_path / "out") == before
    assert table(tmp_path / "out", "places", "visits").version() == version


def test_a_plan_carries_it(tmp_path):
    plan = tmp_path / "plan.json"
    plan.write_text(done("plan", *SMALL[:5], "--file-rows-target", 300, "--auto-compact", "--output", tmp_path / "out"))
    done("work", plan, "--quiet")
    done("commit", plan, "--quiet")
    assert operations(tmp_path / "out", "retail_oltp_small", "orders") == ["CREATE TABLE AS SELECT", "OPTIMIZE"]


def test_one_of_several_targets(tmp_path):
    done("generate", *SMALL, "-o", "parquet", "--output", tmp_path / "files", "--also", f"delta:{tmp_path / 'lake'}", "--auto-compact")
    assert operations(tmp_path / "lake", "retail_oltp_small", "orders")[-1] == "OPTIMIZE"


def test_in_an_object_store(tmp_path, store, monkeypatch):
    monkeypatch.chdir(tmp_path)
    bucket = store.bucket()
    done("generate", *SMALL, "--output", f"s3://{bucket}/out", "--auto-compact", env=store.environment)
    names = [key for key in store.keys(bucket, "out/Tables/retail_oltp_small/orders/") if key.endswith(".json")]
    assert len(names) == 2 and b"OPTIMIZE" in store.bytes(bucket, names[1])


@pytest.mark.parametrize("words,reason", [
    (("-o", "parquet", "--auto-compact"), "--auto-compact is for delta tables, and none are written: files"),
    (("-o", "csv", "--table-statistics", "rows"), "--table-statistics is for delta tables, and none are written: files"),
    (("--table-format", "ducklake", "--table-statistics", "none"), "--table-statistics is for delta tables"),
    (("--iceberg-version", "3"), "--iceberg-version is for iceberg tables, and none are written: delta"),
])
def test_where_it_can_do_nothing_it_is_refused(tmp_path, words, reason):
    refused = run("generate", *SMALL, "--output", tmp_path / "out", *words)
    assert refused.returncode == 2 and reason in refused.stderr, refused.stderr
    assert not (tmp_path / "out").exists()


def test_a_crash_at_any_call_leaves_all_rows_once(tmp_path):
    words = ("--file-rows-target", 60, "--auto-compact")
    for call in range(1, 90, 3):
        output = tmp_path / str(call)
        ended = types(output, *words, rows=200, env={"LAKESEED_FAULT": f"kill:{call}"})
        assert types(output, *words, "--if-exists", "resume", rows=200).returncode == 0
        delta = table(output, "types", "events")
        assert len(delta.file_uris()) == 1 and delta.version() == 1, call
        assert rows(delta, ["event_id"]).num_rows == 200
        if ended.returncode == 0:
            break
    assert call > 20
