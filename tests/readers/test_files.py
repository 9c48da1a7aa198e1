"""What other programs read from the files: same values, declared types, true sums and references."""

import csv as csv_reader
import json
from decimal import Decimal

import duckdb
import polars
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest

from lakeseed_program import tables_of

TABLES = ("customers", "products", "stores", "orders", "order_items", "inventory")
CENTS = {"unit_price": (10, 2), "cost_price": (10, 2), "line_total": (12, 2), "discount_amount": (12, 2),
         "subtotal": (12, 2), "tax_amount": (12, 2), "shipping_cost": (12, 2), "order_total": (12, 2),
         "weight_kg": (8, 2)}
TIMES = {"order_date", "shipped_date", "delivered_date", "updated_at"}
DATES = {"date_of_birth", "registration_date", "created_date", "opened_date", "last_restocked_date",
         "last_counted_date"}
COUNTS = {"quantity", "quantity_on_hand", "quantity_reserved", "reorder_level", "reorder_quantity",
          "stock_quantity", "square_footage"}
REQUIRED = {
    "customers": {"customer_id", "first_name", "last_name", "email", "phone", "date_of_birth", "city", "state",
                  "postal_code", "registration_date", "customer_segment", "is_active"},
    "products": {"product_id", "product_name", "product_code", "category", "unit_price", "cost_price",
                 "stock_quantity", "is_active", "created_date"},
    "stores": {"store_id", "store_code", "store_name", "store_type", "opened_date"},
    "orders": {"order_id", "customer_id", "channel", "order_date", "subtotal", "tax_amount", "shipping_cost",
               "order_total"},
    "order_items": {"order_item_id", "order_id", "product_id", "quantity", "unit_price", "line_total"},
    "inventory": {"inventory_id", "store_id", "product_id", "quantity_on_hand", "quantity_reserved"},
}
OPTIONAL = {"customers": {"address_line2"}, "orders": {"store_id", "shipping_address", "discount_amount",
            "shipped_date", "delivered_date", "notes"}, "order_items": {"discount_amount"}}


def plain(table: pa.Table) -> pa.Table:
    """One physical type per logical one, so that readers can be compared."""
    columns = []
    for column in table.columns:
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        if pa.types.is_large_string(column.type) or str(column.type) == "string_view":
            column = column.cast(pa.string())
        if pa.types.is_timestamp(column.type):
            column = column.cast(pa.int64())
        columns.append(column.combine_chunks())
    return pa.table(columns, names=table.column_names)


def text_of(value, kind: pa.DataType, separator: str) -> str | None:
    if value is None:
        return None
    if pa.types.is_timestamp(kind):
        return value.strftime(f"%Y-%m-%d{separator}%H:%M:%S.%fZ")
    if pa.types.is_boolean(kind):
        return "true" if value else "false"
    return str(value)


def rows_as_text(table: pa.Table, separator: str):
    kinds = {field.name: field.type for field in table.schema}
    return {name: [text_of(v, kinds[name], separator) for v in table[name].to_pylist()] for name in kinds}


@pytest.fixture(scope="module")
def database(parquet, program):
    connection = duckdb.connect()
    connection.execute("set timezone = 'America/Chicago'")
    for table in TABLES:
        connection.execute(f"create table {table} as select * from read_parquet('{parquet.file(table)}')")
    connection.execute("create table sales_tax (state varchar, rate decimal(10,4))")
    with open(program.vocab / "us_sales_tax.csv", newline="") as lines:
        rates = [(row["state"], Decimal(row["rate:decimal(4)"])) for row in csv_reader.DictReader(lines)]
    connection.executemany("insert into sales_tax values (?, ?)", rates)
    return connection


@pytest.mark.parametrize("table", TABLES)
def test_three_readers_agree(parquet, table):
    file = parquet.file(table)
    arrow = plain(pq.read_table(file))
    duck = plain(duckdb.sql(f"select * from read_parquet('{file}')").to_arrow_table())
    pola = plain(polars.read_parquet(file).to_arrow())
    assert arrow.column_names == duck.column_names == pola.column_names
    for name in arrow.column_names:
        assert duck[name].to_pylist() == arrow[name].to_pylist(), f"DuckDB reads {name} differently"
        assert pola[name].to_pylist() == arrow[name].to_pylist(), f"polars reads {name} differently"


