"""Laws that move: each month has the stated mean and weights, whichever days are made."""

import datetime
import pathlib

import duckdb
import pytest

from lakeseed_program import data_of
from spec_run import run_of
from test_days import at_day

SPEC = pathlib.Path(__file__).parent / "moving_shop.yaml"
run = run_of(SPEC)
EPOCH, FIRST, LAST = datetime.date(2023, 1, 1), datetime.date(2024, 1, 1), datetime.date(2024, 12, 31)
YEAR, MONTH = 365.25, 365.25 / 12


def rows(folder, table, query):
    return duckdb.sql(query.replace("$rows", f"read_parquet('{folder}/Files/**/{table}.parquet')")).fetchall()


def days_of(month):
    day = datetime.date(2024, month, 1)
    while day.month == month and day.year == 2024:
        yield day
        day += datetime.timedelta(1)


def mean_of(month, law):
    """Over a month's days, which all have as many rows."""
    values = [law(day) for day in days_of(month)]
    return sum(values) / len(values)


def way(day, start, end):
    return min(1, max(0, (day - start).days / (end - start).days))


@pytest.mark.parametrize("table,column,law,spread", [
    ("sales", "price", lambda day: 20 * 1.06 ** ((day - EPOCH).days / YEAR), 10 * 1.13),
    ("sales", "units", lambda day: 30 + 20 * way(day, FIRST, LAST), 13),
    ("sales", "is_gift::int", lambda day: 0.1 + 0.5 * 0.4 * way(day, datetime.date(2024, 6, 1), LAST), 0.5),
])
def test_means_of_months(whole, table, column, law, spread):
    """Within five standard errors of the exact law, and moved by far more over the year."""
    found = dict((m, (mean, n)) for m, mean, n in rows(
        whole, table, f"select month(sold_on), avg({column}), count(*) from $rows group by 1"))
    for month, (mean, n) in found.items():
        assert abs(mean - mean_of(month, law)) < 5 * spread / n ** 0.5, month
    assert len(found) == 12
    assert abs(mean_of(12, law) - mean_of(1, law)) > 5 * spread / found[12][1] ** 0.5


def test_children_move_with_the_day_of_their_parent(whole):
    pieces = duckdb.sql(f"""select month(sold_on), avg(weight), count(*)
        from read_parquet('{whole}/Files/**/lines.parquet') join read_parquet('{whole}/Files/**/sales.parquet')
        using (sale_id) group by 1""").fetchall()
    for month, mean, n in pieces:
        level = mean_of(month, lambda day: 0.98 ** ((day - EPOCH).days / MONTH))
        assert abs(mean - 10 * level) < 5 * level / n ** 0.5, month
    assert len(pieces) == 12


def test_members_move_with_the_day_of_their_birth(whole):
    level = "pow(1.06, date_diff('day', date '2023-01-01', joined) / 365.25)"
    late, early, spread = rows(whole, "members", f"""select avg(budget / {level}) filter (joined >= '2024-06-01'),
        avg(budget / {level}) filter (joined < '2024-06-01'), stddev(budget / {level}) / sqrt(200) from $rows""")[0]
    assert abs(late - 100) < 5 * spread and abs(early - 100) < 5 * spread
    share = rows(whole, "members", "select avg((plan = 'gold')::int), count(*) from $rows where joined >= '2024-11-01'")[0]
    assert share[1] > 100 and abs(share[0] - 0.68) < 0.2


def test_weights_of_months(whole):
    """Chi-square of each month's counts against the exact weights."""
    counts = {}
    for month, channel, n in rows(whole, "sales", "select month(sold_on), channel, count(*) from $rows group by 1, 2"):
        counts.setdefault(month, {})[channel] = n
    for month, found in counts.items():
        gone = mean_of(month, lambda day: way(day, FIRST, LAST))
        shares = {"web": 0.5 - 0.2 * gone, "shop": 0.5 - 0.5 * gone, "app": 0.7 * gone}
        n = sum(found.values())
        chi = sum((found.get(name, 0) - share * n) ** 2 / (share * n) for name, share in shares.items())
        assert chi < 27.6, (month, found, shares)  # Two degrees of freedom: once in a million.
        assert set(found) <= set(shares)


def test_a_day_alone_is_that_day_of_the_series(program, tmp_path):
    run(program, "generate-series", "-s", "2024-05-29", "-e", "2024-06-04", "-b", "3", "-o", "parquet", "--output",
        tmp_path / "series", "--quiet")
    expected = data_of(tmp_path / "series")
    run(program, "generate-incremental", "--date", "2024-06-02", "-o", "parquet", "--output", tmp_path / "day", "--quiet")
    alone = at_day(data_of(tmp_path / "day"), "2024-06-02")
    assert len(alone) == 3
    for path, data in alone.items():
        assert expected[path] == data, path


def test_rows_of_a_day_are_those_of_a_whole_run(program, tmp_path, whole):
    run(program, "generate-incremental", "--date", "2024-09-09", "-o", "parquet", "--output", tmp_path, "--quiet")
    day = rows(tmp_path, "sales", "from $rows order by sale_id")
    assert day == rows(whole, "sales", "from $rows where sold_on = '2024-09-09' order by sale_id")


def test_valid_and_recomputed(program, whole):
    run(program, "validate", whole)


def test_described(program):
    done = program.run("describe", "--custom-schema", SPEC, "--json")
    assert '"app"' in done.stdout and "lognormal, drifts" in done.stdout
