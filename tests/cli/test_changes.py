"""The change feed, judged by DuckDB against what `generate-series` makes: tables copied on a day, and all events up to it as of
that day."""

import datetime
import json
import pathlib

import duckdb
import pytest
from program import files_below, run

CHANGING = pathlib.Path(__file__).with_name("changing.yaml")
RETAIL = ("retail_oltp_small", "-r", 1500, "--set", "window.from=2023-11-01",
          "--set", "tables.customers.population.growth=0.004 per day", "--set", "tables.customers.population.churn=0.003 per day",
          "--set", "tables.customers.population.changes={rate: 2 per year, tracks: [home, customer_segment]}",
          "--set", "tables.products.population.growth=0.004 per day", "--set", "tables.products.population.churn=0.004 per day")
CASES = {
    "changing": (("--custom-schema", CHANGING), "2023-11-15", ("regions", "people", "cars", "accounts"), ("orders", "lines")),
    "retail": (RETAIL, "2023-11-01", ("customers", "products", "stores", "inventory"), ("orders", "order_items")),
    "star": (("ecommerce_star_incremental", "--scale-factor", 0.0005), None, ("dim_customer", "dim_product"), ()),
}
# Mondays that begin a quarter, so that every kind of copy is due on them.
BEFORE, FIRST, LAST = "2024-01-01", "2024-01-02", "2024-04-01"


def changes(dataset, first, last, *words, env=None):
    done = run("changes", *dataset, "--from", first, "--to", last, *words, env=env)
    assert done.code == 0, done.err
    return done


class Case:
    def __init__(self, name, folder):
        self.name = name
        self.dataset, self.epoch, self.copied, self.events = CASES[name]
        self.folder = folder
        done = changes(self.dataset, FIRST, LAST, "--format", "parquet", "--output", folder / "feed", "--json")
        self.report = {t["table"]: t for t in json.loads(done.out)["tables"]}
        self.db = duckdb.connect()
        for day, letter in ((BEFORE, "a"), (LAST, "b")):
            self.make(folder / f"copies_{letter}", day, day)
            for table in self.copied:
                self.db.execute(f"CREATE TABLE {table}_{letter} AS FROM '{folder}/copies_{letter}/**/{table}.parquet'")
            if self.events:
                self.make(folder / f"events_{letter}", self.epoch, day, "--as-of", day, "--tables", ",".join(self.events))
            for table in self.events:
                self.db.execute(f"CREATE TABLE {table}_{letter} AS FROM '{folder}/events_{letter}/**/{table}.parquet'")
        for table in (*self.copied, *self.events):
            self.db.execute(f"CREATE VIEW {table}_feed AS FROM '{folder / 'feed' / self.report[table]['path']}'")

    def make(self, output, first, last, *words):
        done = run("generate-series", *self.dataset, "--start-date", first, "--end-date", last, "--batch-size", 1000,
                   "--no-state-management", "--output", output, *words)
        assert done.code == 0, done.err

    def key(self, table):
        return self.db.execute(f"DESCRIBE {table}_a").fetchall()[0][0]

    def image(self, table):
        """A row without its marks as one value."""
        names = [row[0] for row in self.db.execute(f"DESCRIBE {table}_a").fetchall()]
        return "{" + ", ".join(f"'{name}': {name}" for name in names) + "}"

    def one(self, query):
        return self.db.execute(query).fetchone()[0]


@pytest.fixture(scope="module", params=CASES)
def case(request, tmp_path_factory):
    return Case(request.param, tmp_path_factory.mktemp(request.param))


MARKS = "_change_type, _commit_version, _commit_timestamp"


def test_applying_the_feed_gives_the_later_table(case):
    for table in (*case.copied, *case.events):
        key = case.key(table)
        case.db.execute(f"""CREATE OR REPLACE TABLE applied AS
            SELECT * EXCLUDE ({MARKS}) FROM {table}_feed
            WHERE _change_type != 'update_preimage'
            QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY _commit_version DESC) = 1 AND _change_type != 'delete'
            UNION ALL
            FROM {table}_a WHERE {key} NOT IN (SELECT {key} FROM {table}_feed)""")
        assert case.one("SELECT count(*) FROM applied") > 0
        assert case.one(f"SELECT count(*) FROM (FROM applied EXCEPT ALL FROM {table}_b)") == 0, table
        assert case.one(f"SELECT count(*) FROM (FROM {table}_b EXCEPT ALL FROM applied)") == 0, table


def test_every_image_before_is_what_was_there(case):
    for table in (*case.copied, *case.events):
        key, image = case.key(table), case.image(table)
        case.db.execute(f"""CREATE OR REPLACE TABLE states AS
            SELECT -1::BIGINT AS at, {key} AS k, {image} AS image FROM {table}_a
            UNION ALL
            SELECT _commit_version, {key}, {image} FROM {table}_feed WHERE _change_type IN ('insert', 'update_postimage')""")
        judged = case.db.execute(f"""
            SELECT count(*), count(*) FILTER (found IS NULL OR found IS DISTINCT FROM image) FROM (
                SELECT {image} AS image,
                       (SELECT arg_max(s.image, s.at) FROM states s WHERE s.k = f.{key} AND s.at < f._commit_version) AS found
                FROM {table}_feed f WHERE _change_type IN ('delete', 'update_preimage'))""").fetchone()
        assert judged == (case.report[table]["updates"] + case.report[table]["deletes"], 0), table


