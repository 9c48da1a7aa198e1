"""Every corruption that a rule covers is found by `validate --no-recompute`.

One sound dataset is generated for all tests; each test copies it, corrupts one
file or the manifest, and looks for the rule that must break. Where the data are
corrupted the manifest is kept in step (size, rows, statistics), so that not the
manifest but the rule about the data has to find it.
"""

import datetime
import json
import os
import pathlib
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lakeseed_program import Program, tables_of
from manifest_edit import restate

DATASET = "retail_oltp_small"
ROWS = "3000"
run = Program().run


class Data:
    """A copy of the dataset that a test may break."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.manifest_path = next(self.root.rglob("_lakeseed/manifest.json"))
        self.base = self.manifest_path.parent.parent
        self.manifest = json.loads(self.manifest_path.read_text())
        self.tables = tables_of(self.manifest)

    def entry(self, table):
        files = self.tables[table]["files"]
        assert len(files) == 1
        return files[0]

    def path(self, table):
        return self.base / self.entry(table)["path"]

    def read(self, table):
        return pq.read_table(self.path(table))

    def save_manifest(self):
        self.manifest_path.write_text(json.dumps(self.manifest, indent=1))

    def write(self, table, data, statistics=True):
        """Write a table's file anew and keep the manifest in step with it."""
        path = self.path(table)
        pq.write_table(data, path, store_schema=False)
        entry = self.entry(table)
        whole = self.tables[table]
        entry["size_bytes"] = whole["size_bytes"] = path.stat().st_size
        entry["num_rows"] = whole["num_rows"] = data.num_rows
        entry["rows"] = [entry["rows"][0], entry["rows"][0] + data.num_rows]
        if statistics:
            for column in entry["columns"]:
                if column["name"] in data.column_names:
                    restate(column, data[column["name"]])
        self.save_manifest()

    def change(self, table, column, row, value):
        """Set one cell."""
        data = self.read(table)
        cells = data[column].to_pylist()
        cells[row] = value(cells[row]) if callable(value) else value
        at = data.column_names.index(column)
        field = data.schema.field(at).with_nullable(True)
        self.write(table, data.set_column(at, field, pa.array(cells, type=field.type)))

    def find(self, table, condition):
        """First row of a table for which the condition holds."""
        for number, row in enumerate(self.read(table).to_pylist()):
            if condition(row):
                return number
        raise AssertionError("no such row")

    def validate(self):
        return run("validate", str(self.root), "--dataset-id", DATASET, "--target-rows", ROWS,
                   "--json", "--no-recompute")


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    root = tmp_path_factory.mktemp("sound")
    done = run("generate", DATASET, "--target-rows", ROWS, "--output-mode", "parquet",
               "--output", str(root), "--if-exists", "overwrite")
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture
def data(sound, tmp_path):
    shutil.copytree(sound, tmp_path / "data")
    return Data(tmp_path / "data")


def checks_of(report):
    """All checks of the printed report, wherever the program puts them."""
    if isinstance(report, dict):
        if isinstance(report.get("checks"), list):
            return report["checks"]
        for value in report.values():
            if (found := checks_of(value)) is not None:
                return found
    return None


def expect(data, table, rule):
    done = data.validate()
    assert done.returncode == 4, (done.returncode, done.stderr, done.stdout[-2000:])
    broken = {(c["table"], c["rule"]) for c in checks_of(json.loads(done.stdout))
              if c["violations"] > 0}
    assert (table, rule) in broken, sorted(broken)


def cents(amount):
    return lambda value: value + type(value)(amount)


def test_sound_data_pass(data):
    done = data.validate()
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert all(c["violations"] == 0 for c in checks_of(json.loads(done.stdout)))


def test_rewritten_sound_data_pass(data):
    for table in data.tables:
        data.write(table, data.read(table))
    assert data.validate().returncode == 0