@pytest.mark.parametrize("table", TABLES)
def test_arrow_file_holds_the_same(parquet, arrow_file, table):
    with pa.ipc.open_file(arrow_file.file(table)) as reader:
        other = plain(reader.read_all())
    assert other.equals(plain(pq.read_table(parquet.file(table))))


@pytest.mark.parametrize("table", TABLES)
def test_csv_holds_the_same(parquet, csv, table):
    expected = rows_as_text(pq.read_table(parquet.file(table)), " ")
    with open(csv.file(table), newline="", encoding="utf-8") as lines:
        rows = list(csv_reader.DictReader(lines, strict=True))
    assert list(rows[0]) == list(expected)
    for name, values in expected.items():
        assert [row[name] for row in rows] == ["" if v is None else v for v in values], name


@pytest.mark.parametrize("table", TABLES)
def test_json_lines_hold_the_same(parquet, json_lines, table):
    expected = rows_as_text(pq.read_table(parquet.file(table)), "T")
    with open(json_lines.file(table), encoding="utf-8") as lines:
        rows = [json.loads(line, parse_float=Decimal) for line in lines]
    assert list(rows[0]) == list(expected)
    for name, values in expected.items():
        found = [v if v is None else str(v).lower() if isinstance(v, bool) else str(v) for v in (r[name] for r in rows)]
        assert found == values, name


@pytest.mark.parametrize("table", TABLES)
def test_types_are_the_declared_ones(parquet, table):
    schema = pq.read_schema(parquet.file(table))
    for field in schema:
        if field.name in CENTS:
            assert field.type == pa.decimal128(*CENTS[field.name]), field
        elif field.name in TIMES:
            assert field.type == pa.timestamp("us", tz="UTC"), field
        elif field.name in DATES:
            assert field.type == pa.date32(), field
        elif field.name.endswith("_id") or field.name in COUNTS:
            assert field.type == pa.int64(), field
        elif field.name == "is_active":
            assert field.type == pa.bool_(), field
        else:
            assert field.type == pa.string(), field


@pytest.mark.parametrize("table", TABLES)
def test_columns_without_nulls_are_required(parquet, table):
    file = pq.ParquetFile(parquet.file(table))
    level = {file.schema.column(i).name: file.schema.column(i).max_definition_level for i in range(len(file.schema))}
    assert {name for name in REQUIRED[table] if level[name] != 0} == set()
    assert {name for name in OPTIONAL.get(table, ()) if level[name] != 1} == set()


@pytest.mark.parametrize("child, column, parent", [
    ("orders", "customer_id", "customers"), ("orders", "store_id", "stores"), ("order_items", "order_id", "orders"),
    ("order_items", "product_id", "products"), ("inventory", "store_id", "stores"),
    ("inventory", "product_id", "products")])
def test_no_orphans(database, child, column, parent):
    orphans, referring = database.execute(
        f"select (select count(*) from {child} anti join {parent} using ({column}) where {column} is not null), "
        f"(select count({column}) from {child})").fetchone()
    assert referring > 0
    assert orphans == 0


@pytest.mark.parametrize("table, key", [("customers", "customer_id"), ("products", "product_id"),
                                        ("stores", "store_id"), ("orders", "order_id"),
                                        ("order_items", "order_item_id"), ("inventory", "inventory_id"),
                                        ("customers", "email"), ("products", "product_code")])
def test_unique(database, table, key):
    assert database.execute(f"select count(*) - count(distinct {key}) from {table}").fetchone() == (0,)


# Customers move: an order on the web was taxed where it was sent, not where its customer lives now.
ORDERS_WITH_STATES = """orders o left join stores s on s.store_id = o.store_id
    left join sales_tax t on t.state = case when o.channel = 'in_store' then s.state
        else regexp_extract(o.shipping_address, ', ([A-Z]{2}) [0-9]{5}$', 1) end"""
