"""Every fault of a series of days is found by `validate --no-recompute`, and named.

One sound series is made for all tests; each test copies it, breaks one thing, keeps
the facts in step with it, and says which rules must break: these and no others.
"""

import datetime
import json
import pathlib
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lakeseed_program import Program
from manifest_edit import restate

SPEC = pathlib.Path(__file__).parent / "day_shop.yaml"
FIRST, LAST = "2024-01-03", "2024-02-20"


class Series:
    """A copy of the series that a test may break."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.manifest_path = self.root / "_lakeseed" / "manifest.json"
        self.manifest = json.loads(self.manifest_path.read_text())
        self.segments = {s["path"]: json.loads((self.root / s["path"]).read_text())
                         for s in self.manifest["segments"]}

    def entries(self, table):
        found = [f for s in self.segments.values() for f in s["files"] if f["table"] == table]
        return sorted(found, key=lambda f: f["day"])

    def entry(self, table, day):
        return next(f for f in self.entries(table) if f["day"] == day)

    def segment_of(self, entry):
        return next(s for s in self.segments.values()
                    if any(f is entry or f == entry for f in s["files"]))

    def read(self, entry):
        return pq.read_table(self.root / entry["path"])

    def write(self, entry, data):
        """Write a file anew; its facts stay true."""
        path = self.root / entry["path"]
        pq.write_table(data, path, store_schema=False)
        entry["size_bytes"] = path.stat().st_size
        entry["num_rows"] = data.num_rows
        entry["rows"] = [entry["rows"][0], entry["rows"][0] + data.num_rows]
        for column in entry["columns"]:
            restate(column, data[column["name"]])

    def change(self, entry, column, row, value):
        data = self.read(entry)
        cells = data[column].to_pylist()
        cells[row] = value
        at = data.column_names.index(column)
        field = data.schema.field(at)
        self.write(entry, data.set_column(at, field, pa.array(cells, type=field.type)))

    def remove(self, entry):
        self.segment_of(entry)["files"].remove(entry)
        (self.root / entry["path"]).unlink()

    def add(self, entry, path):
        """List a copy of a file's facts under another path, and make the file."""
        made = json.loads(json.dumps(entry)) | {"path": path}
        shutil.copyfile(self.root / entry["path"], self.root / path)
        self.segment_of(entry)["files"].append(made)
        return made

    def swap(self, one, two):
        """Each of two files under the other's name, as its entry says."""
        a, b = self.root / one["path"], self.root / two["path"]
        first, second = a.read_bytes(), b.read_bytes()
        a.write_bytes(second)
        b.write_bytes(first)
        for key in ("num_rows", "size_bytes", "rows", "columns"):
            one[key], two[key] = two[key], one[key]

    def save(self):
        for segment in self.manifest["segments"]:
            content = self.segments[segment["path"]]
            (self.root / segment["path"]).write_text(json.dumps(content, indent=1))
            segment["num_files"] = len(content["files"])
            segment["num_rows"] = sum(f["num_rows"] for f in content["files"])
            segment["size_bytes"] = sum(f["size_bytes"] for f in content["files"])
        self.manifest_path.write_text(json.dumps(self.manifest, indent=1))

    def report(self, *words):
        self.save()
        done = Program().run("validate", self.root, "--custom-schema", SPEC, "--json",
                             "--no-recompute", *words)
        assert done.returncode in (0, 4), done.stderr
        return json.loads(done.stdout)

    def broken(self):
        return {(c["table"], c["rule"]) for c in self.report()["checks"] if c["violations"] > 0}


def generate(root, *words):
    done = Program().run("generate-series", "--custom-schema", SPEC, "-s", FIRST, "-e", LAST,
                         "--output", root, "--quiet", *words)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def sound(program, tmp_path_factory):
    root = tmp_path_factory.mktemp("series")
    generate(root)
    return root


@pytest.fixture
def series(sound, tmp_path):
    shutil.copytree(sound, tmp_path / "series")
    return Series(tmp_path / "series")


def day_after(day, days=1):
    return str(datetime.date.fromisoformat(day) + datetime.timedelta(days=days))


