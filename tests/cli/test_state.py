"""State and log: the tables, the queries of the documents, what `status` and `log` say of them."""

import datetime
import json
import os
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import tempfile

import monitoring_queries
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from journal import SERIES, Journal, dates, state_of
from program import DATASET, files_below, run

TABLES = ("config_synthetic_data_datasets", "config_synthetic_data_generation_jobs", "log_synthetic_data_generation",
          "sample_dataset_configurations", "synthetic_data_state", "log_synthetic_data_tables",
          "log_synthetic_data_files", "synthetic_data_table_state")


def columns_of(connection, schema="main") -> dict[str, list]:
    names = [row[0] for row in connection.execute(f"SELECT name FROM {schema}.sqlite_schema WHERE type = 'table'")]
    return {name: connection.execute(f"PRAGMA {schema}.table_info('{name}')").fetchall() for name in names}


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    """One dataset with every kind of day, and one that is as the documents name it."""
    folder = tmp_path_factory.mktemp("state")
    journal = Journal(folder)
    journal.job(SERIES, "j1")
    for date in dates("2024-01-01", 31) + dates("2024-02-05", 3):
        journal.day(date)
    journal.day("2024-02-01", "failed", message="the disk is full")
    journal.day("2024-02-08", "running")
    journal.file("2024-01-05", "2024/01/05/orders.parquet")
    ended = subprocess.Popen(["true"])
    ended.wait()
    journal.job(SERIES, "j2", pid=ended.pid)
    journal.day("2024-02-09", "running")
    journal.job("retail_oltp_small_incremental", "j3", rows=10000)
    journal.day("2024-01-01", speed=100.0, seconds=1.0, memory=0.5, cores=1.0)
    journal.day("2024-01-02", speed=300.0, seconds=3.0, memory=0.75, cores=2.0)
    journal.day("2024-01-03", "failed", message="x")
    journal.connection.close()
    return folder


