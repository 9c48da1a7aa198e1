"""Stars and the datasets that they use agree, fact by fact; their named rules find one broken row each."""

import datetime
import decimal
import json
import pathlib
import sys

import duckdb
import pyarrow.parquet as pq
import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from lakeseed_program import Output, tables_of  # noqa: E402
from mutation import Mutation, plus  # noqa: E402

LINES = 20_000


@pytest.fixture(scope="module")
def star(program, tmp_path_factory):
    return program.generate(tmp_path_factory.mktemp("star"), rows=LINES, dataset="retail_star_small")


@pytest.fixture(scope="module")
def oltp(program, tmp_path_factory):
    """The dataset that the star uses, as it is: an order has two and a half lines."""
    return program.generate(tmp_path_factory.mktemp("oltp"), rows=LINES * 2 // 5, dataset="retail_oltp_small")


@pytest.fixture(scope="module")
def sql(star, oltp):
    """Both as views: s_<table> of the star, o_<table> of the OLTP side."""
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    for prefix, output in (("s", star), ("o", oltp)):
        for entry in tables_of(json.loads(output.manifest.read_text())).values():
            files = [str(output.folder / file["path"]) for file in entry["files"]]
            connection.execute(f"create view {prefix}_{entry['table']} as select * from read_parquet({files})")

    def ask(query):
        return connection.execute(query).fetchall()
    return ask


def test_only_the_star_is_written(star):
    tables = tables_of(json.loads(star.manifest.read_text()))
    assert sorted(tables) == ["dim_customer", "dim_date", "dim_product", "dim_store", "dim_time", "fact_sales"]


def test_hidden_tables_cannot_be_asked_for(program, tmp_path):
    done = program.run("generate", "retail_star_small", "--target-rows", 100, "--tables", "orders",
                       "--output", tmp_path / "x", "--output-mode", "parquet")
    assert done.returncode == 2
    assert "hidden: orders" in done.stderr and "fact_sales" in done.stderr


def test_the_target_counts_facts(sql):
    assert sql("select count(*) from s_fact_sales") == [(LINES,)]
    assert sql("select count(*) from o_order_items") == [(LINES,)]


def test_every_fact_is_its_order_line(sql):
    """Row by row and amount by amount, to the cent; and so the sums."""
    differ = sql("""
        select count(*) from s_fact_sales s full join o_order_items i on i.order_item_id = s.sales_fact_key
        left join o_orders o on o.order_id = i.order_id
        where i.order_id is distinct from s.order_id or i.quantity is distinct from s.quantity_sold
           or i.unit_price is distinct from s.unit_price or i.line_total is distinct from s.sales_amount
           or coalesce(i.discount_amount, 0) is distinct from s.discount_amount
           or cast(strftime(o.order_date at time zone 'America/Chicago', '%Y%m%d') as bigint) != s.date_key
           or cast(strftime(o.order_date at time zone 'America/Chicago', '%H%M') as bigint) != s.time_key""")
    assert differ == [(0,)]
    sums = sql("select sum(sales_amount), sum(discount_amount), sum(net_amount) from s_fact_sales")
    assert sums == sql("""select sum(line_total), sum(coalesce(discount_amount, 0)),
                                 sum(line_total - coalesce(discount_amount, 0)) from o_order_items""")


def test_nets_of_an_order_are_its_subtotal(sql):
    assert sql("""select count(*) from o_orders o join
                  (select order_id, sum(net_amount) net, sum(tax_amount) tax, count(*) n from s_fact_sales group by 1) s
                  using (order_id) where s.net != o.subtotal or abs(s.tax - o.tax_amount) > 0.01 * s.n""") == [(0,)]
    assert sql("select count(distinct order_id) from s_fact_sales") == sql("select count(*) from o_orders")


@pytest.mark.parametrize("dimension, key, member", [
    ("customer", "customer_id", "customer_id"), ("product", "product_id", "product_id"),
    ("store", "store_id", "store_id")])
def test_every_key_hits_the_version_of_its_day(sql, dimension, key, member):
    name = f"s_dim_{dimension}"
    wrong = sql(f"""
        select count(*) from s_fact_sales s
        join o_order_items i on i.order_item_id = s.sales_fact_key join o_orders o on o.order_id = i.order_id
        left join {name} d on d.{dimension}_key = s.{dimension}_key
        left join s_dim_date t on t.date_key = s.date_key left join s_dim_time m on m.time_key = s.time_key
        where t.date_key is null or m.time_key is null
           or d.{member} is distinct from {'i' if dimension == 'product' else 'o'}.{key}
           or t.full_date < d.effective_date or t.full_date >= d.expiry_date""")
    assert wrong == [(0,)]


def test_current_versions_are_the_oltp_rows(sql):
    """The open version of each customer is the row of customers, as known at the end of the window."""
    assert sql("""
        select count(*) from o_customers c full join (select * from s_dim_customer where is_current) d using (customer_id)
        where c.is_active and (d.customer_key is null or c.city != d.city or c.state != d.state
              or c.customer_segment != d.customer_segment or c.email != d.email
              or c.registration_date != d.registration_date)""") == [(0,)]
    assert sql("select count(*) from s_dim_customer where is_current") == \
        sql("select count(*) from o_customers where is_active")


def test_departments_are_those_of_the_categories(sql):
    department = {"Books & Media": "Leisure", "Sports & Outdoors": "Leisure", "Toys": "Leisure", "Clothing": "Fashion",
                  "Baby": "Daily needs", "Beauty": "Daily needs", "Food": "Daily needs", "Health": "Daily needs",
                  "Pet Supplies": "Daily needs", "Automotive": "Hardlines", "Electronics": "Hardlines",
                  "Home & Garden": "Hardlines", "Office": "Hardlines"}
    found = sql("select distinct category, department from s_dim_product")
    assert all(department[category] == given for category, given in found)
    assert len({given for _, given in found}) == 4


def test_versions_abut(sql):
    """No gap, no overlap, one open version at most, and there are members with several."""
    assert sql("""
        select count(*) from (select customer_id, version, effective_date, expiry_date,
            lag(expiry_date) over w before, lag(version) over w last, lead(version) over w next, is_current
            from s_dim_customer window w as (partition by customer_id order by version))
        where (before is not null and before != effective_date) or version != coalesce(last, 0) + 1
           or (is_current and next is not null)""") == [(0,)]
    assert sql("select count(*) > 50 from s_dim_customer where version > 1") == [(True,)]


def test_date_and_time(sql):
    assert sql("select count(*), count(distinct date_key), min(full_date), max(full_date) from s_dim_date")[0][:2] == \
        (3653, 3653)
    assert sql("""
        select count(*) from s_dim_date where date_key != cast(strftime(full_date, '%Y%m%d') as bigint)
           or day_of_week != isodow(full_date) or week_of_year != week(full_date) or quarter != quarter(full_date)
           or day_of_year != dayofyear(full_date) or day_name != dayname(full_date) or month_name != monthname(full_date)
           or is_weekend != (isodow(full_date) > 5) or is_holiday != (holiday_name is not null)
           or fiscal_year != year(full_date - interval 1 month) or fiscal_month != (month(full_date) + 10) % 12 + 1
           or fiscal_quarter != (fiscal_month - 1) // 3 + 1""") == [(0,)]
    assert sql("""
        select count(*) from (select *, row_number() over (order by time_key) - 1 n from s_dim_time)
        where hour != n // 60 or minute != n % 60 or second != 0 or time_key != hour * 100 + minute
           or full_time != strftime(timestamp '2024-01-01' + to_minutes(n), '%H:%M:%S')
           or am_pm != strftime(timestamp '2024-01-01' + to_minutes(n), '%p')
           or hour_12 != cast(strftime(timestamp '2024-01-01' + to_minutes(n), '%-I') as bigint)
           or is_business_hours != (hour >= 9 and hour < 17)""") == [(0,)]
    assert sql("select count(*) from s_dim_time") == [(1440,)]


def any_row(row):
    return row is not None


def bought_at_a_discount(row):
    return row["discount_amount"] > 0


# Table, named rule, the row that is broken, and how: exactly that rule finds it.
MUTATIONS = [
    ("fact_sales", "rule:net_adds_up", any_row, {"net_amount": plus("net_amount", "0.01")}),
    ("fact_sales", "rule:profit_adds_up", any_row, {"profit_amount": plus("profit_amount", "-0.01")}),
    ("fact_sales", "rule:sales_is_quantity_times_price", any_row,
     {name: plus(name, "0.01") for name in ("sales_amount", "net_amount", "profit_amount")}),
    ("fact_sales", "rule:discount_below_sales", any_row,
     {"discount_amount": lambda row: row["sales_amount"], "net_amount": decimal.Decimal("0.00"),
      "profit_amount": lambda row: -row["cost_amount"]}),
    ("fact_sales", "rule:price_of_the_version", lambda row: row["quantity_sold"] == 1,
     {"unit_price": plus("unit_price", "0.01"), "sales_amount": plus("sales_amount", "0.01"),
      "net_amount": plus("net_amount", "0.01"), "profit_amount": plus("profit_amount", "0.01")}),
    ("fact_sales", "rule:cost_of_the_version", any_row,
     {"cost_amount": plus("cost_amount", "0.01"), "profit_amount": plus("profit_amount", "-0.01")}),
    ("fact_sales", "reference:date_key", lambda row: row["date_key"] > 20241200, {"date_key": 20301201}),
    ("fact_sales", "reference:time_key", any_row, {"time_key": 2400}),
    ("dim_customer", "rule:registered_before", lambda row: row["version"] == 1,
     {"registration_date": lambda row: row["effective_date"] + datetime.timedelta(1)}),
    ("dim_customer", "rule:current_is_open", lambda row: row["is_current"], {"is_current": False}),
    ("dim_customer", "rule:adult_at_registration", any_row,
     {"date_of_birth": lambda row: row["registration_date"] - datetime.timedelta(17 * 365)}),
    ("dim_product", "rule:cost_below_price", any_row, {"cost_price": lambda row: row["unit_price"]}),
    ("dim_store", "rule:opened_before", any_row,
     {"opened_date": lambda row: row["effective_date"] + datetime.timedelta(1)}),
    ("dim_date", "unique:full_date", any_row, {"full_date": datetime.date(2020, 1, 2)}),
]


@pytest.mark.parametrize("table, rule, where, values", MUTATIONS, ids=[f"{m[0]}-{m[1]}" for m in MUTATIONS])
def test_one_broken_row_breaks_that_rule(program, star, tmp_path, table, rule, where, values):
    copy = Mutation(program, star, tmp_path)
    copy.change(table, where, values)
    assert (table, rule) in copy.broken()


def test_a_version_of_another_day_is_found(program, star, tmp_path):
    """A fact that refers to a later version of its own customer: only the day tells."""
    copy = Mutation(program, star, tmp_path)
    versions = copy.read("dim_customer").to_pylist()
    first = {row["customer_key"]: row["customer_id"] for row in versions if row["version"] == 1 and not row["is_current"]}
    later = {row["customer_id"]: row["customer_key"] for row in versions if row["version"] == 2}
    copy.change("fact_sales", lambda row: first.get(row["customer_key"]) in later,
                {"customer_key": lambda row: later[first[row["customer_key"]]]})
    assert copy.broken() >= {("fact_sales", "version:customer_key"),
                                    ("fact_sales", "rule:customer_version_has_begun")}


def test_a_line_twice_is_found(program, star, tmp_path):
    copy = Mutation(program, star, tmp_path)
    rows = copy.read("fact_sales").to_pylist()
    number = next(i for i in range(len(rows) - 1) if rows[i]["order_id"] == rows[i + 1]["order_id"])
    before = rows[number]
    copy.change("fact_sales", lambda row: row["sales_fact_key"] == before["sales_fact_key"] + 1,
                {"product_key": before["product_key"]})
    assert ("fact_sales", "unique:one_row_per_product_of_an_order") in copy.broken()


@pytest.fixture(scope="module")
def shelves(program, tmp_path_factory):
    """Stock and sales of the star, and the shelves of the dataset that it uses."""
    star = program.generate(tmp_path_factory.mktemp("shelves"), rows=20_000, dataset="retail_star_large")
    oltp = program.generate(tmp_path_factory.mktemp("shelves_oltp"), rows=8000, dataset="retail_oltp_large")
    lake = duckdb.connect()
    for table in ("fact_inventory", "fact_sales", "dim_product", "dim_store"):
        lake.execute(f"create view {table} as select * from read_parquet('{star.file(table)}')")
    for table in ("inventory", "products"):
        lake.execute(f"create view {table} as select * from read_parquet('{oltp.file(table)}')")
    return lake


def test_stock_adds_up_from_month_to_month(shelves):
    assert shelves.execute("""
        select count(*) from (select *, lag(quantity_on_hand, 1, opening_quantity) over (partition by inventory_id
                              order by date_key) before from fact_inventory)
        where quantity_on_hand != before + quantity_received - quantity_sold or opening_quantity != before
           or least(quantity_on_hand, quantity_received, quantity_sold) < 0""").fetchall() == [(0,)]
    months, shelves_, last = shelves.execute(
        "select count(distinct date_key), count(distinct inventory_id), max(date_key) from fact_inventory").fetchone()
    assert months == 24 and last == 20241231
    assert shelves.execute("select count(*) from fact_inventory").fetchone()[0] < months * shelves_, "all are there from the first month"


def test_what_is_sold_from_stock_is_what_the_sales_say(shelves):
    """Of every shelf and month, whatever the rules of the dataset say."""
    sold = """select s.store_id, p.product_id, f.date_key // 100 as month, sum(f.quantity_sold) as units
              from fact_sales f join dim_store s using (store_key) join dim_product p using (product_key) group by all"""
    assert shelves.execute(f"""
        select count(*) from fact_inventory i left join ({sold}) t
        on i.store_id = t.store_id and i.product_id = t.product_id and i.date_key // 100 = t.month
        where i.quantity_sold != coalesce(t.units, 0)""").fetchall() == [(0,)]
    assert shelves.execute("select sum(quantity_sold) from fact_inventory").fetchone()[0] > 1000
    assert shelves.execute("select count(*) from fact_inventory where quantity_on_hand < opening_quantity").fetchone()[0] > 100


def test_the_last_month_leaves_what_is_on_the_shelves(shelves):
    assert shelves.execute("""
        select count(*), count(i.inventory_id), sum((i.quantity_on_hand != o.quantity_on_hand)::int)
        from inventory o left join (select * from fact_inventory where date_key = 20241231) i using (inventory_id)"""
                           ).fetchone() == (shelves.execute("select count(*) from inventory").fetchone() * 2) + (0,)
    assert shelves.execute("""
        select count(*) from products p left join (select product_id, sum(quantity_on_hand) as units from inventory group by 1) i
        using (product_id) where p.stock_quantity != coalesce(units, 0)""").fetchall() == [(0,)]


@pytest.mark.parametrize("dataset, fact, day", [
    ("retail_star_small", "fact_sales", "2024-11-28"), ("ecommerce_star_small", "fact_page_views", "2024-11-28"),
    ("ecommerce_star_small", "dim_session", "2024-11-28"), ("finance_star_small", "fact_transactions", "2024-11-28"),
    ("retail_star_large", "fact_inventory", "2024-11-28")])
def test_days_alone_are_the_days_of_the_whole(program, tmp_path, dataset, fact, day):
    """Facts of three days are the same, each day alone and all days at once."""
    whole = program.generate(tmp_path / "whole", rows=6000, dataset=dataset)
    first = datetime.date.fromisoformat(day)
    last = first + datetime.timedelta(2)
    days = tmp_path / "days"
    done = program.run("generate-series", dataset, "--start-date", first, "--end-date", last, "--target-rows", 6000,
                       "--output", days, "--output-mode", "parquet", "--quiet", "--execute")
    assert done.returncode == 0, done.stderr
    files = sorted(str(path) for path in days.rglob(f"*{fact}*.parquet"))
    assert len(files) == 3
    made = duckdb.sql(f"select columns(*)::varchar from read_parquet({files}) order by 1").fetchall()
    there = duckdb.sql(f"""select columns(*)::varchar from read_parquet('{whole.file(fact)}')
                           where date_key between {first:%Y%m%d} and {last:%Y%m%d} order by 1""").fetchall()
    assert made == there and len(made) > 3


def test_imported_tables_are_those_of_their_own_dataset(program, tmp_path):
    """Whatever the file that uses them is called and whatever its domain: the same rows, to the byte."""
    schema = tmp_path / "other.yaml"
    schema.write_text("dataset: other\ndomain: elsewhere\n"
                      "uses: {dataset: retail_oltp_small, tables: [customers, stores, orders, order_items]}\n"
                      "tables:\n  dim_date: {calendar: days}\n")
    done = program.run("generate", "--custom-schema", schema, "--target-rows", 500, "--output", tmp_path / "other",
                       "--output-mode", "parquet", "--quiet")
    assert done.returncode == 0, done.stderr
    own = program.generate(tmp_path / "own", rows=500)
    theirs = Output(tmp_path / "other", "other", "parquet")
    for table in ("customers", "stores", "orders", "order_items"):
        assert pq.read_table(theirs.file(table)).equals(pq.read_table(own.file(table))), table
    assert pq.read_metadata(theirs.file("dim_date")).num_rows == 731
    assert not theirs.file("inventory").exists()