def test_sound_series_passes(series):
    report = series.report()
    assert [c for c in report["checks"] if c["violations"]] == []
    checked = {(c["table"], c["rule"]) for c in report["checks"] if c["passed"]}
    for rule in [("orders", "days:missing"), ("orders", "days:counts"), ("orders", "days:ids"),
                 ("orders", "reference:customer_id"), ("orders", "expression:total"),
                 ("customers", "copies:members"), ("customers", "copies:unchanged"),
                 ("customers", "key:customer_id"), ("lines", "reference:product_id"),
                 ("devices", "row_count:per_parent"), ("regions", "row_count"),
                 # Attributes that change are followed through the copies of each day.
                 ("orders", "expression:tier"), ("devices", "expression:owner_tier"),
                 ("lines", "expression:code")]:
        assert rule in checked, rule
    skipped = {(c["table"], c["rule"]): c["skipped"] for c in report["checks"] if c.get("skipped")}
    assert "not each day has a copy of products" in skipped["lines", "expression:price"]


def test_days_are_reported(series):
    days = {d["table"]: d for d in series.report()["days"]}
    assert (days["orders"]["from"], days["orders"]["to"]) == (FIRST, LAST)
    assert days["orders"]["kind"] == "events" and days["orders"]["present"] == 49
    assert days["products"]["kind"] == "weekly" and days["products"]["from"] == "2024-01-08"
    assert days["regions"]["kind"] == "once" and days["regions"]["present"] == 1
    rows = {d["day"]: d["rows"] for d in days["customers"]["days"]}
    for entry in series.entries("customers"):
        assert rows[entry["day"]] == entry["num_rows"]


def test_every_cell_of_the_series_is_made_again(sound, program):
    done = program.run("validate", sound, "--custom-schema", SPEC, "--json")
    assert done.returncode == 0, done.stdout[-2000:]
    cells = {c["table"]: c for c in json.loads(done.stdout)["checks"] if c["rule"] == "cells"}
    assert set(cells) == {"regions", "products", "customers", "devices", "orders", "lines"}
    assert cells["customers"]["checked_rows"] > 49 * 100


def test_recomputing_finds_a_changed_tier(series, program):
    entry = series.entry("customers", "2024-01-20")
    old = series.read(entry)["tier"][5].as_py()
    series.change(entry, "tier", 5, "Gold" if old == "Silver" else "Silver")
    series.save()
    done = program.run("validate", series.root, "--custom-schema", SPEC, "--json")
    cells = [c for c in json.loads(done.stdout)["checks"]
             if c["rule"] == "cells" and c["violations"]]
    assert [(c["table"], c["violations"]) for c in cells] == [("customers", 1)]
    place = cells[0]["examples"][0]
    assert (place["file"], place["row"], place["expected"]) == (entry["path"], 5, old)


@pytest.mark.parametrize("table", ["orders", "lines", "customers", "products"])
def test_missing_day(series, table):
    day = series.entries(table)[3]["day"]
    series.remove(series.entry(table, day))
    assert series.broken() == {(table, "days:missing")}
    days = next(d for d in series.report()["days"] if d["table"] == table)
    assert [d["day"] for d in days["days"] if d["state"] == "missing"] == [day]


@pytest.mark.parametrize("table", ["orders", "customers"])
def test_deleted_file_of_a_day(series, table):
    (series.root / series.entry(table, "2024-01-15")["path"]).unlink()
    assert series.broken() == {(table, "layout:files_exist")}


@pytest.mark.parametrize("table", ["orders", "lines", "customers", "devices"])
def test_day_copied_under_another_date(series, table):
    entry = series.entry(table, "2024-01-15")
    copy = series.add(entry, entry["path"].replace("/15/", "/16/").replace(table, table + "_2"))
    copy["day"] = "2024-01-16"
    assert series.broken() == {(table, "days:doubled")}


def test_second_copy_of_a_table_copied_once(series):
    entry = series.entries("regions")[0]
    copy = series.add(entry, entry["path"].replace("/03/", "/04/"))
    copy["day"] = "2024-01-04"
    assert series.broken() == {("regions", "days:doubled")}


@pytest.mark.parametrize("table", ["orders", "lines"])
def test_swapped_days(series, table):
    one, two = series.entry(table, "2024-01-15"), series.entry(table, "2024-01-25")
    series.swap(one, two)
    assert series.broken() == {(table, "days:misplaced")}


