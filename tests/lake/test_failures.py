"""What goes wrong around Iceberg tables and DuckLakes: all or nothing is seen, the next run completes it, errors are clear."""

import contextlib
import http.server
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import threading
import time

import pytest
from duckdb_session import Session
from lake import SERIES, done, environment, run, table, types
from lakeseed_program import PROGRAM
from store import KEYS
from test_ducklake import attach
from test_ducklake import catalog as ducklake_catalog
from test_iceberg import catalog as load_catalog
from test_iceberg import load as load_iceberg

COUNTS = {"events": 200, "kinds": 7}


@pytest.fixture(scope="module")
def duckdb():
    session = Session()
    yield session
    session.close()


def iceberg_counts(output, duckdb) -> dict[str, int]:
    file = pathlib.Path(output, "iceberg.sqlite")
    if not file.exists():
        return {}
    with contextlib.closing(sqlite3.connect(file)) as connection:
        with contextlib.suppress(sqlite3.OperationalError):  # No tables of the catalog yet.
            names = [name for name, in connection.execute("SELECT table_name FROM iceberg_tables")]
            return {name: load_iceberg(output, "types", name).scan().to_arrow().num_rows for name in names}
    return {}


def ducklake_counts(output, duckdb) -> dict[str, int]:
    file = pathlib.Path(output, "ducklake.sqlite")
    if not file.exists():
        return {}
    with contextlib.closing(sqlite3.connect(file)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'ducklake_snapshot'").fetchall():
            return {}
    attach(duckdb, output)
    names = [name for name, in duckdb.sql("SELECT table_name FROM duckdb_tables() WHERE database_name = 'lake'")]
    counts = {name: duckdb.sql(f"SELECT count(*) FROM lake.types.{name}")[0][0] for name in names}
    duckdb.sql("DETACH lake")
    return counts


@pytest.mark.parametrize("form,counts", [("iceberg", iceberg_counts), ("ducklake", ducklake_counts)])
def test_a_crash_at_any_call_leaves_all_or_nothing(tmp_path, duckdb, form, counts):
    seen = set()
    for call in range(1, 400, 3):
        output = tmp_path / str(call)
        ended = types(output, "--table-format", form, "--parallel-workers", 1, env={"LAKESEED_FAULT": f"kill:{call}"}, rows=200)
        there = counts(output, duckdb)
        assert there in ({}, COUNTS), (call, there)
        if ended.returncode == 0:
            break
        seen.add(bool(there))
        again = types(output, "--table-format", form, "--if-exists", "resume", rows=200)
        assert again.returncode == 0, (call, again.stderr)
        assert counts(output, duckdb) == COUNTS, call
        assert not list(output.rglob("staging/*")), call
    assert call > 20 and seen == {False, True}


def fill(output, form: str):
    done("generate-series", SERIES, "-s", "2024-01-01", "-e", "2024-01-02", "--tables", "orders", "--quiet", "--output", output,
         "--table-format", form)


# $0 is a folder for a small file system, the rest a command by day: two days, many when it is full, and three when it is not.
FULL_DISK = """
mount -t tmpfs -o size=6m tmpfs "$0" && "$@" -s 2024-01-01 -e 2024-01-02 || exit 98
dd if=/dev/zero of="$0/rest" bs=4k 2>/dev/null
"$@" -s 2024-01-03 -e 2024-01-30 --batch-size 30
code=$?
rm "$0/rest" && "$@" -s 2024-01-03 -e 2024-01-05 && exit $code
exit 99
"""


def can_mount(folder) -> bool:
    """Containers may forbid file systems of one's own."""
    return subprocess.run(["unshare", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", folder],
                          capture_output=True).returncode == 0


@pytest.mark.parametrize("state", [(), ("--no-state-management",)], ids=["state", "no_state"])
@pytest.mark.parametrize("form", ["delta", "iceberg", "ducklake"])
def test_a_full_disk(tmp_path, form, state):
    """A file system of its own, with no room for the next days; with room they come after what was there."""
    if not can_mount(tmp_path):
        pytest.skip("this machine lets nobody mount a small file system")
    words = [PROGRAM, "generate-series", SERIES, "--tables", "orders", "--quiet", "--table-format", form, "--output",
             tmp_path / "out", "--scale-factor", "0.2", *state]
    begin = time.monotonic()
    ended = subprocess.run(["unshare", "--map-root-user", "--mount", "sh", "-c", FULL_DISK, str(tmp_path), *map(str, words)],
                           env=environment(), text=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
    assert ended.returncode == 1, (ended.returncode, ended.stderr)
    assert "No space left on device" in ended.stderr or "is full" in ended.stderr, ended.stderr
    assert time.monotonic() - begin < 30


class Refusing(http.server.BaseHTTPRequestHandler):
    """A store that knows nobody."""

    def do_any(self):
        body = b'<?xml version="1.0"?><Error><Code>InvalidAccessKeyId</Code><Message>no such key</Message></Error>'
        self.send_response(403)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_any

    def log_message(self, *words):
        pass


@pytest.mark.parametrize("words", [("-o", "parquet"), ("--table-format", "delta"),
                                   ("--table-format", "iceberg", "--catalog", "sqlite:///catalog.sqlite")])
def test_a_wrong_key(tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    begin = time.monotonic()
    ended = types("s3://bucket/out", *words, env=KEYS | {"AWS_REGION": "us-east-1",
                                                         "S3_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}"})
    server.shutdown()
    assert ended.returncode == 2 and "bucket" in ended.stderr and "credentials" in ended.stderr, ended.stderr
    assert time.monotonic() - begin < 10
    assert not (tmp_path / "catalog.sqlite").exists()


def drop_delta(output: pathlib.Path):
    shutil.rmtree(output / "Tables" / SERIES / "orders")


def replace_delta(output: pathlib.Path):
    log = output / "Tables" / SERIES / "orders" / "_delta_log" / f"{0:020}.json"
    log.write_text(re.sub(r'("metaData":{"id":)"[^"]*"', r'\1"of-another-program"', log.read_text()))


def in_catalog(form: str, statement: str):
    def change(output: pathlib.Path):
        with contextlib.closing(sqlite3.connect(output / f"{form}.sqlite", timeout=0)) as connection:
            connection.executescript(statement)
    return change


def files_of_orders(output: pathlib.Path, form: str) -> set[str]:
    """Data files that readers see; empty when there is no such table."""
    if form == "delta":
        log = output / "Tables" / SERIES / "orders" / "_delta_log"
        return set(table(output, SERIES, "orders").file_uris()) if log.exists() else set()
    if form == "iceberg":
        names = load_catalog(output).list_tables(SERIES)
        return {task.file.file_path for task in load_iceberg(output, SERIES, "orders").scan().plan_files()} if names else set()
    return {name for name, in ducklake_catalog(
        output, "SELECT f.path FROM ducklake_data_file f JOIN ducklake_table t USING (table_id) WHERE t.table_name = 'orders' AND "
                "t.end_snapshot IS NULL AND f.end_snapshot IS NULL")}


@pytest.mark.parametrize("form,change", [
    ("delta", drop_delta), ("delta", replace_delta),
    ("iceberg", in_catalog("iceberg", "DELETE FROM iceberg_tables WHERE table_name = 'orders'")),
    ("ducklake", in_catalog("ducklake", "UPDATE ducklake_table SET end_snapshot = 1000 WHERE table_name = 'orders'")),
    ("ducklake", in_catalog("ducklake", "UPDATE ducklake_table SET table_id = 99; UPDATE ducklake_column SET table_id = 99")),
], ids=["delta-drop", "delta-replace", "iceberg-drop", "ducklake-drop", "ducklake-replace"])
def test_a_table_that_is_dropped_or_replaced_during_a_run(tmp_path, form, change):
    """The run stands still at each storage call in turn: before its commit it then says so, and the table is left as it is."""
    output = tmp_path / "lake"
    fill(output, form)
    shutil.copytree(output, tmp_path / "before")
    told = 0
    for call in range(4, 400, 5):
        shutil.rmtree(output)
        shutil.copytree(tmp_path / "before", output)
        process = subprocess.Popen(
            [str(PROGRAM), "generate-series", SERIES, "-s", "2024-01-03", "-e", "2024-01-03", "--tables", "orders", "--quiet", "--output",
             output, "--table-format", form, "--parallel-workers", "1"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
            env=environment(LAKESEED_FAULT=f"stop:{call}"))
        if not os.WIFSTOPPED(os.waitpid(process.pid, os.WUNTRACED)[1]):
            process.stderr.close()
            break
        seen = None
        if list(output.glob("_lakeseed/staging/*/*")):  # The run has begun.
            with contextlib.suppress(sqlite3.OperationalError):  # It is in the middle of its own transaction.
                change(output)
                seen = files_of_orders(output, form)
        process.send_signal(signal.SIGCONT)
        _, errors = process.communicate(timeout=60)
        if seen is None:
            assert process.returncode == 0, errors
        elif process.returncode != 0:  # Else the commit was there already.
            told += 1
            assert process.returncode in (2, 3) and "orders" in errors, errors
            # "removed a file": what was dropped had one of this commit already.
            assert any(reason in errors for reason in ("during this run", "not there any more", "removed a file")), errors
            assert not (output / "_lakeseed" / "commit.json").exists(), call
            assert files_of_orders(output, form) == seen, call
    assert told > 1 and call > 30


@pytest.mark.parametrize("form,drop", [
    ("iceberg", "DELETE FROM iceberg_tables WHERE table_name = 'orders'"),
    ("ducklake", "UPDATE ducklake_table SET end_snapshot = 1000 WHERE table_name = 'orders'"),
])
def test_a_table_that_was_dropped(tmp_path, form, drop):
    """What the catalog no longer has is not appended to in silence: the run says so, or makes the table anew."""
    fill(tmp_path, form)
    with contextlib.closing(sqlite3.connect(tmp_path / f"{form}.sqlite")) as connection:
        connection.execute(drop)
        connection.commit()
    begin = time.monotonic()
    ended = run("generate-series", SERIES, "-s", "2024-01-03", "-e", "2024-01-03", "--tables", "orders", "--quiet", "--output",
                tmp_path, "--table-format", form)
    assert time.monotonic() - begin < 20
    assert ended.returncode in (1, 2) and "orders" in ended.stderr, ended.stderr
