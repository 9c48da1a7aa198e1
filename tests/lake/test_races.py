"""Processes that commit to one output at once: no commit is lost, and none is there twice."""

import datetime
import fcntl
import os
import pathlib
import sqlite3
import subprocess
import time

import pytest
from duckdb_session import Session
from lake import SERIES, TYPES, done, environment, run, table
from lakeseed_program import PROGRAM
from pyiceberg.catalog.sql import SqlCatalog

WRITERS = 8


def commits_and_ids(output, kind, options=None):
    """Commits of the table of orders, and the keys of its rows. `options`: of the store that it is in."""
    if kind == "delta":
        orders = table(output, SERIES, "orders", options=options)
        return orders.version() + 1, orders.to_pyarrow_table(columns=["order_id"])["order_id"].to_pylist()
    if kind == "iceberg":
        catalog = SqlCatalog("lakeseed", uri=f"sqlite:///{output}/iceberg.sqlite", warehouse=f"file://{output}/Tables")
        orders = catalog.load_table((SERIES, "orders"))
        sequence = [snapshot.sequence_number for snapshot in orders.snapshots()]
        assert sequence == list(range(1, len(sequence) + 1))
        return len(sequence), orders.scan(selected_fields=("order_id",)).to_arrow()["order_id"].to_pylist()
    session = Session()
    try:
        session.sql(f"ATTACH 'ducklake:sqlite:{output}/ducklake.sqlite' AS lake")
        count = len(session.sql("FROM ducklake_snapshots('lake')")) - 1
        return count, [row[0] for row in session.sql(f"SELECT order_id FROM lake.{SERIES}.orders")]
    finally:
        session.close()


def write_at_once(output, kind, each: int, env=None):
    """Each writer makes that many days of its own, one commit a day."""
    first = datetime.date(2024, 1, 1)
    waiting = []
    for writer in range(WRITERS):
        start = first + datetime.timedelta(days=writer * each)
        waiting.append(subprocess.Popen(
            [str(PROGRAM), "generate-series", SERIES, "-s", str(start), "-e", str(start + datetime.timedelta(days=each - 1)),
             "--tables", "orders", "--batch-size", "1", "--parallel-workers", "1", "--scale-factor", "0.1", "--output", str(output),
             "--table-format", kind, "--quiet"], env=environment(**(env or {})), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True))
    for process in waiting:
        _, errors = process.communicate(timeout=3600)
        assert process.returncode == 0, errors


def commits_each(few: int, *many: int):
    return pytest.mark.parametrize("each", [few, *(pytest.param(count, marks=pytest.mark.soak) for count in many)])


@commits_each(20, 200)
@pytest.mark.parametrize("kind", ["delta", "iceberg", "ducklake"])
def test_eight_writers_lose_and_double_nothing(tmp_path, kind, each):
    write_at_once(tmp_path, kind, each)
    count, ids = commits_and_ids(tmp_path, kind)
    assert count == WRITERS * each and len(ids) == len(set(ids)) > 0
    checked = run("validate", tmp_path, "--dataset-id", SERIES, "--tables", "orders")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def waits_for_a_lock(process: subprocess.Popen) -> bool:
    locks = pathlib.Path("/proc/locks").read_text().splitlines()
    return any("->" in line and f" {process.pid} " in line for line in locks)


@pytest.mark.parametrize("kind", ["delta", "iceberg", "ducklake"])
def test_a_run_sees_the_tables_that_are_made_while_it_waits(tmp_path, kind):
    output, aside = tmp_path / "lake", tmp_path / "aside"
    words = ["generate", "--custom-schema", TYPES, "-r", "200", "--output", output, "--table-format", kind, "--quiet"]
    done(*words)
    output.rename(aside)
    output.mkdir()
    folder = os.open(output, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        again = subprocess.Popen([str(PROGRAM), *map(str, words), "--if-exists", "resume"], env=environment(),
                                 stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        while again.poll() is None and not waits_for_a_lock(again):
            time.sleep(0.01)
        for made in aside.iterdir():
            made.rename(output / made.name)
    finally:
        os.close(folder)
    _, errors = again.communicate(timeout=300)
    assert again.returncode == 0, errors


@commits_each(20, 200)
def test_eight_writers_in_an_object_store(store, tmp_path, monkeypatch, each):
    monkeypatch.chdir(tmp_path)  # The state of runs into a store is kept where the program runs.
    output = f"s3://{store.bucket()}/out"
    write_at_once(output, "delta", each, store.environment)
    count, ids = commits_and_ids(output, "delta", store.options)
    assert count == WRITERS * each and len(ids) == len(set(ids)) > 0
    checked = run("validate", output, "--dataset-id", SERIES, "--tables", "orders", env=store.environment)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("kind", ["delta", "iceberg", "ducklake"])
def test_a_lost_answer_is_settled_by_looking(tmp_path, kind):
    """The commit is there, but the program died before it knew: the next one finds it by its run, and adds nothing."""
    words = ("generate-series", SERIES, "-s", "2024-01-01", "-e", "2024-01-01", "--tables", "orders", "--table-format", kind, "--quiet",
             "--output")
    seen = set()
    for call in range(1, 400, 3):
        output = tmp_path / str(call)
        ended = run(*words, output, env={"LAKESEED_FAULT": f"kill:{call}"})
        if ended.returncode == 0:
            break
        there = bool(list(output.glob("Tables/*/orders/_delta_log/*.json"))) if kind == "delta" else False
        if kind == "iceberg" and (output / "iceberg.sqlite").exists():
            with sqlite3.connect(output / "iceberg.sqlite") as connection:
                there = bool(connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'iceberg_tables'").fetchall())
            connection.close()
        if kind == "ducklake" and (output / "ducklake.sqlite").exists():
            with sqlite3.connect(output / "ducklake.sqlite") as connection:
                there = bool(connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'ducklake_snapshot'").fetchall())
            connection.close()
        seen.add(there)
        if not there:
            continue
        again = run(*words, output, "--resume")
        assert again.returncode == 0, (call, again.stderr)
        count, ids = commits_and_ids(output, kind)
        assert count == 1 and len(ids) == len(set(ids)) > 0, call
    assert seen == {False, True} and call > 30
