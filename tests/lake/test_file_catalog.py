"""Iceberg tables without a catalog, whose own files say what they are now, as pyiceberg and DuckDB read them."""

import json
import pathlib

import pytest
from duckdb_session import Session
from lake import SERIES, done, folder, parquet, run, types
from pyiceberg.table import StaticTable
from store import KEYS as ACCESS
from store import running
from test_iceberg import comparable, rows

FILES = ("--table-format", "iceberg", "--catalog", "hadoop")
WORDS = ("generate-series", SERIES, "--tables", "orders", "--scale-factor", "0.2", "--quiet")


@pytest.fixture(scope="module")
def duckdb():
    session = Session()
    yield session
    session.close()


def metadata(output, dataset: str, table: str) -> pathlib.Path:
    return pathlib.Path(folder(output, dataset, table), "metadata")


def newest(output, dataset: str, table: str) -> StaticTable:
    at = metadata(output, dataset, table)
    return StaticTable.from_metadata(f"file://{at}/v{(at / 'version-hint.text').read_text()}.metadata.json")


def test_tables_hold_what_plain_files_hold(duckdb, tmp_path):
    assert types(tmp_path / "lake", "--file-rows-target", 150, *FILES).returncode == 0
    assert types(tmp_path / "files", "-o", "parquet").returncode == 0
    assert not list((tmp_path / "lake").glob("*.sqlite"))
    for name, keys in (("events", ["event_id"]), ("kinds", ["kind_id"])):
        expected = comparable(parquet(tmp_path / "files", "types", name, keys))
        assert comparable(rows(newest(tmp_path / "lake", "types", name), keys)).equals(expected)
        theirs = f"iceberg_scan('{folder(tmp_path / 'lake', 'types', name)}')"
        ours = f"read_parquet('{tmp_path}/files/Files/synthetic_data/types/{name}.parquet')"
        assert duckdb.sql(f"SELECT count(*) FROM {theirs}") == [(expected.num_rows,)]
        columns = ", ".join(f'"{name}"' for name in expected.column_names)
        assert duckdb.sql(f"SELECT {columns} FROM {theirs} EXCEPT ALL SELECT {columns} FROM {ours}") == []


def test_each_commit_is_a_version_and_none_is_made_twice(duckdb, tmp_path):
    series = (*WORDS, "--batch-size", "1", "--output", tmp_path / "lake", *FILES)
    done(*series, "-s", "2024-01-01", "-e", "2024-01-03")
    at = metadata(tmp_path / "lake", SERIES, "orders")
    assert sorted(file.name for file in at.glob("v*.json")) == [f"v{n}.metadata.json" for n in (1, 2, 3)]
    assert (at / "version-hint.text").read_text() == "3"
    first = (at / "v1.metadata.json").read_bytes()
    done(*series, "-s", "2024-01-01", "-e", "2024-01-03", "--resume")
    # A hint may be behind its table, or not be there.
    for hint in ("1", None):
        (at / "version-hint.text").write_text(hint) if hint else (at / "version-hint.text").unlink()
        day = "2024-01-04" if hint else "2024-01-05"
        done(*series, "-s", day, "-e", day)
    assert (at / "version-hint.text").read_text() == "5" and (at / "v1.metadata.json").read_bytes() == first
    log = json.loads((at / "v5.metadata.json").read_text())["metadata-log"]
    assert [one["metadata-file"].rpartition("/")[2] for one in log] == [f"v{n}.metadata.json" for n in (1, 2, 3, 4)]
    done(*WORDS, "-s", "2024-01-01", "-e", "2024-01-05", "--output", tmp_path / "files")
    expected = comparable(parquet(tmp_path / "files", SERIES, "orders", ["order_id"]))
    assert comparable(rows(newest(tmp_path / "lake", SERIES, "orders"), ["order_id"])).equals(expected)
    assert duckdb.sql(f"SELECT count(*) FROM iceberg_scan('{at.parent}')") == [(expected.num_rows,)]


@pytest.mark.parametrize("kind", ["kill", "fail"])
def test_a_crash_at_any_call_is_completed(tmp_path, kind):
    assert types(tmp_path / "whole", *FILES, rows=200).returncode == 0
    whole = {name: newest(tmp_path / "whole", "types", name).current_snapshot().snapshot_id for name in ("events", "kinds")}
    for call in range(1, 200, 2):
        output = tmp_path / f"{kind}{call}"
        ended = types(output, *FILES, rows=200, env={"LAKESEED_FAULT": f"{kind}:{call}"})
        for name, count in (("events", 200), ("kinds", 7)):
            if (metadata(output, "types", name) / "version-hint.text").exists():
                assert newest(output, "types", name).scan().to_arrow().num_rows == count
        if ended.returncode == 0:
            break
        again = types(output, *FILES, "--if-exists", "resume", rows=200)
        assert again.returncode == 0, (call, again.stderr)
        for name, snapshot in whole.items():
            assert (metadata(output, "types", name) / "version-hint.text").read_text() == "1"
            assert newest(output, "types", name).current_snapshot().snapshot_id == snapshot
    assert call > 20


def test_in_an_object_store(duckdb, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with running(tmp_path / "log") as store:
        bucket = store.bucket()
        series = (*WORDS, "--output", f"s3://{bucket}/out", *FILES)
        done(*series, "-s", "2024-01-01", "-e", "2024-01-01", env=store.environment)
        done(*series, "-s", "2024-01-02", "-e", "2024-01-02", env=store.environment)
        done(*WORDS, "-s", "2024-01-01", "-e", "2024-01-02", "--output", tmp_path / "files")
        place = f"s3://{bucket}/out/Tables/{SERIES}/orders"
        key = f"out/Tables/{SERIES}/orders/metadata/version-hint.text"
        assert store.bytes(bucket, key) == b"2"
        duckdb.sql(f"CREATE SECRET (TYPE s3, KEY_ID '{ACCESS['AWS_ACCESS_KEY_ID']}', SECRET '{ACCESS['AWS_SECRET_ACCESS_KEY']}',"
                   f" ENDPOINT '{store.url.removeprefix('http://')}', USE_SSL false, URL_STYLE 'path', REGION 'us-east-1')")
        expected = parquet(tmp_path / "files", SERIES, "orders", ["order_id"])
        assert duckdb.sql(f"SELECT count(*), count(DISTINCT order_id) FROM iceberg_scan('{place}')") == [(expected.num_rows,) * 2]


def test_what_cannot_be_is_told(tmp_path):
    ended = types(tmp_path / "lake", "--table-format", "ducklake", "--catalog", "hadoop")
    assert ended.returncode == 2 and "ducklake tables cannot have this catalog: hadoop" in ended.stderr
    assert types(tmp_path / "lake", *FILES, rows=50).returncode == 0
    ended = types(tmp_path / "lake", "--table-format", "iceberg", "--if-exists", "append", rows=50)
    assert ended.returncode == 2 and "another catalog has it" in ended.stderr, ended.stderr
    at = metadata(tmp_path / "lake", "types", "kinds")
    (at / "v1.metadata.json").rename(at / "v1.gz.metadata.json")
    ended = run("generate", "--custom-schema", pathlib.Path(__file__).with_name("types.yaml"), "-r", 50, "--quiet", "--output",
                tmp_path / "lake", "--if-exists", "append", *FILES)
    assert ended.returncode == 2 and "has no metadata that lakeseed reads" in ended.stderr, ended.stderr
