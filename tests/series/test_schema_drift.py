"""Columns that come and go: files of a day have them or not, and their values are the same either way."""

import json
import pathlib

import duckdb
import pyarrow.parquet as pq
import pytest

from lakeseed_program import data_of
from spec_run import run_of
from test_days import at_day

SPEC = pathlib.Path(__file__).parent / "drifting_shop.yaml"
run = run_of(SPEC)
FIRST, LAST = "2024-02-20", "2024-03-20"
SPANS = {
    "stores": {"manager": ("2024-03-05", None)},
    "customers": {"loyalty": ("2024-03-01", None), "fax": (None, "2024-02-26")},
    "dim_customer": {"loyalty": ("2024-03-01", None), "fax": (None, "2024-02-26")},
    "orders": {"store_id": ("2024-03-08", None), "channel": ("2024-03-01", None), "coupon": (None, "2024-02-28"),
               "tip": ("2024-02-25", "2024-03-10")},
    "lines": {"gift": ("2024-03-01", "2024-03-10"), "channel": ("2024-03-03", None)},
    "visits": {"device": ("2024-03-01", None)},
}


@pytest.fixture(scope="module")
def by_day(program, tmp_path_factory):
    folder = tmp_path_factory.mktemp("drift")
    run(program, "generate-series", "-s", FIRST, "-e", LAST, "-b", "9", "-o", "parquet", "--output", folder, "--quiet")
    return folder


def files_of(folder, table):
    """Files of a table by their days."""
    found = {}
    for path in sorted(pathlib.Path(folder).glob(f"Files/**/{table}.parquet")):
        year, month, day = path.parts[-4:-1]
        found[f"{year}-{month}-{day}"] = path
    assert found
    return found


def belongs(span, day):
    return (span[0] is None or span[0] <= day) and (span[1] is None or day <= span[1])


def all_rows(folder, table):
    return duckdb.sql(f"from read_parquet('{folder}/Files/**/{table}.parquet', union_by_name = true)")


@pytest.mark.parametrize("table", SPANS)
def test_files_have_the_columns_of_their_day(by_day, table):
    for day, path in files_of(by_day, table).items():
        names = pq.read_schema(path).names
        for column, span in SPANS[table].items():
            assert (column in names) == belongs(span, day), (table, column, day)


def test_columns_keep_their_order(by_day):
    files = files_of(by_day, "orders")
    always = ["order_id", "customer_id", "ordered_at", "ordered_on", "loyalty", "amount", "total"]
    assert pq.read_schema(files["2024-02-20"]).names == [*always[:5], "coupon", "amount", "total"]
    assert pq.read_schema(files["2024-03-09"]).names == [
        "order_id", "customer_id", "store_id", "ordered_at", "ordered_on", "loyalty", "channel", "amount", "tip",
        "total"]
    assert pq.read_schema(files["2024-02-29"]).names == [*always[:6], "tip", "total"]


def test_columns_that_come_may_be_null(by_day):
    schema = pq.read_schema(files_of(by_day, "orders")["2024-03-09"])
    assert schema.field("channel").nullable and schema.field("tip").nullable
    assert not schema.field("amount").nullable
    assert pq.read_table(files_of(by_day, "orders")["2024-03-09"])["channel"].null_count == 0


def test_a_day_alone_is_that_day_of_the_series(program, tmp_path, by_day):
    expected = data_of(by_day)
    for date in ("2024-03-01", "2024-02-29", "2024-03-11"):
        run(program, "generate-incremental", "--date", date, "-o", "parquet", "--output", tmp_path / date, "--quiet")
        alone = at_day(data_of(tmp_path / date), date)
        assert any("orders" in path for path in alone)
        for path, data in alone.items():
            assert expected[path] == data, path