def sql(output, query) -> list[dict]:
    done = run("log", "--output", output, "--sql", query, "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)["rows"]


def test_deploy_makes_tables_and_lists_datasets(tmp_path):
    first = run("deploy-ddl", "--output", tmp_path, "--json")
    assert first.code == 0, first.err
    assert set(json.loads(first.out)["tables"]) == set(TABLES)
    with sqlite3.connect(state_of(tmp_path)) as state:
        assert set(columns_of(state)) == set(TABLES)
        assert state.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        listed = json.loads(run("list-datasets", "--json").out)["datasets"]
        for table in ("config_synthetic_data_datasets", "sample_dataset_configurations"):
            ids = [row[0] for row in state.execute(f"SELECT dataset_id FROM {table} ORDER BY 1")]
            assert ids == [one["id"] for one in listed]
        row = state.execute("SELECT dataset_type, schema_pattern, domain, max_recommended_rows, is_active, config_json "
                            "FROM config_synthetic_data_datasets WHERE dataset_id = ?", (DATASET,)).fetchone()
        assert row[:5] == ("transactional", "oltp", "retail", 1_000_000, 1)
        assert json.loads(row[5])["tables"][0] == "customers"
        before = state.execute("SELECT created_date FROM config_synthetic_data_datasets").fetchall()
        assert run("deploy-ddl", "--output", tmp_path).code == 0
        assert state.execute("SELECT created_date FROM config_synthetic_data_datasets").fetchall() == before


def test_warehouse_has_its_tables_in_schema_config(tmp_path):
    assert run("deploy-ddl", "-e", "warehouse", "--output", tmp_path).code == 0
    assert sorted(files_below(tmp_path)) == ["warehouse.config.sqlite", "warehouse.sqlite"]
    named = tmp_path / "own" / "shop.sqlite"
    assert run("deploy-ddl", "-e", "warehouse", "--connection", f"sqlite:///{named}").code == 0
    for warehouse in (tmp_path / "warehouse.sqlite", named):
        for table in TABLES:
            done = run("log", "--state", warehouse, "--sql", f"SELECT count(*) AS n FROM config.{table}", "--json")
            assert done.code == 0, done.err
            assert (json.loads(done.out)["rows"][0]["n"] > 0) == (table in (TABLES[0], TABLES[3]))
        assert run("log", "--state", warehouse, "--sql", monitoring_queries.SPEED).code == 0
    with sqlite3.connect(tmp_path / "warehouse.sqlite") as other:
        other.execute("ATTACH ? AS config", (str(tmp_path / "warehouse.config.sqlite"),))
        assert set(columns_of(other, "config")) == set(TABLES) and columns_of(other) == {}


def test_printed_ddl_is_what_deploy_does(tmp_path):
    assert run("deploy-ddl", "--output", tmp_path).code == 0
    with sqlite3.connect(state_of(tmp_path)) as deployed, sqlite3.connect(":memory:") as printed:
        ddl = run("deploy-ddl", "--print", "--output", tmp_path / "none").out
        for _ in range(2):  # May be run again.
            printed.executescript(ddl)
        assert columns_of(printed) == columns_of(deployed)
        version = deployed.execute("PRAGMA user_version").fetchone()
        assert printed.execute("PRAGMA user_version").fetchone() == version != (0,)
        printed.execute("ATTACH ':memory:' AS config")
        printed.executescript(run("deploy-ddl", "--print", "-e", "warehouse").out)
        assert columns_of(printed, "config") == columns_of(deployed)
    assert not (tmp_path / "none").exists()


@pytest.fixture
def postgresql():
    """A server of its own in a folder of its own; it does not run as root. Gives a function that runs SQL."""
    if not all(map(shutil.which, ("postgres", "initdb", "pg_ctl", "psql"))):
        pytest.skip("no PostgreSQL server")
    folder = pathlib.Path(tempfile.mkdtemp())
    user = None
    if os.geteuid() == 0:
        user = "nobody"
        shutil.chown(folder, user)

    def call(*words, **more):
        subprocess.run(words, check=True, text=True, user=user, cwd=folder, stdout=subprocess.DEVNULL, timeout=60,
                       stderr=subprocess.DEVNULL, env={**os.environ, "PGHOST": str(folder)}, **more)

    call("initdb", "-D", "data", "-U", "lakeseed", "-A", "trust")
    call("pg_ctl", "-D", "data", "-w", "-o", f"-k {folder} -h ''", "-l", "log", "start")
    yield lambda sql: call("psql", "-U", "lakeseed", "-d", "postgres", "-v", "ON_ERROR_STOP=1", input=sql)
    call("pg_ctl", "-D", "data", "-m", "immediate", "stop")
    shutil.rmtree(folder)


def test_postgresql_takes_its_ddl(postgresql):
    for words, prefix in (((), ""), (("-e", "warehouse"), "config.")):
        ddl = run("deploy-ddl", "--print", "--dialect", "postgresql", *words).out
        postgresql(ddl + ddl)  # May be run again.
        postgresql("".join(query.replace("FROM log_", f"FROM {prefix}log_")
                           for query in (monitoring_queries.STATE, monitoring_queries.SPEED, monitoring_queries.MEMORY)))
        values = "('a', 'a', 'Analytical', 'OLTP', 'x')"
        columns = "(dataset_id, dataset_name, dataset_type, schema_pattern, domain)"
        postgresql(f"INSERT INTO {prefix}config_synthetic_data_datasets {columns} VALUES {values};"
                   f"SELECT 1 / count(*) FROM {prefix}config_synthetic_data_datasets WHERE dataset_type = 'analytical'")
    with pytest.raises(subprocess.CalledProcessError):
        postgresql("SELECT 1 / count(*) FROM config_synthetic_data_datasets WHERE dataset_type = 'custom'")


def test_queries_of_the_documents_run_as_printed(output):
    assert sql(output, monitoring_queries.STATE) == [
        {"dataset_id": "retail_oltp_small_incremental", "generation_date": "2024-01-03", "tables_generated": None,
         "total_rows": None, "file_paths": None, "status": "failed"},
        *({"dataset_id": "retail_oltp_small_incremental", "generation_date": date, "tables_generated": '["orders"]',
           "total_rows": 1000, "file_paths": f'["{date}/orders.parquet"]', "status": "completed"}
          for date in ("2024-01-02", "2024-01-01"))]
    assert sql(output, monitoring_queries.SPEED) == [
        {"dataset_id": "retail_oltp_small_incremental", "generation_mode": "native", "avg_rows_per_sec": 200.0,
         "avg_duration": 2.0, "min_speed": 100.0, "max_speed": 300.0},
        {"dataset_id": SERIES, "generation_mode": "native", "avg_rows_per_sec": 500.0, "avg_duration": 2.0,
         "min_speed": 500.0, "max_speed": 500.0}]
    assert sql(output, monitoring_queries.MEMORY) == [
        {"dataset_id": SERIES, "target_rows": 1000, "max_memory": 0.25, "max_cores": 1.5, "avg_duration": 2.0},
        {"dataset_id": "retail_oltp_small_incremental", "target_rows": 10000, "max_memory": 0.75, "max_cores": 2.0,
         "avg_duration": 2.0}]
    text = run("log", "--output", output, "--sql", monitoring_queries.MEMORY)
    assert text.code == 0 and text.err == ""
    assert text.out.splitlines()[0].split() == ["dataset_id", "target_rows", "max_memory", "max_cores", "avg_duration"]
    assert text.out.splitlines()[2].split() == [SERIES, "1000", "0.25", "1.5", "2"]


def test_status_says_every_day(output):
    done = run("status", SERIES, "--output", output)
    assert done.code == 0 and done.err == ""
    lines = [line.split() for line in done.out.splitlines()]
    assert ["completed", "2024-01-01", "to", "2024-01-31", "(31", "days)"] in lines
    assert ["completed", "2024-02-05", "to", "2024-02-07", "(3", "days)"] in lines
    assert ["failed", "2024-02-01:", "the", "disk", "is", "full"] in lines
    assert ["missing", "2024-02-02", "to", "2024-02-04", "(3", "days)"] in lines
    assert f"running      2024-02-08 by process {os.getpid()} on {socket.gethostname()} since" in done.out
    assert "interrupted  2024-02-09 by process" in done.out
    assert ["orders", "incremental", "2024-02-07", "34", "34,000", "680", "kB"] in lines


def test_status_as_json(output):
    answer = json.loads(run("status", SERIES, "--state", state_of(output), "--json").out)
    assert answer["dataset_id"] == SERIES and answer["state"] == str(state_of(output))
    [target] = answer["targets"]
    assert target["num_completed"] == 34
    assert target["completed"] == [{"from": "2024-01-01", "to": "2024-01-31"},
                                   {"from": "2024-02-05", "to": "2024-02-07"}]
    assert target["missing"] == [{"from": "2024-02-02", "to": "2024-02-04"}]
    assert [day["date"] for day in target["running"]] == ["2024-02-08"]
    assert [day["date"] for day in target["interrupted"]] == ["2024-02-09"]
    assert target["failed"] == [{"date": "2024-02-01", "message": "the disk is full"}]
    assert target["tables"]["orders"] == {"kind": "incremental", "last_generated": "2024-02-07",
                                          "generation_count": 34, "current_size": 34000, "bytes": 680000}


def test_status_keeps_targets_apart(tmp_path):
    journal = Journal(tmp_path)
    for layout in ("parquet", "csv"):
        journal.job(SERIES, layout, layout)
        journal.day("2024-01-01")
    targets = json.loads(run("status", SERIES, "--output", tmp_path, "--json").out)["targets"]
    assert sorted(one["layout"] for one in targets) == ["csv", "parquet"]
    assert all(one["tables"]["orders"]["generation_count"] == 1 for one in targets)
    assert "layout       csv\n" in run("status", SERIES, "--output", tmp_path).out
    assert run("status", DATASET, "--output", tmp_path).out == f"no day of {DATASET} was generated yet\n"


def test_log_shows_the_latest_days(output):
    text = run("log", "--output", output, "--dataset-id", SERIES, "--limit", 3)
    assert text.code == 0 and len(text.out.splitlines()) == 5
    assert text.out.splitlines()[0].split()[:4] == ["when", "(UTC)", "dataset", "day"]
    days = json.loads(run("log", "--output", output, "-d", SERIES, "--limit", 100, "--json").out)["days"]
    assert len(days) == 37 and {day["dataset_id"] for day in days} == {SERIES}
    done = next(day for day in days if day["generation_date"] == "2024-01-31")
    assert done["tables_generated"] == ["orders"] and done["total_rows"] == 1000 and done["status"] == "completed"
    assert len(json.loads(run("log", "--output", output, "--json").out)["days"]) == 20


def test_log_of_files_and_dates(output):
    text = run("log", "--files", "--output", output)
    assert text.out.splitlines()[2].split() == [SERIES, "2024-01-05", "orders", "1,000", "order_date", "2024-01-05",
                                                "2024-01-05", "2024/01/05/orders.parquet"]
    [file] = json.loads(run("log", "--files", "--output", output, "--json").out)["files"]
    assert file["correlation"] == "File 2024/01/05/orders.parquet contains 1000 records with order_date = 2024-01-05"
    assert file["date_columns"][0]["completeness_percentage"] == 100.0


@pytest.mark.parametrize("words,reason,hint", [
    (("log", "--sql", "DELETE FROM synthetic_data_state"), "the SQL does more than read", "one SELECT"),
    (("log", "--sql", "SELECT 1; SELECT 2"), "more than one statement", "one SELECT"),
    (("log", "--sql", "SELECT nothing FROM nowhere"), "cannot run the SQL", "one SELECT"),
    (("log", "--sql", "SELECT 1", "--files"), "--sql does not go with --files", "in the query"),
    (("log", "--limit", "0"), "--limit must be", ""),
    (("log", "-d", "shop_smal_incremental"), "unknown dataset of the state", f"did you mean `{SERIES}`?"),
    (("status", "shop_smal_incremental"), "unknown dataset of the state", f"did you mean `{SERIES}`?"),
    (("status",), "argument is missing: DATASET_ID", "status --help"),
])
def test_wrong_requests(output, words, reason, hint):
    before = files_below(output)
    done = run(*words, "--output", output)
    assert done.code == 2 and done.out == "" and reason in done.err and hint in done.err, done.err
    assert files_below(output) == before and list(before) == [".lakeseed/state.sqlite"]


@pytest.mark.parametrize("words,reason,hint", [
    (("deploy-ddl", "-e", "warehouse", "--connection", "postgresql://h/d"), "PostgreSQL", "--print --dialect"),
    (("deploy-ddl", "-e", "warehouse", "--connection", "mysql://h/d"), "bad connection: mysql://h/d", "sqlite:///"),
    (("deploy-ddl", "--connection", "sqlite:///x"), "of warehouses alone", "--target-environment"),
    (("deploy-ddl", "--dialect", "postgresql"), "of printed SQL alone", "--print"),
    (("deploy-ddl", "-e", "cloud"), "unknown target-environment: cloud", "lakehouse, warehouse"),
    (("log",), "no state is there", "deploy-ddl"),
    (("status", DATASET), "no state is there", "deploy-ddl"),
])
def test_wrong_requests_leave_nothing(tmp_path, words, reason, hint):
    done = run(*words, "--output", tmp_path / "none", cwd=tmp_path)
    assert done.code == 2 and done.out == "" and reason in done.err and hint in done.err, done.err
    assert list(tmp_path.iterdir()) == []


def test_files_that_are_no_state(tmp_path):
    (tmp_path / "text").write_text("x" * 5000)
    sqlite3.connect(tmp_path / "other").executescript("CREATE TABLE a (b)")
    for name, reason in (("text", "no SQLite database"), ("other", "no state of lakeseed")):
        done = run("log", "--state", tmp_path / name)
        assert done.code == 2 and reason in done.err, done.err


def test_log_of_a_series_is_that_of_its_files(tmp_path):
    dataset = "retail_oltp_small_incremental"
    made = run("generate-series", dataset, "--start-date", "2024-01-01", "--end-date", "2024-01-05", "--batch-size", 2,
               "--scale-factor", 0.1, "--output", tmp_path, "--quiet")
    assert made.code == 0, made.err
    days = json.loads(run("log", "--output", tmp_path, "--json").out)["days"]
    assert sorted(day["generation_date"] for day in days) == dates("2024-01-01", 5)
    files = json.loads(run("log", "--output", tmp_path, "--files", "--limit", 1000, "--json").out)["files"]
    assert {str(tmp_path / one["file_path"]) for one in files} == set(map(str, tmp_path.rglob("*.parquet")))
    for one in files:
        table = pq.read_table(tmp_path / one["file_path"])
        assert one["rows_generated"] == table.num_rows and f"contains {table.num_rows} records" in one["correlation"]
        assert [column["column_name"] for column in one["date_columns"]] == [
            field.name for field in table.schema if pa.types.is_date(field.type) or pa.types.is_timestamp(field.type)]
        for column in one["date_columns"]:
            values = table[column["column_name"]]
            low, high = (value.as_py() for value in pc.min_max(values).values())
            for stated, true in ((column["min_date"], low), (column["max_date"], high)):
                assert stated is None if true is None else datetime.datetime.fromisoformat(
                    stated.rstrip("Z")) == datetime.datetime.fromisoformat(str(true).removesuffix("+00:00"))
            assert column["null_count"] == values.null_count
    for day in days:
        assert day["total_rows"] == sum(one["rows_generated"] for one in files
                                        if one["generation_date"] == day["generation_date"])
        assert day["status"] == "completed" and day["rows_per_second"] > 0 and day["duration_seconds"] > 0
        assert 0 < day["peak_memory_gb"] < 4 and 0 < day["cpu_cores_used"] <= os.cpu_count() + 0.5
    [state] = sql(tmp_path, "SELECT state_json FROM synthetic_data_state")
    tables = json.loads(state["state_json"])["tables"]
    orders = [one["rows_generated"] for one in files if one["table_name"] == "orders"]
    assert tables["orders"] == {"last_generated": "2024-01-05", "generation_count": 5, "current_size": sum(orders)}
    assert tables["stores"]["generation_count"] == 1
    assert len(sql(tmp_path, monitoring_queries.STATE)) == 5
    [speed] = sql(tmp_path, monitoring_queries.SPEED)
    assert speed["avg_duration"] > 0 and speed["min_speed"] <= speed["avg_rows_per_sec"] <= speed["max_speed"]


def test_full_disk_at_every_call(tmp_path):
    for call in range(1, 100):
        folder = tmp_path / str(call)
        done = run("deploy-ddl", "--output", folder, env={"LAKESEED_FAULT": f"full:{call}"})
        if done.code == 0:
            break
        assert done.code == 1 and done.err.startswith("error: ") and done.out == ""
        assert run("deploy-ddl", "--output", folder).code == 0
        assert sql(folder, "SELECT count(*) AS n FROM config_synthetic_data_datasets")[0]["n"] > 0
    assert call == 4  # Folder, tables and datasets are one call each.
