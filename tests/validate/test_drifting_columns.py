"""Columns in files of the wrong days: found by one rule, and named with file and column."""

import json
import pathlib
import shutil

import pyarrow as pa
import pytest

from lakeseed_program import Program
from test_series import Series

SPEC = pathlib.Path(__file__).parents[1] / "series" / "drifting_shop.yaml"
FIRST, LAST = "2024-02-20", "2024-03-14"


class DriftingSeries(Series):
    def report(self, *words):
        self.save()
        done = Program().run("validate", self.root, "--custom-schema", SPEC, "--json", *words)
        assert done.returncode in (0, 4), done.stderr
        return json.loads(done.stdout)

    def broken(self, *words):
        return {(c["table"], c["rule"]) for c in self.report(*words)["checks"] if c["violations"]}

    def drop(self, entry, column):
        entry["columns"] = [c for c in entry["columns"] if c["name"] != column]
        self.write(entry, self.read(entry).drop_columns([column]))

    def put(self, entry, column, like, place, value):
        """Add a column as another day's file has it."""
        data, model = self.read(entry), self.read(like)
        field = model.schema.field(column)
        entry["columns"].insert(place, dict(next(c for c in like["columns"] if c["name"] == column)))
        self.write(entry, data.add_column(place, field, pa.array([value] * data.num_rows, field.type)))


@pytest.fixture(scope="module")
def sound(program, tmp_path_factory):
    root = tmp_path_factory.mktemp("drifting")
    done = program.run("generate-series", "--custom-schema", SPEC, "-s", FIRST, "-e", LAST, "-o", "parquet",
                       "--output", root, "--quiet")
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture
def series(sound, tmp_path):
    shutil.copytree(sound, tmp_path / "series")
    return DriftingSeries(tmp_path / "series")


def test_sound(series):
    assert series.broken() == set()


@pytest.mark.parametrize("table,column,day", [
    ("orders", "channel", "2024-03-01"), ("orders", "tip", "2024-03-10"), ("orders", "coupon", "2024-02-28"),
    ("lines", "gift", "2024-03-05"), ("customers", "loyalty", "2024-03-02"), ("visits", "device", "2024-03-14"),
    ("dim_customer", "fax", "2024-02-26"),
])
def test_column_missing_on_one_of_its_days(series, table, column, day):
    entry = series.entry(table, day)
    series.drop(entry, column)
    found = {(c["table"], c["rule"]): c for c in series.report("--no-recompute")["checks"] if c["violations"]}
    assert set(found) == {(table, "schema:since_until")}
    check = found[table, "schema:since_until"]
    assert check["violations"] == 1
    example = check["examples"][0]
    assert (example["file"], example["column"]) == (entry["path"], column)
    assert example["found"] == f"no such column on {day}"
    assert series.broken() == {(table, "schema:since_until"), (table, "cells")}


@pytest.mark.parametrize("table,column,day,like,place,value", [
    ("orders", "channel", "2024-02-29", "2024-03-01", 5, "web"),
    ("orders", "tip", "2024-03-11", "2024-03-09", 8, 7),
    ("lines", "gift", "2024-03-11", "2024-03-10", 2, True),
    ("customers", "loyalty", "2024-02-21", "2024-03-01", 2, "blue"),
])
def test_column_on_a_day_without_it(series, table, column, day, like, place, value):
    entry = series.entry(table, day)
    series.put(entry, column, series.entry(table, like), place, value)
    report = series.report("--no-recompute")
    found = {(c["table"], c["rule"]): c for c in report["checks"] if c["violations"]}
    assert set(found) == {(table, "schema:since_until")}
    example = found[table, "schema:since_until"]["examples"][0]
    assert (example["file"], example["column"], example["found"]) == (entry["path"], column, f"the column on {day}")
    assert series.broken() == {(table, "schema:since_until"), (table, "cells")}


def test_nulls_on_a_day_that_has_the_column(series):
    series.change(series.entry("orders", "2024-03-02"), "channel", 3, None)
    assert series.broken("--no-recompute") == {("orders", "nulls:channel")}


def test_wrong_value_of_an_expression_that_comes(series):
    series.change(series.entry("orders", "2024-03-02"), "tip", 3, 1)
    assert series.broken("--no-recompute") == {("orders", "expression:tip"), ("orders", "expression:total")}


def test_what_reads_the_column_is_checked_on_days_without_it(series):
    series.change(series.entry("orders", "2024-02-21"), "total", 3, 5)
    assert series.broken("--no-recompute") == {("orders", "expression:total")}