def test_copies_of_two_days_swapped(series):
    one, two = series.entry("customers", "2024-01-15"), series.entry("customers", "2024-01-25")
    first, second = series.read(one), series.read(two)
    series.write(one, second)
    series.write(two, first)
    assert ("customers", "days:misplaced") in series.broken()


def test_day_under_the_path_of_another(series):
    entry = series.entry("customers", "2024-01-15")
    path = entry["path"].replace("/15/", "/16/").replace("customers", "customers_2")
    (series.root / entry["path"]).rename(series.root / path)
    entry["path"] = path
    assert series.broken() == {("customers", "days:misplaced")}


def test_copy_on_a_day_that_is_not_due(series):
    entry = series.entry("products", "2024-01-15")
    path = entry["path"].replace("/15/", "/16/")
    (series.root / entry["path"]).rename(series.root / path)
    entry["path"], entry["day"] = path, "2024-01-16"
    assert series.broken() == {("products", "days:misplaced"), ("products", "days:missing")}


def test_event_of_the_next_day(series):
    entry = series.entry("orders", "2024-01-15")
    row = entry["num_rows"] - 1
    following = series.read(series.entry("orders", "2024-01-16"))["ordered_at"][0].as_py()
    series.change(entry, "ordered_at", row, following)
    assert series.broken() == {("orders", "days:misplaced")}


def test_dropped_order(series):
    entry = series.entry("orders", "2024-01-15")
    data = series.read(entry)
    series.write(entry, data.slice(0, data.num_rows - 1))
    assert series.broken() == {("orders", "days:counts"), ("lines", "reference:order_id"),
                               ("lines", "expression:order_id")}


def test_dropped_line(series):
    entry = series.entry("lines", "2024-01-15")
    data = series.read(entry)
    series.write(entry, data.slice(0, data.num_rows - 1))
    assert ("lines", "days:counts") in series.broken()


def test_last_day_is_short(series):
    orders, lines = series.entry("orders", LAST), series.entry("lines", LAST)
    last = orders["rows"][1]
    data = series.read(lines)
    kept = [i for i, order in enumerate(data["order_id"].to_pylist()) if order != last]
    series.write(lines, data.take(kept))
    data = series.read(orders)
    series.write(orders, data.slice(0, data.num_rows - 1))
    assert series.broken() == {("orders", "days:counts"), ("lines", "days:counts")}


def test_rows_that_do_not_go_on(series):
    for entry in series.entries("orders"):
        if entry["day"] >= "2024-01-20":
            entry["rows"] = [n + 7 for n in entry["rows"]]
    assert ("orders", "days:ids") in series.broken()


def test_changed_id(series):
    entry = series.entry("lines", "2024-01-15")
    series.change(entry, "line_id", 3, 9_999_999)
    assert series.broken() == {("lines", "key:line_id")}


def dead_member(series, table, key, day):
    """A member that is in an early copy and not in that of `day`."""
    early = set(series.read(series.entries(table)[0])[key].to_pylist())
    return min(early - set(series.read(series.entry(table, day))[key].to_pylist()))


def test_dead_member_comes_back(series):
    day = "2024-02-05"
    entry = series.entry("products", day)
    back = dead_member(series, "products", "product_id", day)
    old = series.read(series.entries("products")[0])
    row = old.slice(old["product_id"].to_pylist().index(back), 1)
    series.write(entry, pa.concat_tables([series.read(entry), row]).sort_by("product_id"))
    assert series.broken() == {("products", "copies:members"), ("products", "days:counts")}


def test_member_away_for_a_day(series):
    entry = series.entry("products", "2024-01-29")
    data = series.read(entry)
    after = set(series.read(series.entry("products", "2024-02-05"))["product_id"].to_pylist())
    used = {p for e in series.entries("lines") for p in series.read(e)["product_id"].to_pylist()}
    keys = data["product_id"].to_pylist()
    gone = next(i for i, key in enumerate(keys) if key in after)
    series.write(entry, pa.concat_tables([data.slice(0, gone), data.slice(gone + 1)]))
    expected = {("products", "copies:members"), ("products", "days:counts")}
    if keys[gone] in used:
        expected |= {("lines", "reference:product_id"), ("lines", "expression:code")}
    broken = series.broken()
    assert {("products", "copies:members"), ("products", "days:counts")} <= broken <= expected


