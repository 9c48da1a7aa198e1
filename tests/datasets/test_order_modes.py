"""`ecommerce`: how many orders the days have, by mode; each parameter with its default and its error."""

import collections

import duckdb
import pytest

SMALL = ("--n-customers", "400", "--n-products", "80", "--orders-per-day", "100", "--tables", "orders")
DAYS = 90


def counts(program, output, *words):
    done = program.run("generate", "ecommerce", *SMALL, *words, "-o", "parquet", "--output", output, "--quiet")
    assert done.returncode == 0, done.stderr
    found = collections.Counter(day for day, in duckdb.sql(f"select order_date from '{output}/**/orders.parquet'").fetchall())
    assert len(found) == DAYS
    return list(found.values())


def test_fixed_is_the_default(program, tmp_path):
    assert counts(program, tmp_path / "a") == counts(program, tmp_path / "b", "--orders-mode", "fixed") == [100] * DAYS


def test_range(program, tmp_path):
    default = counts(program, tmp_path / "a", "--orders-mode", "range")
    assert 70 <= min(default) < 80 and 120 < max(default) <= 130 and len(set(default)) > 30
    stated = counts(program, tmp_path / "b", "--orders-mode", "range", "--orders-min", "40", "--orders-max", "42")
    assert set(stated) == {40, 41, 42}
    again = counts(program, tmp_path / "c", "--orders-mode", "range", "--orders-min", "40", "--orders-max", "42")
    assert stated == again


def test_normal(program, tmp_path):
    default = counts(program, tmp_path / "a", "--orders-mode", "normal")
    mean = sum(default) / DAYS
    spread = (sum((one - mean) ** 2 for one in default) / DAYS) ** 0.5
    assert abs(mean - 100) < 4 and 7 < spread < 13
    stated = counts(program, tmp_path / "b", "--orders-mode", "normal", "--orders-mean", "300", "--orders-std", "2",
                    "--orders-floor", "299")
    assert min(stated) == 299 and max(stated) <= 308


@pytest.mark.parametrize("words,named", [
    (("--orders-mode", "poisson"), "orders_mode"),
    (("--orders-mode", "range", "--orders-min", "9", "--orders-max", "8"), "9 > 8"),
    (("--orders-mode", "normal", "--orders-std", "-1"), "-1"),
    (("--orders-floor", "-1"), "-1"),
    (("--orders-per-day", "-5"), "-5"),
])
def test_bad_values(program, tmp_path, words, named):
    done = program.run("generate", "ecommerce", *words, "-o", "parquet", "--output", tmp_path / "out")
    assert done.returncode == 2 and named in done.stderr
    assert not (tmp_path / "out").exists()