CHANGED_CELLS = [
    # table, column, which row, new value, the rule that breaks
    ("orders", "tax_amount", lambda r: r["tax_amount"] > 1, cents("0.01"),
     "rule:total_adds_up"),
    ("orders", "order_total", lambda r: True, cents("-0.01"), "expression:order_total"),
    ("orders", "subtotal", lambda r: True, cents("1.00"), "expression:subtotal"),
    ("orders", "shipping_cost", lambda r: r["channel"] == "in_store", cents("4.99"),
     "bounds:shipping_cost"),
    ("orders", "discount_amount", lambda r: r["discount_amount"] is not None, cents("100"),
     "bounds:discount_amount"),
    ("orders", "status", lambda r: r["channel"] == "in_store", "Pending", "bounds:status"),
    ("orders", "status", lambda r: r["channel"] == "online" and r["status"] == "Delivered",
     "Processing", "rule:shipped_status"),
    ("orders", "delivered_date", lambda r: r["shipped_date"] and r["delivered_date"],
     lambda value: value - datetime.timedelta(days=60), "rule:delivered_after_shipped"),
    ("orders", "store_id", lambda r: r["channel"] == "online", 1, "rule:store_for_shop_orders"),
    ("orders", "store_id", lambda r: r["channel"] == "in_store", None, "nulls:store_id"),
    ("orders", "customer_id", lambda r: True, 99_999_999, "reference:customer_id"),
    ("orders", "channel", lambda r: True, "carrier pigeon", "distribution:channel"),
    ("orders", "order_date", lambda r: r["order_id"] == 1500,
     lambda value: value + datetime.timedelta(days=9), "order:order_date"),
    ("order_items", "unit_price", lambda r: True, cents("0.01"), "expression:unit_price"),
    ("order_items", "line_total", lambda r: True, cents("0.01"), "expression:line_total"),
    ("order_items", "quantity", lambda r: True, 77, "distribution:quantity"),
    ("order_items", "product_id", lambda r: True, 99_999_999, "reference:product_id"),
    ("order_items", "order_id", lambda r: r["order_item_id"] == 100, 2999, "order:order_id"),
    ("customers", "customer_segment", lambda r: True, None, "nulls:customer_segment"),
    ("customers", "date_of_birth", lambda r: True, datetime.date(2024, 6, 1),
     "rule:adult_at_registration"),
    ("products", "cost_price", lambda r: True, cents("99999.00"), "rule:cost_below_price"),
    ("products", "stock_quantity", lambda r: True, lambda value: value + 1,
     "expression:stock_quantity"),
    ("products", "product_code", lambda r: True, "SKU12", "format:product_code"),
    ("stores", "square_footage", lambda r: True, 99, "bounds:square_footage"),
    ("inventory", "quantity_reserved", lambda r: True,
     lambda value: value + 1000, "rule:reserved_is_there"),
    ("inventory", "reorder_level", lambda r: True, 101, "distribution:reorder_level"),
]


@pytest.mark.parametrize("table,column,where,value,rule", CHANGED_CELLS,
                         ids=[f"{c[0]}.{c[1]}-{c[4]}" for c in CHANGED_CELLS])
def test_changed_cell(data, table, column, where, value, rule):
    data.change(table, column, data.find(table, where), value)
    expect(data, table, rule)


def test_an_address_of_another_day_is_found_by_making_it_again(data):
    """The file of customers has their last address only, so no rule can say what it was."""
    data.change("orders", "billing_address", 3, "1 Nowhere Ln")
    done = run("validate", str(data.root), "--dataset-id", DATASET, "--target-rows", ROWS, "--json")
    assert done.returncode == 4, done.stdout[-2000:] + done.stderr
    assert {(c["table"], c["rule"]) for c in checks_of(json.loads(done.stdout)) if c["violations"]} == {("orders", "cells")}


def test_missing_row(data):
    table = data.read("order_items")
    data.write("order_items", table.slice(0, table.num_rows - 1))
    expect(data, "order_items", "row_count:per_parent")


def test_missing_order(data):
    table = data.read("orders")
    data.write("orders", pa.concat_tables([table.slice(0, 7), table.slice(8)]))
    expect(data, "orders", "row_count")


def test_duplicated_key(data):
    data.change("customers", "customer_id", 5, 5)
    expect(data, "customers", "key:customer_id")


def test_duplicated_email(data):
    data.change("customers", "email", 7, data.read("customers")["email"][3].as_py())
    expect(data, "customers", "unique:email")


def test_same_product_twice_in_an_order(data):
    items = data.read("order_items")
    orders = items["order_id"].to_pylist()
    row = next(i for i in range(1, len(orders)) if orders[i] == orders[i - 1])
    data.change("order_items", "product_id", row, items["product_id"][row - 1].as_py())
    expect(data, "order_items", "unique:one_line_per_product")


def test_registration_after_the_order(data):
    customer = data.read("orders")["customer_id"][0].as_py()
    data.change("customers", "registration_date", customer - 1, datetime.date(2024, 12, 31))
    expect(data, "orders", "rule:after_registration")


def test_rows_in_another_order(data):
    table = data.read("orders")
    order = list(range(table.num_rows))
    order[10], order[900] = order[900], order[10]
    data.write("orders", table.take(order))
    expect(data, "orders", "order:order_date")


def test_swapped_columns(data):
    table = data.read("customers")
    names = table.column_names
    a, b = names.index("first_name"), names.index("last_name")
    names[a], names[b] = names[b], names[a]
    data.write("customers", table.select(names))
    expect(data, "customers", "schema:columns")


def test_swapped_values_of_two_columns(data):
    table = data.read("products")
    names = table.column_names
    swapped = {"unit_price": "cost_price", "cost_price": "unit_price"}
    moved = pa.table([table[swapped.get(n, n)] for n in names],
                     schema=pa.schema([table.schema.field(n) for n in names]))
    data.write("products", moved)
    expect(data, "products", "rule:cost_below_price")


