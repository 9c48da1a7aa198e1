"""Late rows in the wrong files, twice, too often or with what others know: each fault is found and named."""

import datetime
import json
import pathlib
import shutil

import pyarrow as pa
import pytest

from lakeseed_program import Program
from test_series import Series

SPEC = pathlib.Path(__file__).parents[1] / "series" / "late_shop.yaml"
FIRST, LAST = "2024-01-03", "2024-02-20"


class LateSeries(Series):
    def save(self):
        """Rows of a day go on where the day before ended."""
        for table in ("orders", "lines", "parts", "visits"):
            entries = self.entries(table)
            at = entries[0]["rows"][0]
            for entry in entries if not self.keeps_ranges else ():
                entry["rows"] = [at, at + entry["num_rows"]]
                at += entry["num_rows"]
        super().save()

    keeps_ranges = False

    def report(self, *words):
        self.save()
        done = Program().run("validate", self.root, "--custom-schema", SPEC, "--json", "--no-recompute", *words)
        assert done.returncode in (0, 4), done.stderr
        return json.loads(done.stdout)

    def take(self, entry, row):
        """Take a row out of a file."""
        data = self.read(entry)
        self.write(entry, pa.concat_tables([data.slice(0, row), data.slice(row + 1)]))
        return data.slice(row, 1)

    def put(self, entry, row):
        key = row.column_names[0]
        self.write(entry, pa.concat_tables([self.read(entry), row]).sort_by(key))

    def late_row(self, entry, days):
        return self.read(entry)["days_late"].to_pylist().index(days)


@pytest.fixture(scope="module")
def sound(program, tmp_path_factory):
    root = tmp_path_factory.mktemp("late")
    done = program.run("generate-series", "--custom-schema", SPEC, "-s", FIRST, "-e", LAST, "--output", root, "--quiet")
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture
def series(sound, tmp_path):
    shutil.copytree(sound, tmp_path / "series")
    return LateSeries(tmp_path / "series")


def test_sound(series):
    assert series.broken() == set()


def test_row_in_the_file_of_another_day(series):
    here, there = series.entry("orders", "2024-01-18"), series.entry("orders", "2024-01-25")
    series.put(there, series.take(here, series.late_row(here, 2)))
    broken = series.broken()
    assert {("orders", "arrival:day"), ("orders", "days:counts"), ("orders", "days:misplaced")} <= broken
    assert all(table == "orders" for table, _ in broken), broken


@pytest.mark.parametrize("table, day, row", [("visits", "2024-01-19", 0), ("lines", "2024-01-25", 3), ("parts", "2024-01-25", 3)])
def test_row_without_dates_in_the_file_of_another_day(series, table, day, row):
    """Visits say only when they happened: three days before or on the day itself; rows of children say nothing."""
    here, there = series.entry(table, "2024-01-18"), series.entry(table, day)
    series.put(there, series.take(here, row))
    broken = series.broken()
    assert {(table, "arrival:day"), (table, "days:counts")} <= broken
    assert all(other == table for other, _ in broken), broken


def test_rows_as_late_as_others_but_too_many(series):
    """Four visits of a day in the files of three days later: each may be late, not all of them."""
    here, there = series.entry("visits", "2024-01-18"), series.entry("visits", "2024-01-21")
    for _ in range(4):
        series.put(there, series.take(here, here["num_rows"] - 1))
    assert series.broken() == {("visits", "days:counts"), ("visits", "days:ids"), ("visits", "arrival:shares")}


def test_row_twice(series):
    here, there = series.entry("orders", "2024-01-18"), series.entry("orders", "2024-01-22")
    row = series.read(here).slice(series.late_row(here, 1), 1)
    series.put(there, row)
    broken = series.broken()
    assert {("orders", "unique:order_id"), ("orders", "days:counts"), ("orders", "arrival:day")} <= broken


def test_dropped_late_row(series):
    here = series.entry("visits", "2024-01-18")
    series.take(here, 0)
    assert ("visits", "days:counts") in series.broken()


def test_event_after_its_arrival(series):
    here = series.entry("orders", "2024-01-18")
    series.change(here, "event_date", series.late_row(here, 0), datetime.date(2024, 1, 19))
    broken = series.broken()
    assert {("orders", "arrival:day"), ("orders", "rule:not_before"), ("orders", "expression:days_late")} <= broken


def test_days_swapped(series):
    series.keeps_ranges = True
    one, two = series.entry("orders", "2024-01-15"), series.entry("orders", "2024-01-25")
    series.swap(one, two)
    assert ("orders", "days:misplaced") in series.broken()


def test_missing_day(series):
    series.keeps_ranges = True
    for table in ("orders", "lines", "parts"):
        series.remove(series.entry(table, "2024-01-18"))
    assert series.broken() == {(table, "days:missing") for table in ("orders", "lines", "parts")}


def test_tier_of_the_day_of_arrival(series):
    """What a late order shows of its customer is that of the day on which it was made."""
    changed = 0
    for entry in series.entries("orders"):
        if not "2024-01-15" <= entry["day"] <= "2024-02-10":
            continue
        copy = series.read(series.entry("customers", entry["day"]))
        tier_of = dict(zip(copy["customer_id"].to_pylist(), copy["tier"].to_pylist()))
        data = series.read(entry)
        for row, late in enumerate(data["days_late"].to_pylist()):
            tier = tier_of.get(data["customer_id"][row].as_py())
            if late and tier not in (None, data["tier"][row].as_py()):
                series.change(entry, "tier", row, tier)
                changed += 1
    assert changed > 0
    check = next(c for c in series.report()["checks"] if (c["table"], c["rule"]) == ("orders", "expression:tier"))
    assert check["violations"] == changed


def test_version_of_the_day_of_arrival(series):
    versions = series.read(series.entry("dim_customer", LAST))
    of_member = {}
    for key, member, first in zip(*(versions[c].to_pylist() for c in ("customer_key", "customer_id", "valid_from"))):
        of_member.setdefault(member, []).append((first, key))
    changed = 0
    for entry in series.entries("orders"):
        data = series.read(entry)
        arrival = datetime.date.fromisoformat(entry["day"])
        for row, late in enumerate(data["days_late"].to_pylist()):
            known = [one for one in of_member[data["customer_id"][row].as_py()] if one[0] <= arrival]
            key = max(known)[1]
            if late and entry["day"] >= "2024-01-15" and key != data["customer_key"][row].as_py():
                series.change(entry, "customer_key", row, key)
                changed += 1
    assert changed > 0
    # On the day of the event there was no such version yet.
    found = {c["rule"]: c["violations"] for c in series.report()["checks"] if c["table"] == "orders"}
    assert found["reference:customer_key"] + found["version:customer_key"] == changed, found


def test_key_of_another_row(series):
    here = series.entry("lines", "2024-01-18")
    keys = series.read(here)["line_id"].to_pylist()
    series.change(here, "line_id", 3, keys[2])
    broken = series.broken()
    assert {("lines", "key:line_id"), ("lines", "unique:line_id")} <= broken