def test_a_whole_run_has_nulls_on_other_days(by_day, whole):
    """Rows of a day are those of the file of the day; what is not there then is null."""
    for table, key in (("orders", "order_id"), ("lines", "line_id")):
        days, at_once = all_rows(by_day, table), all_rows(whole, table)
        assert set(days.columns) == set(at_once.columns)
        columns = ", ".join(sorted(days.columns))
        assert duckdb.sql(f"select count(*) from (select {columns} from days except select {columns} from at_once)"
                          ).fetchall()[0] == (0,)
        assert days.count("*").fetchall() == at_once.count("*").fetchall()
    orders = all_rows(whole, "orders")
    assert duckdb.sql("""select bool_and((channel is not null) = (ordered_on >= '2024-03-01')),
                                bool_and((coupon is not null) = (ordered_on <= '2024-02-28')),
                                bool_and((tip is not null) = (ordered_on between '2024-02-25' and '2024-03-10')),
                                bool_and((store_id is not null) = (ordered_on >= '2024-03-08')) from orders
                      """).fetchall()[0] == (True,) * 4


def test_what_reads_a_column_sees_null_on_other_days(by_day):
    orders, customers = all_rows(by_day, "orders"), all_rows(by_day, "customers")
    assert duckdb.sql("""select bool_and(total = amount + coalesce(tip, 0)),
                                bool_and((loyalty is not null) = (ordered_on >= '2024-03-01')) from orders
                      """).fetchall()[0] == (True, True)
    assert duckdb.sql("select bool_and(greeting = 'dear ' || coalesce(loyalty, 'guest')) from customers"
                      ).fetchall()[0] == (True,)


def test_late_rows_have_the_columns_of_their_arrival(by_day, whole):
    for rows in (all_rows(by_day, "visits"), all_rows(whole, "visits")):
        assert duckdb.sql("select bool_and((device is not null) = (arrived_on >= '2024-03-01')) from rows"
                          ).fetchall()[0] == (True,)
    visits = all_rows(by_day, "visits")
    assert duckdb.sql("select count(*) from visits where visited_on < '2024-03-01' and device is not null"
                      ).fetchall()[0][0] > 0


@pytest.mark.parametrize("as_of,there", [("2024-02-25", ["fax"]), ("2024-02-28", []), ("2024-03-10", ["loyalty"])])
def test_whole_tables_have_the_columns_of_their_as_of_day(program, tmp_path, as_of, there):
    run(program, "generate", "-o", "parquet", "--output", tmp_path, "--as-of", as_of, "--quiet")
    for table in ("customers", "dim_customer"):
        names = all_rows(tmp_path, table).columns
        assert [name for name in ("loyalty", "fax") if name in names] == there, table


def test_values_do_not_depend_on_spans(program, tmp_path, by_day):
    """The same file with no spans: what the days have of a column is what it would always be."""
    text = SPEC.read_text()
    for table in SPANS.values():
        for since, until in table.values():
            for key, day in (("since", since), ("until", until)):
                text = text.replace(f", {key}: {day}", "") if day else text
    assert "since:" not in text and "until:" not in text
    plain = tmp_path / "plain.yaml"
    plain.write_text(text)
    done = program.run("generate-series", "--custom-schema", plain, "-s", FIRST, "-e", LAST, "-o", "parquet",
                       "--output", tmp_path / "out", "--quiet")
    assert done.returncode == 0, done.stderr
    always = {"orders": ["channel", "coupon", "tip", "amount"], "lines": ["gift"], "visits": ["device"],
              "customers": ["loyalty", "fax", "segment"], "dim_customer": ["loyalty", "fax"], "stores": ["manager"]}
    for table, columns in always.items():
        for day, path in files_of(by_day, table).items():
            here, there = pq.read_table(path), pq.read_table(files_of(tmp_path / "out", table)[day])
            for column in columns:
                if column in here.column_names:
                    assert here[column].to_pylist() == there[column].to_pylist(), (table, column, day)


def test_current_versions_are_the_living(by_day):
    """A column that comes is filled for all versions: the history agrees with its population on each day."""
    for day in ("2024-02-22", "2024-02-28", "2024-03-01", "2024-03-20"):
        members = pq.read_table(files_of(by_day, "customers")[day])
        versions = pq.read_table(files_of(by_day, "dim_customer")[day])
        columns = ", ".join(n for n in members.column_names if n != "greeting")
        assert duckdb.sql(f"""select count(*) from
            (select {columns} from members except select {columns} from versions where is_current)""").fetchall()[0] == (0,)
        assert members.num_rows == duckdb.sql("select count(*) from versions where is_current").fetchall()[0][0]


