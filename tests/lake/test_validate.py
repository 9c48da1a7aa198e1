"""`validate` of partitioned tables, and of outputs in an object store."""

import json
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lake import SERIES, TYPES, done, run, types
from test_partitions import PLACES, places

SMALL = "retail_oltp_small"


def checked(output, *words, env=None) -> tuple[int, dict]:
    ended = run("validate", output, "--json", *words, env=env)
    assert ended.returncode in (0, 4), ended.stderr
    return ended.returncode, json.loads(ended.stdout)


def broken(result: dict) -> set[str]:
    return {f"{check['table']}:{check['rule']}" for check in result["checks"] if check["violations"]}


def kinds(result: dict) -> set[tuple]:
    return {(check["table"], check["rule"], check["violations"]) for check in result["checks"] if not check.get("skipped_reason")}


@pytest.mark.parametrize("form,terms", [("parquet", "place,level"), ("csv", "place"), ("json", "year,month"), ("delta", "place")])
def test_partitioned_tables_pass_every_check_that_others_pass(tmp_path, form, terms):
    mode = ("--table-format", "delta") if form == "delta" else ("-o", form)
    for name, words in (("plain", ()), ("parted", ("--partition-by", terms))):
        ended = places(tmp_path / name, *mode, *words, "--file-rows-target", 900, "--validate", size=1500)
        assert ended.returncode == 0, ended.stderr + ended.stdout
    plain = checked(tmp_path / "plain", "--custom-schema", PLACES)
    parted = checked(tmp_path / "parted", "--custom-schema", PLACES)
    assert plain[0] == parted[0] == 0
    assert kinds(parted[1]) == kinds(plain[1])


def test_partitions_of_a_table_without_a_key(tmp_path):
    schema = tmp_path / "bare.yaml"
    schema.write_text("dataset: bare\nwindow: {from: 2024-01-01, to: 2024-01-31}\ntables:\n  readings:\n"
                      "    events: {per_day: 20}\n    columns:\n      at: $time\n      place: {choice: {north: 1, south: 2}}\n")
    done("generate", "--custom-schema", schema, "--output", tmp_path / "out", "--partition-by", "place", "--quiet")
    code, result = checked(tmp_path / "out", "--custom-schema", schema)
    [cells] = [check for check in result["checks"] if check["rule"] == "cells"]
    assert code == 0 and "no key puts them in order" in json.dumps(cells)
    assert ("readings", "statistics:manifest", 0) in kinds(result)


def test_a_family_of_partitioned_tables(tmp_path):
    done("generate", SMALL, "-r", 2000, "--output", tmp_path, "--partition-by", "year,month", "--validate", "--quiet")
    done("generate-series", SERIES, "-s", "2024-01-01", "-e", "2024-01-04", "--output", tmp_path / "days", "--partition-by",
         "year(order_date)", "--tables", "orders", "--validate", "--quiet")


def visits(output) -> list[pathlib.Path]:
    return sorted(pathlib.Path(output, "Files").rglob("*.parquet"), key=lambda file: file.stat().st_size)


def test_what_is_wrong_in_a_partition_is_found(tmp_path):
    words = ("-o", "parquet", "--partition-by", "place", "--tables", "visits")
    assert places(tmp_path, *words, size=600).returncode == 0
    file = visits(tmp_path)[-1]
    before = file.read_bytes()
    read = pq.ParquetFile(file).read()
    changed = read.set_column(read.schema.get_field_index("many"), "many",
                              pa.array([1001] + read["many"].to_pylist()[1:], read.schema.field("many").type))
    pq.write_table(changed, file)
    code, result = checked(tmp_path, "--custom-schema", PLACES)
    assert code == 4 and {"visits:cells", "visits:layout:file_size", "visits:statistics:manifest"} <= broken(result)
    pq.write_table(read.slice(1), file)
    code, result = checked(tmp_path, "--custom-schema", PLACES)
    assert code == 4 and {"visits:cells", "visits:layout:row_count", "visits:key:visit_id"} <= broken(result)
    file.unlink()
    code, result = checked(tmp_path, "--custom-schema", PLACES)
    assert code == 4 and {"visits:cells", "visits:layout:files_exist"} <= broken(result)
    file.write_bytes(before)
    assert checked(tmp_path, "--custom-schema", PLACES)[0] == 0
    (file.parent / "part-00001.parquet").write_bytes(before)
    assert "visits:layout:foreign_files" in broken(checked(tmp_path, "--custom-schema", PLACES)[1])


@pytest.mark.parametrize("words", [("-o", "parquet"), ("-o", "csv"), ("--table-format", "delta")], ids=["parquet", "csv", "delta"])
def test_outputs_in_a_store(store, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    bucket = store.bucket()
    ended = types(f"s3://{bucket}/a b/out", *words, "--validate", "--partition-by", "flag", rows=300, env=store.environment)
    assert ended.returncode == 0, ended.stderr
    code, result = checked(f"s3://{bucket}/a b/out", "--custom-schema", TYPES, env=store.environment)
    assert code == 0 and result["recomputed"]
    keys = [key for key in store.keys(bucket) if "/events/" in key and not key.endswith(".json")]
    store.client.delete_object(Bucket=bucket, Key=keys[0])
    code, result = checked(f"s3://{bucket}/a b/out", "--custom-schema", TYPES, env=store.environment)
    assert code == 4 and "events:layout:files_exist" in broken(result)


def test_no_output_in_a_store(store):
    ended = run("validate", f"s3://{store.bucket()}/out", env=store.environment)
    assert ended.returncode == 2 and "nothing that lakeseed made is there" in ended.stderr