MONEY = {
    "line total": "select * from order_items where line_total != quantity * unit_price",
    "price of the product": "select * from order_items i join products p using (product_id) "
                            "where i.unit_price != p.unit_price",
    "subtotal": "select o.order_id from orders o left join order_items i using (order_id) group by o.order_id, subtotal"
                " having subtotal is distinct from sum(i.line_total - coalesce(i.discount_amount, 0))",
    "order total": "select * from orders where order_total != subtotal + tax_amount + shipping_cost"
                   " - coalesce(discount_amount, 0)",
    # Exact halves of a cent exist, so the difference may be half a cent but no more.
    "tax": f"select o.order_id from {ORDERS_WITH_STATES} where t.rate is null"
           " or abs(cast(o.tax_amount as decimal(18,6)) - cast(o.subtotal as decimal(12,2)) * t.rate) > 0.005",
    "postage": "select * from orders where (channel = 'in_store' or subtotal >= 49) and shipping_cost != 0"
               " or channel != 'in_store' and subtotal < 49 and shipping_cost not in (4.99, 5.99, 6.99, 12.99)",
    "stock": "select p.product_id from products p left join inventory i using (product_id)"
             " group by p.product_id, stock_quantity"
             " having stock_quantity is distinct from coalesce(sum(quantity_on_hand), 0)",
}
RULES = {
    "adult at registration": "select * from customers where registration_date < date_of_birth + interval 18 year",
    "cost below price": "select * from products where not (cost_price < unit_price)",
    "price positive": "select * from products where not (unit_price > 0)",
    "after registration": "select * from orders join customers using (customer_id)"
                          " where cast(order_date as date) < registration_date",
    "store was open": "select * from orders join stores using (store_id) where cast(order_date as date) < opened_date",
    "shipped after order": "select * from orders where shipped_date < order_date",
    "delivered after order": "select * from orders where delivered_date < order_date",
    "delivered after shipped": "select * from orders where delivered_date < shipped_date",
    "shipped status": "select * from orders where (status in ('Shipped', 'Delivered', 'Returned'))"
                      " is distinct from (shipped_date is not null or channel = 'in_store')",
    "delivered status": "select * from orders where (status in ('Delivered', 'Returned'))"
                        " is distinct from (delivered_date is not null)",
    "store for shop orders": "select * from orders where (channel = 'in_store') is distinct from"
                             " (store_id is not null)",
    "total positive": "select * from orders where not (order_total > 0)",
    "one line per product": "select order_id, product_id from order_items group by all having count(*) > 1",
    "discount below line": "select * from order_items where coalesce(discount_amount, 0) >= line_total",
    "product was on sale": "select * from order_items join orders using (order_id) join products using (product_id)"
                           " where cast(order_date as date) < created_date",
    "one row per pair": "select store_id, product_id from inventory group by all having count(*) > 1",
    "reserved is there": "select * from inventory where quantity_reserved > quantity_on_hand",
    "not negative": "select * from inventory where quantity_on_hand < 0 or quantity_reserved < 0",
    "restocked after created": "select * from inventory join products using (product_id)"
                               " where last_restocked_date < created_date",
    "inside the window": "select * from orders where cast(order_date as date)"
                         " not between date '2023-01-01' and date '2024-12-31'",
    "keys follow time": "select * from (select order_date < lag(order_date) over (order by order_id) as back"
                        " from orders) where back",
}


@pytest.mark.parametrize("law", MONEY)
def test_money_to_the_cent(database, law):
    assert database.execute(f"select count(*) from ({MONEY[law]})").fetchone() == (0,)


@pytest.mark.parametrize("rule", RULES)
def test_rule_in_sql(database, rule):
    assert database.execute(f"select count(*) from ({RULES[rule]})").fetchone() == (0,)


@pytest.mark.parametrize("mode", ["parquet", "csv", "json", "arrow"])
def test_one_order(program, tmp_path, mode):
    output = program.generate(tmp_path, rows=1, mode=mode)
    done = program.run("validate", tmp_path, "--dataset-id", "retail_oltp_small", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    tables = tables_of(json.loads(output.manifest.read_text()))
    assert tables["orders"]["num_rows"] == 1
    assert all(output.file(table).stat().st_size > 0 for table in TABLES)
    if mode == "parquet":
        assert pq.read_table(output.file("orders")).num_rows == 1
        assert set(pq.read_table(output.file("order_items"))["order_id"].to_pylist()) == {1}