def test_changes_apply_to_copies(program, by_day):
    """On its first day a column changes in every row; the feed says so."""
    feed = run(program, "changes", "--from", "2024-02-27", "--to", "2024-03-03", "--tables", "customers").stdout
    state = {row["customer_id"]: row for row in pq.read_table(files_of(by_day, "customers")["2024-02-26"]).to_pylist()}
    state = {key: {**row, "loyalty": None} for key, row in state.items()}
    by_date = {}
    for line in feed.splitlines():
        change = json.loads(line)
        by_date.setdefault(change["commit_time"][:10], []).append(change)
    for date in ("2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02", "2024-03-03"):
        for change in by_date.get(date, []):
            key = change["key"]["customer_id"]
            state.pop(key, None)
            if change["after"] is not None:
                state[key] = change["after"]
        copy = pq.read_table(files_of(by_day, "customers")[date])
        expected = {row["customer_id"]: {"loyalty": None, "fax": None, **row} for row in copy.to_pylist()}
        assert state == expected, date


def test_formats_without_schemas(program, tmp_path):
    for mode, suffix in (("csv", "csv"), ("json", "json")):
        out = tmp_path / mode
        run(program, "generate-series", "-s", "2024-02-28", "-e", "2024-03-01", "-o", mode, "--output", out, "--quiet")
        for path in out.glob(f"Files/**/orders.{suffix}*"):
            head = path.read_text().splitlines()[0]
            assert ("channel" in head) == ("2024/03/01" in str(path))
            assert ("coupon" in head) == ("2024/02/28" in str(path))
        run(program, "validate", out)


def test_valid_with_and_without_recomputing(program, by_day, whole):
    for folder in (by_day, whole):
        run(program, "validate", folder)


def test_plan_says_which_days_have_a_column(program, tmp_path):
    plan = json.loads(run(program, "plan", "--start-date", FIRST, "--end-date", LAST, "--output", tmp_path).stdout)
    columns = {c["name"]: c for t in plan["tables"] if t["name"] == "orders" for c in t["columns"]}
    assert columns["tip"] == {"name": "tip", "type": "int64", "since": "2024-02-25", "until": "2024-03-10"}
    assert "since" not in columns["amount"]
    early = json.loads(run(program, "plan", "--start-date", FIRST, "--end-date", "2024-02-24", "--output", tmp_path).stdout)
    names = [c["name"] for t in early["tables"] if t["name"] == "orders" for c in t["columns"]]
    assert "coupon" in names and "tip" not in names


def test_a_plan_is_worked_by_others(program, tmp_path, by_day):
    plan, out = tmp_path / "plan.json", tmp_path / "out"
    run(program, "plan", "--start-date", "2024-02-29", "--end-date", "2024-03-01", "-o", "parquet", "--output", out, "--output-file", plan)
    for step in ("work", "commit"):
        done = program.run(step, plan)
        assert done.returncode == 0, done.stderr
    expected = data_of(by_day)
    made = data_of(out)
    assert any("2024/03/01/orders" in path for path in made)
    for path, data in made.items():
        if "stores" not in path:
            assert expected[path] == data, path


def test_described(program):
    text = run(program, "describe").stdout
    assert "since 2024-02-25, until 2024-03-10" in text
    described = json.loads(run(program, "describe", "--json").stdout)
    columns = {c["name"]: c for t in described["tables"] if t["table_name"] == "orders" for c in t["columns"]}
    assert (columns["tip"]["since"], columns["tip"]["until"]) == ("2024-02-25", "2024-03-10")
    assert columns["tip"]["nullable"] is True and "since" not in columns["amount"]


def test_files_are_not_apart_by_a_column_that_comes(program, tmp_path):
    done = program.run("generate", "--custom-schema", SPEC, "-o", "parquet", "--output", tmp_path, "--partition-by",
                       "channel", "--tables", "orders")
    assert done.returncode == 2 and "is not in all files" in done.stderr
