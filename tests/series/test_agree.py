"""Copies of a day, the history (SCD2) and the change feed tell the same, as DuckDB sees it."""

import json
import pathlib

import duckdb
import pytest

CLUB = pathlib.Path(__file__).with_name("club.yaml")
RETAIL = ("retail_oltp_small_incremental", "--scale-factor", "0.3")
# Dataset words, table, its key, its history if it has one.
CASES = {
    "club": (("--custom-schema", CLUB), "club", "members", "member_id", "dim_member"),
    "customers": (RETAIL, RETAIL[0], "customers", "customer_id", None),
    "products": ((*RETAIL, "--set", "tables.products.snapshot=daily"), RETAIL[0], "products", "product_id", None),
    "star": (("ecommerce_star_incremental", "--scale-factor", "0.001"), "ecommerce_star_incremental", "dim_customer",
             "customer_key", None),
}
WITH_HISTORY = [name for name, case in CASES.items() if case[4]]
FIRST, DATES, LAST = "2024-01-08", ("2024-01-09", "2024-02-29", "2024-04-01"), "2024-04-01"


@pytest.fixture(scope="module", params=CASES)
def made(request, program, tmp_path_factory):
    words, dataset, table, key, history = CASES[request.param]
    folder = tmp_path_factory.mktemp(request.param)

    def run(*more):
        done = program.run(*more)
        assert done.returncode == 0, done.stderr
        return done.stdout

    tables = table if history is None else f"{table},{history}"
    for date in (FIRST, *DATES):
        run("generate-incremental", *words, "--date", date, "--tables", tables, "--output", folder, "--quiet")
    run("changes", *words, "--from", "2024-01-09", "--to", LAST, "--tables", tables, "--format", "parquet", "--output",
        folder, "--quiet")
    files = folder / "Files" / "synthetic_data" / dataset

    def copy(date, of=table):
        return f"'{files}/{date.replace('-', '/')}/{of}.parquet'"

    feed = f"'{folder}/Changes/{dataset}/{table}/2024-01-09_{LAST}.parquet'"
    return {"key": key, "history": history, "copy": copy, "feed": feed, "folder": folder, "dataset": dataset,
            "table": table}


def columns_of(source):
    return [row[0] for row in duckdb.sql(f"DESCRIBE SELECT * FROM {source}").fetchall()]


def differences(a, b):
    return duckdb.sql(f"(({a}) EXCEPT ALL ({b})) UNION ALL (({b}) EXCEPT ALL ({a}))").fetchall()


def applied(made, date):
    """The first copy with all changes up to a day applied: the last image of each key, unless it is gone."""
    key, columns = made["key"], ", ".join(columns_of(made["copy"](FIRST)))
    return f"""
        WITH images AS (
            SELECT {columns}, 'insert' AS kind, TIMESTAMPTZ '{FIRST} 00:00:00+00' AS moment FROM {made["copy"](FIRST)}
            UNION ALL
            SELECT {columns}, _change_type, _commit_timestamp FROM {made["feed"]}
            WHERE _change_type <> 'update_preimage' AND _commit_timestamp <= TIMESTAMPTZ '{date} 00:00:00+00'),
        latest AS (SELECT *, row_number() OVER (PARTITION BY {key} ORDER BY moment DESC) AS place FROM images)
        SELECT {columns} FROM latest WHERE place = 1 AND kind <> 'delete'"""


@pytest.mark.parametrize("date", DATES)
def test_changes_applied_are_the_copy_of_the_day(made, date):
    copy = made["copy"](date)
    columns = ", ".join(columns_of(copy))
    assert differences(applied(made, date), f"SELECT {columns} FROM {copy}") == []


def test_something_changed(made):
    kinds = dict(duckdb.sql(f"SELECT _change_type, count(*) FROM {made['feed']} GROUP BY ALL").fetchall())
    assert kinds["insert"] > 0 and kinds["update_preimage"] == kinds["update_postimage"] > 0
    if made["table"] != "products":
        assert kinds.get("delete", 0) > 0 or made["dataset"].startswith("ecommerce")