def test_every_update_changes_a_column_and_each_row_once_a_day(case):
    total = 0
    for table in (*case.copied, *case.events):
        key, image = case.key(table), case.image(table)
        pairs, same = case.db.execute(f"""
            SELECT count(*), count(*) FILTER (a.image IS NOT DISTINCT FROM b.image)
            FROM (SELECT {key} AS k, _commit_version AS v, {image} AS image FROM {table}_feed
                  WHERE _change_type = 'update_preimage') a
            JOIN (SELECT {key} AS k, _commit_version AS v, {image} AS image FROM {table}_feed
                  WHERE _change_type = 'update_postimage') b USING (k, v)""").fetchone()
        assert (pairs, same) == (case.report[table]["updates"], 0), table
        assert case.one(f"""SELECT count(*) FROM (SELECT 1 FROM {table}_feed WHERE _change_type != 'update_preimage'
            GROUP BY {key}, _commit_version HAVING count(*) > 1)""") == 0, table
        total += pairs
    assert total > 0


@pytest.mark.parametrize("name, expected", [
    ("changing", {"regions": "u", "people": "iud", "cars": "iud", "accounts": "iud", "orders": "iu", "lines": "iu"}),
    ("retail", {"customers": "iud", "products": "iud", "inventory": "iud", "orders": "iu", "order_items": "i"})])
def test_rows_come_change_and_go_where_they_should(case, name, expected):
    if case.name != name:
        pytest.skip("of another dataset")
    happened = {table: "".join(op[0] for op in ("inserts", "updates", "deletes") if case.report[table][op]) for table in expected}
    assert happened == expected


def test_commits_are_at_midnight_and_rows_in_order(case):
    for table in (*case.copied, *case.events):
        rows = case.db.execute(f"""SELECT {case.key(table)}, _commit_version, (_commit_timestamp AT TIME ZONE 'UTC')::VARCHAR
            FROM {table}_feed""").fetchall()
        assert [row[:2] for row in rows] == sorted((row[:2] for row in rows), key=lambda row: (row[1], row[0])), table
        days = {version: instant for _, version, instant in rows}
        epoch = {datetime.datetime.fromisoformat(i) - datetime.timedelta(days=v) for v, i in days.items()}
        assert len(epoch) <= 1 and all(instant.time() == datetime.time(0) for instant in epoch), table
        assert all(FIRST <= day <= LAST + " 00:00:00" for day in days.values()), table


def lines_of(text):
    return [json.loads(line) for line in text.splitlines()]


def test_lines_say_what_the_files_say(case):
    first, last = "2024-02-26", "2024-03-04"
    lines = lines_of(changes(case.dataset, first, last).out)
    assert lines == sorted(lines, key=lambda line: line["day"]) and len(lines) > 50
    for table in (*case.copied, *case.events):
        key = case.key(table)
        got = [(line["op"], line["key"][key], line["day"], line["commit_time"]) for line in lines if line["table"] == table]
        expected = case.db.execute(f"""
            SELECT replace(_change_type::VARCHAR, 'update_postimage', 'update'), {key},
                   strftime(_commit_timestamp AT TIME ZONE 'UTC', '%Y-%m-%d') AS day, day || 'T00:00:00Z'
            FROM {table}_feed WHERE _change_type != 'update_preimage' AND day BETWEEN '{first}' AND '{last}'
            ORDER BY _commit_version, {key}""").fetchall()
        assert got == expected, table
    for line in lines:
        assert list(line) == ["op", "table", "key", "day", "commit_time", "before", "after"]
        assert (line["before"] is None) == (line["op"] == "insert") and (line["after"] is None) == (line["op"] == "delete")
        for image in (line["before"], line["after"]):
            assert image is None or {k: image[k] for k in line["key"]} == line["key"]
        assert line["before"] != line["after"]


def test_debezium_envelopes_hold_the_same(case):
    first, last = "2024-02-26", "2024-02-28"
    plain = lines_of(changes(case.dataset, first, last, "--initial").out)
    envelopes = lines_of(changes(case.dataset, first, last, "--initial", "--format", "debezium").out)
    assert len(plain) == len(envelopes)
    letters = {"insert": "c", "update": "u", "delete": "d"}
    for line, envelope in zip(plain, envelopes):
        is_read = line["day"] == "2024-02-25"
        assert (envelope["before"], envelope["after"]) == (line["before"], line["after"])
        assert envelope["op"] == ("r" if is_read else letters[line["op"]])
        instant = int(datetime.datetime.fromisoformat(line["commit_time"].replace("Z", "+00:00")).timestamp() * 1000)
        source = envelope["source"]
        assert (source["table"], source["snapshot"]) == (line["table"], "true" if is_read else "false")
        assert envelope["ts_ms"] == source["ts_ms"] == instant and source["db"] == source["name"]
    assert {"r", "c"} <= {envelope["op"] for envelope in envelopes}


