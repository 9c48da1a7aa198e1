"""Delta tables that others write to as well, many at once, and as crashes leave them."""

import concurrent.futures
import pathlib
import shutil

import deltalake
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from lake import SERIES, actions, commits, done, folder, parquet, plain, rows, run, table, types


def other_rows(delta: deltalake.DeltaTable) -> pa.Table:
    read = delta.to_pyarrow_table().slice(0, 3)
    key = read.schema.get_field_index("order_id")
    return read.set_column(key, read.schema.field(key), pa.array([-1, -2, -3], pa.int64()))


def test_deltalake_appends_and_we_append_after_it(tmp_path):
    output = tmp_path / "out"
    words = ("generate-series", SERIES, "--batch-size", "1", "--quiet", "--output", output, "-o", "table")
    done(*words, "-s", "2024-01-01", "-e", "2024-01-02")
    delta = table(output, SERIES, "orders")
    mine = delta.to_pyarrow_table().num_rows
    deltalake.write_deltalake(folder(output, SERIES, "orders"), other_rows(delta), mode="append")
    assert table(output, SERIES, "orders").to_pyarrow_table().num_rows == mine + 3
    done(*words, "-s", "2024-01-03", "-e", "2024-01-04")
    delta = table(output, SERIES, "orders")
    plain_files = tmp_path / "files"
    done("generate-series", SERIES, "-s", "2024-01-01", "-e", "2024-01-04", "--quiet", "--output", plain_files)
    read = rows(delta, ["order_id"])
    expected = parquet(plain_files, SERIES, "orders", ["order_id"])
    assert delta.version() == 4 and read.slice(3).equals(expected) and read["order_id"][0].as_py() == -3
    # A new column of the other writer is null in our rows.
    wider = other_rows(delta).append_column("remark", pa.array(["a", "b", "c"]))
    deltalake.write_deltalake(folder(output, SERIES, "orders"), wider, mode="append", schema_mode="merge")
    done(*words, "-s", "2024-01-05", "-e", "2024-01-05")
    after = table(output, SERIES, "orders")
    assert after.version() == 6 and after.schema().fields[-1].name == "remark"
    remarks = after.to_pyarrow_table(columns=["remark"])["remark"]
    assert remarks.null_count == len(remarks) - 3
    # A checkpoint of the other writer, after which our tags and runs are still known.
    after.create_checkpoint()
    for commit in pathlib.Path(folder(output, SERIES, "orders"), "_delta_log").glob("*.json"):
        if int(commit.stem) < 6:
            commit.unlink()
    done("generate-incremental", SERIES, "--date", "2024-01-05", "--ignore-state", "--quiet", "--output", output, "-o",
         "table", "--compression", "zstd")
    again = table(output, SERIES, "orders")
    assert again.version() == 7 and again.to_pyarrow_table().num_rows == after.to_pyarrow_table().num_rows


def test_tables_that_others_rewrote_are_left_alone(tmp_path):
    output = tmp_path / "out"
    words = ("generate-series", SERIES, "-s", "2024-01-01", "-e", "2024-01-03", "--batch-size", "1", "--quiet",
             "--output", output, "-o", "table")
    done(*words)
    delta = table(output, SERIES, "orders")
    delta.optimize.compact()
    refused = run(*words, "--ignore-state", "--compression", "zstd")
    assert refused.returncode == 2 and "another writer has removed or rewritten" in refused.stderr
    # Days that are new do not meet the files that were rewritten.
    count = table(output, SERIES, "orders").to_pyarrow_table().num_rows
    done("generate-incremental", SERIES, "--date", "2024-01-04", "--quiet", "--output", output, "-o", "table")
    assert table(output, SERIES, "orders").to_pyarrow_table().num_rows > count


@pytest.mark.parametrize("alter,feature", [
    (lambda delta: delta.alter.add_feature(deltalake.TableFeatures.DomainMetadata if hasattr(
        deltalake.TableFeatures, "DomainMetadata") else deltalake.TableFeatures.V2Checkpoint,
        allow_protocol_versions_increase=True), ""),
    (lambda delta: delta.alter.add_constraint({"positive": "event_id > 0"}), "checkConstraints"),
    (lambda delta: delta.alter.set_table_properties({"delta.appendOnly": "true"}), "appendOnly"),
], ids=["feature", "constraint", "append_only"])
def test_tables_with_features_of_others_are_refused_by_name(tmp_path, alter, feature):
    output = tmp_path / "out"
    assert types(output).returncode == 0
    alter(table(output, "types", "events"))
    before = commits(output, "types", "events")
    refused = types(output, "--seed", 3, "--if-exists", "overwrite")
    protocol = table(output, "types", "events").protocol()
    named = feature or [name for name in protocol.writer_features if name not in ("appendOnly", "invariants")][0]
    assert refused.returncode == 2 and named[1:] in refused.stderr, refused.stderr
    assert "has a feature that lakeseed cannot write" in refused.stderr
    assert commits(output, "types", "events") == before
    assert rows(table(output, "types", "kinds"), ["kind_id"]).num_rows == 7