def test_attribute_that_never_changes(series):
    entry = series.entry("customers", "2024-01-20")
    series.change(entry, "since", 2, datetime.date(2017, 5, 5))
    assert series.broken() == {("customers", "copies:unchanged")}


def test_order_of_someone_who_has_left(series):
    day = "2024-02-10"
    entry = series.entry("orders", day)
    gone = dead_member(series, "customers", "customer_id", day)
    old = series.read(series.entries("customers")[0])
    tier = old["tier"][old["customer_id"].to_pylist().index(gone)].as_py()
    series.change(entry, "customer_id", 4, gone)
    series.change(entry, "tier", 4, tier)
    assert series.broken() == {("orders", "reference:customer_id"), ("orders", "expression:tier")}


def test_tier_of_another_day(series):
    """An order shows its customer's tier on the order's day, by the copy of that day."""
    entry = series.entry("orders", "2024-02-10")
    data = series.read(entry)
    series.change(entry, "tier", 0, "Gold" if data["tier"][0].as_py() == "Silver" else "Silver")
    assert series.broken() == {("orders", "expression:tier")}


def test_segment_that_lies_is_refused(series, program):
    series.save()
    series.manifest["segments"][0]["num_rows"] += 1
    series.manifest_path.write_text(json.dumps(series.manifest))
    done = program.run("validate", series.root, "--custom-schema", SPEC)
    assert done.returncode != 0 and "segment" in done.stderr


def test_page_shows_the_days(series, program, tmp_path):
    series.remove(series.entry("orders", "2024-01-15"))
    series.save()
    page = tmp_path / "report.html"
    done = program.run("validate", series.root, "--custom-schema", SPEC, "--no-recompute",
                       "--report", page)
    assert done.returncode == 4
    line = next(l for l in done.stdout.splitlines() if l.startswith("orders") and "events" in l)
    assert line.split()[:6] == ["orders", "events", FIRST, LAST, "48", "1"]
    assert "2024-01-15: 0 rows, missing" in page.read_text()


@pytest.mark.parametrize("words", [
    ("--path-format", "hive_partitioned"), ("--path-format", "flat"),
    ("--path-format", "iso_week", "--output-mode", "csv"),
    ("--file-rows-target", "100", "--output-mode", "arrow")], ids=lambda w: "_".join(w))
def test_layouts_formats_and_parts(program, tmp_path, words):
    generate(tmp_path / "series", *words)
    done = program.run("validate", tmp_path / "series", "--custom-schema", SPEC, "--json")
    assert done.returncode == 0, [c for c in json.loads(done.stdout)["checks"] if c["violations"]]


def test_two_datasets_in_one_output(program, tmp_path):
    root = tmp_path / "both"
    generate(root)
    program.generate(root, rows=500)
    one = program.run("validate", root, "--json", "--no-recompute")
    assert one.returncode == 0, one.stdout[-2000:]
    assert json.loads(one.stdout)["dataset"] == "retail_oltp_small"
    assert json.loads(one.stdout)["other_datasets"] == ["day_shop"]
    two = program.run("validate", root, "--custom-schema", SPEC, "--dataset-id", "day_shop",
                      "--json", "--no-recompute")
    assert two.returncode == 0, two.stdout[-2000:]
    assert json.loads(two.stdout)["dataset"] == "day_shop"


def test_parts_without_rows_and_days_beyond_the_window(program, tmp_path):
    """Small parts of a population of which most members have left long since."""
    root = tmp_path / "late"
    done = program.run("generate-series", "retail_oltp_small_incremental", "-s", "2029-12-23", "-e", "2029-12-24",
                       "--set", "customers=300", "--set", "tables.orders.events.per_day=50", "--set", "products=40",
                       "--file-rows-target", "60", "--output", root, "--quiet")
    assert done.returncode == 0, done.stderr
    segments = [json.loads(p.read_text()) for p in (root / "_lakeseed").rglob("segments/*/*.json")]
    parts = [f for s in segments for f in s["files"] if f["table"] == "customers"]
    assert len(parts) > 20
    done = program.run("validate", root, "--json")
    assert done.returncode == 0, [c for c in json.loads(done.stdout)["checks"] if c["violations"]]