def test_initial_rows_are_the_table_of_the_day_before(case, tmp_path):
    changes(case.dataset, FIRST, FIRST, "--initial", "--format", "parquet", "--output", tmp_path)
    for table in (*case.copied, *case.events):
        file = next(tmp_path.rglob(f"{table}/*.parquet"))
        case.db.execute(f"CREATE OR REPLACE TABLE initial AS SELECT * EXCLUDE ({MARKS}) FROM '{file}' "
                    f"WHERE _commit_timestamp = '{BEFORE} 00:00:00+00'")
        for one, other in (("initial", f"{table}_a"), (f"{table}_a", "initial")):
            assert case.one(f"SELECT count(*) FROM (FROM {one} EXCEPT ALL FROM {other})") == 0, table


def test_two_spans_are_the_span_of_both(case):
    whole = changes(case.dataset, "2024-02-20", "2024-03-05").out
    parts = changes(case.dataset, "2024-02-20", "2024-02-27").out + changes(case.dataset, "2024-02-28", "2024-03-05").out
    assert parts == whole != ""


@pytest.mark.parametrize("words, env", [(("--chunk-size", 1), {}), (("--chunk-size", 333), {}), (("--chunk-size", 9_999_999), {}),
                                        ((), {"TZ": "Asia/Tokyo", "LC_ALL": "de_DE.UTF-8"})], ids=str)
def test_no_byte_depends_on_how_it_runs(tmp_path, words, env):
    dataset = CASES["changing"][0]
    for form in ("parquet", "csv", "arrow"):
        changes(dataset, "2024-02-20", "2024-02-25", "--format", form, "--output", tmp_path / "a")
        changes(dataset, "2024-02-20", "2024-02-25", "--format", form, "--output", tmp_path / "b", *words, env=env)
        # The facts beside the files are of the form that came last.
    assert files_below(tmp_path / "a") == files_below(tmp_path / "b")
    assert len(files_below(tmp_path / "a")) == 3 * 6 + 1
    assert (changes(dataset, "2024-02-20", "2024-02-25", *words, env=env).out
            == changes(dataset, "2024-02-20", "2024-02-25").out)


def test_files_that_are_there_are_not_replaced_unasked(tmp_path):
    words = ("changes", *CASES["changing"][0], "--from", "2024-02-20", "--to", "2024-02-25", "--format", "parquet",
             "--output", tmp_path)
    assert run(*words).code == 0
    before = files_below(tmp_path)
    again = run(*words)
    assert again.code == 2 and "exists already" in again.err and "--if-exists overwrite" in again.err
    assert run(*words, "--if-exists", "overwrite").code == 0
    assert files_below(tmp_path) == before


def test_feeds_beside_tables_are_no_foreign_files(tmp_path):
    made = run("generate", *CASES["changing"][0], "-o", "parquet", "--output", tmp_path, "--as-of", "2024-05-31")
    assert made.code == 0, made.err
    changes(CASES["changing"][0], "2024-02-20", "2024-02-25", "--format", "parquet", "--output", tmp_path)
    checked = run("validate", tmp_path, "--custom-schema", CHANGING)
    assert checked.code == 0, checked.out


@pytest.mark.parametrize("words, reason", [
    (("--from", "2024-01-05"), "--to is missing"),
    (("--to", "2024-01-05"), "--from is missing"),
    (("--from", "2024-01-05", "--to", "2024-01-04"), "--to is before --from"),
    (("--from", "2023-11-15", "--to", "2024-01-04"), "changes begin on the day after the epoch of changing"),
    (("--from", "1900-01-01", "--to", "1900-01-02"), "changes begin on the day after the epoch of changing"),
    (("--from", "2024-01-04", "--to", "2024-01-05", "--tables", "poeple"), "unknown table of changing: poeple"),
    (("--from", "2024-01-04", "--to", "2024-01-05", "--format", "xml"), "xml"),
    (("--from", "2024-01-04", "--to", "2024-01-05", "--output", "x"), "--format jsonl goes to stdout"),
    (("--from", "2024-01-04", "--to", "2024-01-05", "--json"), "--format jsonl goes to stdout"),
    (("--from", "2024-01-04", "--to", "2024-01-05", "--chunk-size", "0"), "chunk-size"),
], ids=lambda value: " ".join(value) if isinstance(value, tuple) else "")
def test_wrong_requests(tmp_path, words, reason):
    done = run("changes", "--custom-schema", CHANGING, *words, cwd=tmp_path)
    assert done.code == 2 and reason in done.err and done.out == ""
    assert list(tmp_path.iterdir()) == []
