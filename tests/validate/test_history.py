"""A table with `history_of`, judged by DuckDB against snapshots, the change feed and the facts; and every fault of it is found by
`validate --no-recompute`."""

import datetime
import json
import pathlib
import shutil

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lakeseed_program import Program, data_of, tables_of
from manifest_edit import restate

SPEC = pathlib.Path(__file__).with_name("versions.yaml")
OPEN = "9999-12-31"
# Mondays, on which the history is copied.
DAYS = ("2024-01-08", "2024-02-05", "2024-03-25")


def run(*words):
    return Program().run(*words, "--custom-schema", SPEC)


def generate(output, *words):
    done = run("generate", "--output", output, "--output-mode", "parquet", "--quiet", *words)
    assert done.returncode == 0, done.stderr
    return output


def series(output, first, last, *words):
    done = run("generate-series", "-s", first, "-e", last, "--output", output, "--quiet", "--no-state-management", *words)
    assert done.returncode == 0, done.stderr
    return output


@pytest.fixture(scope="module")
def whole(program, tmp_path_factory):
    return generate(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def by_day(program, tmp_path_factory):
    return series(tmp_path_factory.mktemp("by_day"), "2024-01-02", "2024-03-25")


@pytest.fixture(scope="module")
def db(whole, by_day, tmp_path_factory):
    made = duckdb.connect()
    for table in ("regions", "customers", "dim_customer", "orders"):
        made.execute(f"CREATE TABLE {table} AS FROM '{whole}/**/{table}.parquet'")
    for table in ("customers", "dim_customer"):
        for day in DAYS:
            name = day.replace("-", "")
            entry, = (f for f in files_of(by_day) if f["table"] == table and f["day"] == day)
            made.execute(f"CREATE TABLE {table}_{name} AS FROM '{by_day / entry['path']}'")
    feed = tmp_path_factory.mktemp("feed")
    done = run("changes", "--from", "2024-01-02", "--to", "2024-03-25", "--tables", "customers", "--format", "parquet",
               "--output", feed, "--json")
    assert done.returncode == 0, done.stderr
    path = json.loads(done.stdout)["tables"][0]["path"]
    made.execute(f"CREATE TABLE feed AS FROM '{feed / path}'")
    return made


def files_of(root):
    manifest = json.loads((root / "_lakeseed" / "manifest.json").read_text())
    for segment in manifest["segments"]:
        yield from json.loads((root / segment["path"]).read_text())["files"]


def one(db, query):
    return db.execute(query).fetchone()[0]


def test_keys_are_dense_and_in_order_of_appearance(db):
    assert db.execute("SELECT count(*), min(customer_key), max(customer_key) FROM dim_customer").fetchone() == (
        one(db, "SELECT count(*) FROM dim_customer"), 1, one(db, "SELECT count(*) FROM dim_customer"))
    # Founders, who were there before the first day, come first; then the days follow each other.
    assert one(db, """SELECT count(*) FROM (
        SELECT greatest(effective_date, DATE '2022-12-31') AS day, lag(greatest(effective_date, DATE '2022-12-31'))
          OVER (ORDER BY customer_key) AS before FROM dim_customer) WHERE day < before""") == 0
    # On a day the births come before the changes.
    assert one(db, """SELECT count(*) FROM dim_customer a JOIN dim_customer b ON a.effective_date = b.effective_date
        AND a.customer_key < b.customer_key WHERE a.version > 1 AND b.version = 1 AND a.effective_date >= DATE '2023-01-01'""") == 0
    # Everybody who was ever born is there once as version 1.
    assert one(db, "SELECT count(*) FROM dim_customer WHERE version = 1") == one(db, "SELECT count(*) FROM customers")
    assert one(db, "SELECT max(version) FROM dim_customer") >= 5


def test_versions_abut_and_differ(db):
    pairs = """SELECT a.*, b.effective_date AS next_from, b.segment AS next_segment, b.region_id AS next_region
        FROM dim_customer a JOIN dim_customer b ON a.customer_id = b.customer_id AND a.version + 1 = b.version"""
    assert one(db, f"SELECT count(*) FROM ({pairs})") > 600
    assert one(db, f"SELECT count(*) FROM ({pairs}) WHERE expiry_date != next_from OR is_current") == 0
    assert one(db, f"SELECT count(*) FROM ({pairs}) WHERE segment = next_segment AND region_id = next_region") == 0
    assert one(db, "SELECT count(*) FROM dim_customer WHERE effective_date >= expiry_date") == 0
    assert one(db, f"SELECT count(*) FROM dim_customer WHERE is_current != (expiry_date = DATE '{OPEN}')") == 0
    assert one(db, "SELECT count(*) FROM dim_customer d JOIN customers c USING (customer_id) WHERE d.name != c.name") == 0
    assert one(db, "SELECT count(*) FROM dim_customer WHERE label != name || ' ' || segment") == 0


def test_current_rows_are_the_living(db):
    assert db.execute("""(SELECT customer_id, name, segment, region_id, joined FROM dim_customer WHERE is_current)
        EXCEPT ALL (SELECT customer_id, name, segment, region_id, joined FROM customers WHERE is_active)""").fetchall() == []
    assert one(db, "SELECT count(*) FROM dim_customer WHERE is_current") == one(
        db, "SELECT count(*) FROM customers WHERE is_active")


@pytest.mark.parametrize("day", DAYS)
def test_rows_valid_on_a_day_are_its_snapshot(db, day):
    """Judged in the history of the window's end and in that of the day."""
    name = day.replace("-", "")
    snapshot = f"SELECT customer_id, name, segment, region_id, joined FROM customers_{name}"
    for history, condition in (("dim_customer", f"effective_date <= DATE '{day}' AND expiry_date > DATE '{day}'"),
                               (f"dim_customer_{name}", "is_current")):
        valid = f"SELECT customer_id, name, segment, region_id, joined FROM {history} WHERE {condition}"
        assert db.execute(f"({valid}) EXCEPT ALL ({snapshot})").fetchall() == []
        assert db.execute(f"({snapshot}) EXCEPT ALL ({valid})").fetchall() == []


@pytest.mark.parametrize("day", DAYS)
def test_a_copy_is_a_prefix_of_the_whole(db, day):
    name = day.replace("-", "")
    rows = one(db, f"SELECT count(*) FROM dim_customer_{name}")
    assert rows < one(db, "SELECT count(*) FROM dim_customer")
    prefix = f"SELECT * EXCLUDE (expiry_date, is_current) FROM dim_customer WHERE customer_key <= {rows}"
    assert db.execute(f"({prefix}) EXCEPT ALL (SELECT * EXCLUDE (expiry_date, is_current) FROM dim_customer_{name})"
                      ).fetchall() == []
    # What was known then is still so; what was open may have ended since.
    assert one(db, f"""SELECT count(*) FROM dim_customer_{name} a JOIN dim_customer b USING (customer_key)
        WHERE a.expiry_date != b.expiry_date AND NOT (a.is_current AND b.expiry_date > DATE '{day}')""") == 0


def test_the_feed_tells_of_the_same_versions(db):
    days = "BETWEEN DATE '2024-01-02' AND DATE '2024-03-25'"
    for kind, condition in (("insert", "version = 1"), ("update_postimage", "version > 1")):
        told = f"SELECT customer_id, segment, region_id FROM feed WHERE _change_type = '{kind}'"
        made = f"SELECT customer_id, segment, region_id FROM dim_customer WHERE {condition} AND effective_date {days}"
        assert one(db, f"SELECT count(*) FROM ({told})") > 20
        assert db.execute(f"({told}) EXCEPT ALL ({made})").fetchall() == []
        assert db.execute(f"({made}) EXCEPT ALL ({told})").fetchall() == []
    assert one(db, "SELECT count(*) FROM feed WHERE _change_type = 'delete'") == one(
        db, f"""SELECT count(*) FROM (SELECT customer_id, max(expiry_date) AS ended FROM dim_customer GROUP BY customer_id)
            WHERE ended {days}""")


def test_orders_refer_to_the_version_of_their_day(db):
    local = "CAST(timezone('America/New_York', ordered_at) AS DATE)"
    joined = "FROM orders o JOIN dim_customer d USING (customer_key)"
    assert one(db, "SELECT count(*) FROM orders WHERE (customer_id IS NULL) != (customer_key IS NULL)") == 0
    assert one(db, f"SELECT count(*) {joined}") == one(db, "SELECT count(customer_id) FROM orders") > 3000
    assert one(db, f"""SELECT count(*) {joined} WHERE o.customer_id != d.customer_id OR o.segment != d.segment
        OR {local} < effective_date OR {local} >= expiry_date""") == 0
    assert one(db, f"SELECT count(*) {joined} WHERE version > 1") > 1000
    assert one(db, f"SELECT count(*) {joined} WHERE NOT is_current") > 100


def test_days_and_threads_change_no_byte(by_day, tmp_path):
    alone = data_of(series(tmp_path / "day", DAYS[1], DAYS[1], "--parallel-workers", 1))
    full = data_of(by_day)
    assert any("dim_customer" in path for path in alone)
    assert all(full[path] == data for path, data in alone.items() if "regions" not in path)
    one_by_one = data_of(generate(tmp_path / "one", "--parallel-workers", 1, "--file-rows-target", 100))
    three = data_of(generate(tmp_path / "three", "--parallel-workers", 3, "--file-rows-target", 100))
    assert one_by_one == three and sum("dim_customer" in path for path in three) > 5


def test_tables_alone_are_the_same(whole, tmp_path):
    alone = data_of(generate(tmp_path / "alone", "--tables", "dim_customer"))
    full = data_of(whole)
    assert alone and all(full[path] == data for path, data in alone.items())


def test_ddl_and_docs_know_the_references(program):
    ddl = run("describe", "--format", "ddl").stdout
    assert 'REFERENCES "dim_customer"' in ddl and 'REFERENCES "customers"' in ddl
    described = {t["table_name"]: t for t in json.loads(run("describe", "--json").stdout)["tables"]}
    assert described["dim_customer"]["kind"] == "history of customers"


# --- faults -----------------------------------------------------------------------------------------------------------


class Data:
    """A copy of the dataset that a test may break; its facts stay true."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.manifest_path = self.root / "_lakeseed" / "manifest.json"
        self.manifest = json.loads(self.manifest_path.read_text())

    def change(self, table, column, choose, value):
        """Set one cell of the first row that `choose` takes."""
        whole = tables_of(self.manifest)[table]
        entry, = whole["files"]
        data = pq.read_table(self.root / entry["path"])
        rows = data.to_pylist()
        row = next(i for i, one_row in enumerate(rows) if choose(one_row))
        rows[row][column] = value(rows[row], rows) if callable(value) else value
        data = pa.Table.from_pylist(rows, schema=data.schema)
        pq.write_table(data, self.root / entry["path"], store_schema=False)
        size = (self.root / entry["path"]).stat().st_size
        entry["size_bytes"] = whole["size_bytes"] = size
        for one_column in entry["columns"]:
            restate(one_column, data[one_column["name"]])
        self.manifest_path.write_text(json.dumps(self.manifest, indent=1))

    def report(self, *words):
        done = run("validate", self.root, "--json", "--no-recompute", *words)
        assert done.returncode in (0, 4), done.stderr
        return json.loads(done.stdout)

    def broken(self):
        return {(c["table"], c["rule"]) for c in self.report()["checks"] if c["violations"] > 0}


@pytest.fixture
def data(whole, tmp_path):
    shutil.copytree(whole, tmp_path / "data")
    return Data(tmp_path / "data")


HISTORY_RULES = [("dim_customer", "history:intervals"), ("dim_customer", "history:living"),
                 ("dim_customer", "history:changes"), ("dim_customer", "key:customer_key"),
                 ("orders", "version:customer_key"), ("orders", "reference:customer_key"),
                 ("orders", "expression:segment")]


def test_a_sound_history_passes(data):
    report = data.report()
    assert [c for c in report["checks"] if c["violations"]] == []
    passed = {(c["table"], c["rule"]) for c in report["checks"] if c["passed"]}
    assert [rule for rule in HISTORY_RULES if rule not in passed] == []


def test_a_sound_series_passes_with_every_cell_made_again(by_day):
    done = run("validate", by_day, "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 0, [c for c in report["checks"] if c["violations"]]
    passed = {(c["table"], c["rule"]) for c in report["checks"] if c["passed"]}
    wanted = [*HISTORY_RULES, ("dim_customer", "copies:unchanged"), ("dim_customer", "days:missing")]
    assert [rule for rule in wanted if rule not in passed and rule != ("orders", "expression:segment")] == []


def closed(row):
    return not row["is_current"] and row["version"] > 1


def day_later(column):
    return lambda row, _: row[column] + datetime.timedelta(days=1)



@pytest.mark.parametrize("table, column, choose, value, rules", [
    ("dim_customer", "effective_date", closed, day_later("effective_date"), {"history:intervals"}),
    ("dim_customer", "expiry_date", lambda row: not row["is_current"] and row["version"] == 1,
     lambda row, _: row["effective_date"], {"history:intervals"}),
    ("dim_customer", "version", closed, 77, {"history:intervals"}),
    ("dim_customer", "is_current", closed, True, {"history:intervals"}),
    ("dim_customer", "expiry_date", closed, datetime.date(9999, 12, 31), {"history:intervals", "history:living"}),
    ("dim_customer", "expiry_date", lambda row: row["is_current"], datetime.date(2024, 3, 31),
     {"history:intervals", "history:living"}),
    ("dim_customer", "customer_key", closed, 1, {"key:customer_key", "unique:customer_key"}),
])
def test_a_fault_of_the_history_is_found(data, table, column, choose, value, rules):
    data.change(table, column, choose, value)
    found = {rule for where, rule in data.broken() if where == table}
    assert rules <= found and {rule for rule in found if rule.startswith("history")} <= rules


def test_an_order_of_another_version_is_found(data):
    entry, = tables_of(data.manifest)["dim_customer"]["files"]
    versions = pq.read_table(data.root / entry["path"]).to_pylist()
    last = {row["customer_id"]: row["customer_key"] for row in versions}
    first = {row["customer_id"]: row["customer_key"] for row in versions if row["version"] == 1}
    by_key = {row["customer_key"]: row for row in versions}
    data.change("orders", "customer_key",
                lambda row: row["customer_key"] and by_key[row["customer_key"]]["version"] > 1,
                lambda row, _: first[row["customer_id"]])
    assert ("orders", "version:customer_key") in data.broken()
    assert last != first


def test_an_order_of_another_customer_is_found(data):
    data.change("orders", "customer_key", lambda row: row["customer_key"], lambda row, _: 1 + row["customer_key"] % 300)
    assert ("orders", "version:customer_key") in data.broken()


def test_versions_that_change_nothing_are_found(data):
    whole = tables_of(data.manifest)["dim_customer"]
    entry, = whole["files"]
    table = pq.read_table(data.root / entry["path"])
    for column in ("segment", "region_id"):
        rows = table.to_pylist()
        at = table.column_names.index(column)
        constant = pa.array([rows[0][column]] * len(rows), type=table.schema.field(at).type)
        table = table.set_column(at, table.schema.field(at), constant)
    pq.write_table(table, data.root / entry["path"], store_schema=False)
    entry["size_bytes"] = whole["size_bytes"] = (data.root / entry["path"]).stat().st_size
    for column in entry["columns"]:
        restate(column, table[column["name"]])
    data.manifest_path.write_text(json.dumps(data.manifest, indent=1))
    assert ("dim_customer", "history:changes") in data.broken()