def test_missing_column(data):
    table = data.read("orders")
    data.write("orders", table.drop_columns(["tax_amount"]))
    expect(data, "orders", "schema:columns")


def test_wrong_type(data):
    table = data.read("order_items")
    at = table.column_names.index("unit_price")
    data.write("order_items",
               table.set_column(at, "unit_price", table["unit_price"].cast(pa.float64())),
               statistics=False)
    expect(data, "order_items", "schema:types")


def test_truncated_file(data):
    path = data.path("order_items")
    os.truncate(path, path.stat().st_size // 2)
    expect(data, "order_items", "layout:readable")


def test_truncated_file_of_the_stated_size(data):
    path = data.path("orders")
    os.truncate(path, path.stat().st_size // 2)
    entry = data.entry("orders")
    entry["size_bytes"] = data.tables["orders"]["size_bytes"] = path.stat().st_size
    data.save_manifest()
    expect(data, "orders", "layout:readable")


def test_damage_in_the_middle(data):
    path = data.path("orders")
    content = bytearray(path.read_bytes())
    for at in range(len(content) // 4, len(content) // 4 + 4000):
        content[at] ^= 0xA5
    path.write_bytes(content)
    done = data.validate()
    assert done.returncode == 4, done.stderr
    assert any(c["violations"] > 0 and c["table"] == "orders"
               for c in checks_of(json.loads(done.stdout)))


def test_deleted_file(data):
    data.path("inventory").unlink()
    expect(data, "inventory", "layout:files_exist")


def test_directory_in_place_of_a_file(data):
    data.path("inventory").unlink()
    data.path("inventory").mkdir()
    done = data.validate()
    assert done.returncode == 4, done.stderr
    broken = {c["rule"]: c["examples"][0]["found"] for c in checks_of(json.loads(done.stdout))
              if c["table"] == "inventory" and c["violations"] > 0}
    assert broken["layout:readable"] == "a directory" and "layout:file_size" not in broken, broken


def test_foreign_file(data):
    path = data.path("orders")
    shutil.copy(path, path.with_name("orders_2.parquet"))
    expect(data, "orders", "layout:foreign_files")


def test_stale_manifest(data):
    """The file was written anew, the manifest is that of before."""
    table = data.read("orders")
    pq.write_table(table.slice(0, 2900), data.path("orders"), store_schema=False)
    expect(data, "orders", "layout:file_size")
    expect(data, "orders", "layout:row_count")


def test_wrong_statistics(data):
    column = next(c for c in data.entry("orders")["columns"] if c["name"] == "order_total")
    column["max"] = "1.00"
    data.save_manifest()
    expect(data, "orders", "statistics:manifest")


def test_wrong_null_count(data):
    column = next(c for c in data.entry("orders")["columns"] if c["name"] == "store_id")
    column["null_count"] += 1
    data.save_manifest()
    expect(data, "orders", "statistics:manifest")


def test_row_ranges_that_do_not_meet(data):
    data.entry("order_items")["rows"][1] -= 1
    data.save_manifest()
    expect(data, "order_items", "layout:row_ranges")


def test_wrong_weights(data):
    table = data.read("products")
    at = table.column_names.index("supplier_id")
    data.write("products", table.set_column(at, table.schema.field(at),
                                            pa.array([7] * table.num_rows, pa.int64())))
    items = data.read("order_items")
    at = items.column_names.index("quantity")
    field = items.schema.field(at)
    data.write("order_items", items.set_column(at, field, pa.array([5] * items.num_rows, field.type)))
    expect(data, "order_items", "distribution:quantity")
    expect(data, "products", "distribution:supplier_id")


def test_first_places_are_reported(data):
    data.change("order_items", "product_id", 41, 99_999_999)
    check = next(c for c in checks_of(json.loads(data.validate().stdout))
                 if (c["table"], c["rule"]) == ("order_items", "reference:product_id"))
    assert check["violations"] == 1
    assert check["examples"][0]["row"] == 41
    assert check["examples"][0]["column"] == "product_id"
    assert check["examples"][0]["file"].endswith("order_items.parquet")


@pytest.mark.parametrize("mode", ["csv", "json", "arrow"])
def test_other_formats(tmp_path, mode):
    done = run("generate", DATASET, "--target-rows", ROWS, "--output-mode", mode,
               "--output", str(tmp_path / "data"))
    assert done.returncode == 0, done.stderr
    data = Data(tmp_path / "data")
    done = data.validate()
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    if mode == "arrow":
        return
    path = data.path("orders")
    text = path.read_text()
    assert text.count("Delivered") > 0
    path.write_text(text.replace("Delivered", "Forgotten", 1))
    expect(data, "orders", "bounds:status")