def test_foreign_tables_are_not_ours_to_append_to(tmp_path):
    output = tmp_path / "out"
    deltalake.write_deltalake(folder(output, "types", "events"), pa.table({"x": [1]}))
    for what in ("error", "append"):
        refused = types(output, "--if-exists", what)
        assert refused.returncode == 2 and "not in the manifest" in refused.stderr
    assert types(output, "--if-exists", "overwrite").returncode == 0
    assert table(output, "types", "events").to_pyarrow_table().num_rows == 2000


@pytest.mark.parametrize("kind", ["kill", "fail"])
def test_a_crash_at_any_call_leaves_all_or_nothing(tmp_path, kind):
    """Each table is there whole or not at all, and the next run ends in the same tables."""
    small = ("--if-exists", "resume")
    reference = tmp_path / "reference"
    assert types(reference, rows=200).returncode == 0
    expected = {name: rows(table(reference, "types", name), [f"{name[:-1]}_id"]) for name in ("events", "kinds")}
    for call in range(1, 400):
        output = tmp_path / f"{call}"
        ended = types(output, env={"LAKESEED_FAULT": f"{kind}:{call}"}, rows=200)
        for name, content in expected.items():
            if pathlib.Path(folder(output, "types", name), "_delta_log").exists() and commits(output, "types", name):
                assert rows(table(output, "types", name), [f"{name[:-1]}_id"]).equals(content), call
        if ended.returncode == 0:
            break
        assert types(output, *small, rows=200).returncode == 0, call
        for name, content in expected.items():
            delta = table(output, "types", name)
            assert delta.version() == 0 and rows(delta, [f"{name[:-1]}_id"]).equals(content), call
        assert not [path for path in output.rglob("*") if "staging" in path.parts or ".inprogress" in path.name
                    or path.name == "commit.json"], call
        shutil.rmtree(output)
    assert call > 15


@pytest.mark.slow
def test_eight_processes_at_once_lose_and_double_nothing(tmp_path):
    """8 processes publish 20 days each, one commit per day, into the same tables."""
    output = tmp_path / "out"
    spans = [(f"2024-{month:02}-01", f"2024-{month:02}-20") for month in range(1, 9)]
    words = ("generate-series", SERIES, "--tables", "orders", "--batch-size", "1", "--quiet", "--parallel-workers", "1",
             "--scale-factor", "0.05", "--output-mode", "table", "--output", output)
    with concurrent.futures.ThreadPoolExecutor(len(spans)) as pool:
        ended = list(pool.map(lambda span: run(*words, "-s", span[0], "-e", span[1]), spans))
    assert [(e.returncode, e.stderr) for e in ended if e.returncode] == []
    delta = table(output, SERIES, "orders")
    assert delta.version() == 159 and len(delta.file_uris()) == 160
    alone = tmp_path / "alone"
    for first, last in spans:
        done("generate-series", SERIES, "--tables", "orders", "--quiet", "--scale-factor", "0.05", "--output", alone,
             "-s", first, "-e", last)
    assert rows(delta, ["order_id"]).equals(parquet(alone, SERIES, "orders", ["order_id"]))
    days = [add["tags"]["lakeseed.day"] for add in actions(output, SERIES, "orders", "add")]
    assert len(days) == len(set(days)) == 160


@pytest.mark.slow
def test_deltalake_and_we_append_at_once(tmp_path):
    output = tmp_path / "out"
    words = ("generate-series", SERIES, "--tables", "orders", "--batch-size", "1", "--quiet", "--output-mode", "table",
             "--output", output)
    done(*words, "-s", "2024-01-01", "-e", "2024-01-01")
    foreign = other_rows(table(output, SERIES, "orders"))

    def append(_):
        for _ in range(10):
            deltalake.write_deltalake(folder(output, SERIES, "orders"), foreign, mode="append")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        ours = pool.submit(run, *words, "-s", "2024-01-02", "-e", "2024-01-21")
        list(pool.map(append, range(2)))
        assert ours.result().returncode == 0, ours.result().stderr
    delta = table(output, SERIES, "orders")
    read = delta.to_pyarrow_table()
    assert delta.version() == 40
    assert read.filter(pc.field("order_id") < 0).num_rows == 60
    alone = tmp_path / "alone"
    done("generate-series", SERIES, "--tables", "orders", "--quiet", "--output", alone, "-s", "2024-01-01", "-e",
         "2024-01-21")
    assert plain(read.filter(pc.field("order_id") > 0), ["order_id"]).equals(
        parquet(alone, SERIES, "orders", ["order_id"]))