@pytest.mark.parametrize("made", WITH_HISTORY, indirect=True)
@pytest.mark.parametrize("date", DATES)
def test_rows_of_the_history_that_are_current_are_the_copy_of_the_day(made, date):
    copy = made["copy"](date)
    columns = ", ".join(columns_of(copy))
    for known in [d for d in (FIRST, *DATES) if d >= date]:
        # A later history still knows what was current then.
        current = f"""SELECT {columns} FROM {made["copy"](known, made["history"])}
                      WHERE effective_date <= DATE '{date}' AND expiry_date > DATE '{date}'"""
        assert differences(current, f"SELECT {columns} FROM {copy}") == []
    flagged = f"SELECT {columns} FROM {made['copy'](date, made['history'])} WHERE is_current"
    assert differences(flagged, f"SELECT {columns} FROM {copy}") == []


@pytest.mark.parametrize("made", WITH_HISTORY, indirect=True)
def test_changes_applied_are_the_history(made):
    feed = f"'{made['folder']}/Changes/{made['dataset']}/{made['history']}/2024-01-09_{LAST}.parquet'"
    of_history = made | {"key": "member_key", "feed": feed, "copy": lambda date: made["copy"](date, made["history"])}
    for date in DATES:
        copy = of_history["copy"](date)
        columns = ", ".join(columns_of(copy))
        assert differences(applied(of_history, date), f"SELECT {columns} FROM {copy}") == []


# Dataset with copies and feed of a table, the star schema over it with its history, and the key.
STARS = {
    "retail": ("retail_oltp_small_incremental", "retail_star_small_incremental", "customers", "dim_customer",
               "customer_id", 0.1),
    "retail products": ("retail_oltp_small_incremental", "retail_star_small_incremental", "products", "dim_product",
                        "product_id", 0.5),
    "bank": ("finance_oltp_incremental", "finance_star_incremental", "customers", "dim_customer", "customer_id", 0.01),
}


@pytest.mark.parametrize("name", STARS)
def test_histories_of_a_star_are_the_copies_and_the_feed_of_its_dataset(program, tmp_path, name):
    oltp, star, table, dimension, key, scale = STARS[name]

    def run(command, dataset, tables, *more):
        done = program.run(command, dataset, "--scale-factor", scale, "--tables", tables, "--output", tmp_path, "--quiet",
                           "--set", f"tables.{tables}.snapshot=daily", *more)
        assert done.returncode == 0, done.stderr

    for date in (FIRST, *DATES):
        run("generate-incremental", oltp, table, "--date", date)
        run("generate-incremental", star, dimension, "--date", date)
    run("changes", oltp, table, "--from", "2024-01-09", "--to", LAST, "--format", "parquet")

    def copy(date, of=table):
        dataset = oltp if of == table else star
        return f"'{tmp_path}/Files/synthetic_data/{dataset}/{date.replace('-', '/')}/{of}.parquet'"

    made = {"key": key, "copy": copy, "feed": f"'{tmp_path}/Changes/{oltp}/{table}/2024-01-09_{LAST}.parquet'"}
    kept = set(columns_of(copy(LAST, dimension)))
    columns = ", ".join(one for one in columns_of(copy(LAST)) if one in kept)
    assert columns.count(",") >= 5
    for date in DATES:
        of_day = f"SELECT {columns} FROM {copy(date)}"
        current = f"""SELECT {columns} FROM {copy(LAST, dimension)}
                      WHERE effective_date <= DATE '{date}' AND expiry_date > DATE '{date}'"""
        assert differences(current, of_day) == []
        assert differences(f"SELECT {columns} FROM {copy(date, dimension)} WHERE is_current", of_day) == []
        assert differences(f"SELECT {columns} FROM ({applied(made, date)})", of_day) == []
    versions = duckdb.sql(f"SELECT count(*) - count(DISTINCT {key}) FROM {copy(LAST, dimension)}").fetchall()[0][0]
    assert versions > 0


def test_facts_see_the_version_of_their_day(program, tmp_path):
    done = program.run("generate-series", "--custom-schema", CLUB, "-s", "2024-03-01", "-e", "2024-04-30", "-b", 20,
                       "--output", tmp_path, "--quiet", "--json", "--validate")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert json.loads(done.stdout)["validation"]["passed"]
    files = tmp_path / "Files" / "synthetic_data" / "club"
    wrong = duckdb.sql(f"""
        SELECT count(*) FROM '{files}/*/*/*/visits.parquet' v
        LEFT JOIN '{files}/2024/04/30/dim_member.parquet' d
          ON d.member_id = v.member_id AND d.effective_date <= v.entered_at::DATE AND d.expiry_date > v.entered_at::DATE
        WHERE d.member_key IS DISTINCT FROM v.member_key OR d.tier IS DISTINCT FROM v.tier""").fetchall()[0][0]
    assert wrong == 0
