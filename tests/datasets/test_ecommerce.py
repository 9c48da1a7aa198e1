"""A web shop: exact sizes, visits that tell one story, purchases that are orders, rules that bite."""

import datetime
import decimal
import re

import duckdb
import pytest

import mutation
from mutation import ANY, nobodys, plus

DATASET = "ecommerce_dw"
ORDERS = 2000
TABLES = ["customers", "products", "orders", "order_items", "sessions", "web_events"]
COLUMNS = {
    "customers": "customer_id first_name last_name email phone date_of_birth gender address_line1 address_line2 city state "
                 "postal_code country customer_segment registration_date last_login_date is_active created_at updated_at",
    "products": "product_id product_name product_description category_id category_name subcategory_name brand sku price "
                "cost weight dimensions color size material stock_quantity reorder_level supplier_id is_active launch_date "
                "created_at updated_at",
    "orders": "order_id customer_id order_date order_status payment_method payment_status shipping_method "
              "shipping_address_line1 shipping_address_line2 shipping_city shipping_state shipping_postal_code "
              "shipping_country subtotal tax_amount shipping_cost discount_amount total_amount currency coupon_code "
              "order_source shipped_date delivered_date created_at updated_at",
    "order_items": "order_item_id order_id product_id product_name sku quantity unit_price line_total created_at updated_at",
    "web_events": "event_id session_id customer_id event_type event_timestamp product_id category_id page_url referrer_url "
                  "user_agent ip_address device_type browser os created_at",
}
EVENTS = {"page_view", "product_view", "add_to_cart", "remove_from_cart", "checkout_start", "purchase", "search", "login",
          "logout"}


@pytest.fixture(scope="module")
def sound(program, tmp_path_factory):
    return program.generate(tmp_path_factory.mktemp("shop"), rows=ORDERS, dataset=DATASET)


def connect(output):
    con = duckdb.connect()
    con.execute("set TimeZone = 'UTC'")
    for table in TABLES:
        con.execute(f"create view {table} as select * from '{output.file(table)}'")
    return con


@pytest.fixture(scope="module")
def shop(sound):
    return connect(sound)


def one(con, query):
    return con.execute(query).fetchone()


def test_has_the_columns(shop):
    for table, columns in COLUMNS.items():
        found = {row[0] for row in shop.execute(f"describe {table}").fetchall()}
        assert set(columns.split()) <= found, table


@pytest.mark.parametrize("variant, sizes", [("dev", (1000, 500, 5000, 15000, 50000)),
                                            ("staging", (10000, 5000, 50000, 150000, 500000))])
def test_environments_have_their_sizes(program, tmp_path, variant, sizes):
    output = program.generate(tmp_path, rows=None, dataset=f"{DATASET}_{variant}")
    con = connect(output)
    tables = [table for table in TABLES if table != "sessions"]
    assert tuple(one(con, f"select count(*) from {table}")[0] for table in tables) == sizes


def test_environments_and_sizes_are_options(program, tmp_path):
    made = program.run("generate", DATASET, "--environment", "dev", "--output", tmp_path / "dev", "--output-mode", "csv", "--quiet")
    assert made.returncode == 0, made.stderr
    assert list(tmp_path.glob(f"dev/Files/*/{DATASET}_dev/web_events.csv"))
    done = program.run("generate", DATASET, "--orders", 70, "--customers", 9, "--products", 33, "--seed", 0, "--output",
                       tmp_path / "own", "--output-mode", "parquet", "--quiet")
    assert done.returncode == 0, done.stderr
    for table, rows in (("orders", 70), ("customers", 9), ("products", 33), ("order_items", 210), ("web_events", 700)):
        (file,) = tmp_path.glob(f"own/Files/*/{DATASET}/{table}.parquet")
        assert duckdb.sql(f"select count(*) from '{file}'").fetchall() == [(rows,)]
    for words in (("--environment", "moon"), ("--orders", "many"), ("--orders", "5", "--target-rows", "6")):
        wrong = program.run("generate", DATASET, *words, "--output", tmp_path / "wrong", "--output-mode", "csv")
        assert wrong.returncode == 2 and wrong.stderr.startswith("error:"), wrong.stderr


@pytest.mark.parametrize("orders", [1, 7, 60])
def test_few_orders_are_sound_too(program, tmp_path, orders):
    output = program.generate(tmp_path, rows=orders, dataset=DATASET)
    done = program.run("validate", output.folder, "--dataset-id", DATASET)
    assert done.returncode == 0, done.stdout
    con = connect(output)
    assert one(con, "select count(*) from web_events")[0] == 10 * orders
    assert one(con, "select count(*) from order_items")[0] == 3 * orders


def test_keys_resolve(shop):
    for table, column, other in (("orders", "customer_id", "customers"), ("order_items", "order_id", "orders"),
                                 ("order_items", "product_id", "products"), ("sessions", "customer_id", "customers"),
                                 ("sessions", "order_id", "orders"), ("web_events", "session_key", "sessions"),
                                 ("web_events", "product_id", "products"), ("web_events", "customer_id", "customers")):
        key = {"customers": "customer_id", "orders": "order_id", "products": "product_id", "sessions": "session_key"}[other]
        missing = one(shop, f"select count(*) from {table} where {column} is not null and {column} not in "
                            f"(select {key} from {other})")[0]
        assert missing == 0, (table, column)


def test_every_purchase_is_an_order_and_its_instant(shop):
    bought, different, orders = one(shop, """
        select count(*), count(*) filter (o.order_id is null or o.order_date != e.event_timestamp
                                          or o.customer_id != e.customer_id), count(distinct e.order_id)
        from web_events e left join orders o using (order_id) where event_type = 'purchase'""")
    assert (different, orders) == (0, bought)
    on_site = one(shop, "select count(*) from orders where order_source in ('Website', 'Mobile App')")[0]
    assert bought == on_site
    assert abs(on_site - 0.34 * ORDERS) <= 2


def test_what_was_bought_was_put_into_the_cart(shop):
    assert one(shop, """
        select count(*) from web_events e join sessions s using (session_key)
        where e.event_type = 'add_to_cart' and s.order_id is not null
          and not exists (from order_items i where i.order_id = s.order_id and i.product_id = e.product_id)""")[0] == 0


def test_visits_are_in_order_of_time(shop):
    assert one(shop, """
        select count(*) from (select event_timestamp < lag(event_timestamp) over w as back,
                                     sequence_in_session != row_number() over w as gap
                              from web_events window w as (partition by session_key order by event_id))
        where back or gap""")[0] == 0
    assert one(shop, "select avg(event_count), max(event_count) > 10 from sessions")[1]


def test_funnel_narrows(shop):
    stages = [row[0] for row in shop.execute("""
        select count(distinct session_key) filter (event_type = any(e)) from web_events,
        (values (1, ['page_view']), (2, ['product_view']), (3, ['add_to_cart']), (4, ['checkout_start']), (5, ['purchase']))
        t(n, e) group by n order by n""").fetchall()]
    assert stages == sorted(stages, reverse=True) and len(set(stages)) == 5
    by_stage = [row[0] for row in shop.execute("select count(*) from sessions, range(1, 6) r(n) where stage >= n "
                                               "group by n order by n").fetchall()]
    assert stages == by_stage
    total = by_stage[0]
    for share, reached in zip((0.55, 0.24, 0.16), by_stage[1:4]):
        assert abs(reached - share * total) <= 0.01 * total + 2


def test_events_are_those_of_shops(shop):
    assert {row[0] for row in shop.execute("select distinct event_type from web_events").fetchall()} == EVENTS
    assert one(shop, "select count(*) from web_events where customer_id is null and event_type in ('login', 'logout')")[0] == 0


def test_a_visitor_keeps_the_browser_on_a_device(shop):
    assert one(shop, """select count(*) from (from sessions select 1 where customer_id is not null
                        group by customer_id, device_type having count(distinct browser || os) > 1)""")[0] == 0


def read_user_agent(text):
    device, system = "Desktop", "Linux"
    if "iPhone" in text:
        device, system = "Mobile", "iOS"
    elif "iPad" in text:
        device, system = "Tablet", "iOS"
    elif "Android" in text:
        device, system = ("Mobile" if "Mobile" in text else "Tablet"), "Android"
    elif "Windows" in text:
        system = "Windows"
    elif "Macintosh" in text:
        system = "macOS"
    browser = ("Edge" if "Edg/" in text else "Firefox" if "Firefox/" in text
               else "Chrome" if re.search("Chrome/|CriOS/", text) else "Safari")
    return device, system, browser


def test_user_agents_say_what_the_columns_say(shop):
    for text, *said in shop.execute("select distinct user_agent, device_type, os, browser from sessions").fetchall():
        assert read_user_agent(text) == tuple(said), text


def test_money_adds_up(shop):
    for (subtotal, tax, shipping, discount, total, items) in shop.execute("""
            select any_value(subtotal), any_value(tax_amount), any_value(shipping_cost), any_value(discount_amount),
                   any_value(total_amount), sum(line_total)
            from orders join order_items using (order_id) group by order_id""").fetchall():
        assert subtotal == items and total == subtotal + tax + shipping - discount


# What the checker that comes with the source's warehouse asks of a table: its least rows, columns that must be there, and conditions.
QUALITY = {
    "customers": (100, "customer_id email registration_date", [
        r"regexp_matches(email, '^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}$')",
        r"regexp_matches(phone, '^(\+?1[-. ]?)?\(?[0-9]{3}\)?[-. ]?[0-9]{3}[-. ]?[0-9]{4}$')",
        "date_diff('year', date_of_birth, date '2024-12-31') between 13 and 120"]),
    "products": (50, "product_id product_name price", [
        "price > 0 and price < 10000", "regexp_matches(sku, '^SKU[0-9]{6}$')", "stock_quantity >= 0"]),
    "orders": (10, "order_id customer_id order_date total_amount", [
        "abs(total_amount - (subtotal + tax_amount + shipping_cost - discount_amount)) < 0.01", "total_amount > 0",
        "order_date between timestamptz '2020-01-01' and timestamptz '2025-01-01'",
        "customer_id in (select customer_id from customers)"]),
    "order_items": (10, "order_item_id order_id product_id", [
        "abs(line_total - quantity * unit_price) < 0.01", "quantity between 1 and 100"]),
}


@pytest.mark.parametrize("table", QUALITY)
def test_the_sources_quality_checker_finds_nothing(shop, table):
    least, required, conditions = QUALITY[table]
    key, *_ = required.split()
    rows, keys = one(shop, f"select count(*), count(distinct {key}) from {table}")
    assert rows == keys >= least
    for condition in [f"{column} is not null" for column in required.split()] + conditions:
        assert one(shop, f"select count(*) from {table} where ({condition}) is not true") == (0,), condition


def test_a_day_alone_equals_the_whole(program, sound, shop, tmp_path):
    day = one(shop, "select cast(cast(started_at as date) as varchar) from sessions where stage = 5 group by 1 order by count(*) desc, 1")[0]
    done = program.run("generate-incremental", DATASET, "--target-rows", ORDERS, "--date", day, "--output", tmp_path,
                       "--output-mode", "parquet", "--path-format", "nested_daily", "--no-state-management")
    assert done.returncode == 0, done.stderr
    later = ("order_status", "payment_status", "shipped_date", "delivered_date", "updated_at")
    for table, key in (("orders", "order_id"), ("sessions", "session_key"), ("web_events", "event_id")):
        (file,) = tmp_path.glob(f"Files/**/{table}/data.parquet")
        names = ", ".join(row[0] for row in shop.execute(f"describe {table}").fetchall() if row[0] not in later)
        alone, common = one(shop, f"""with alone as (select {names} from '{file}'), whole as (select {names} from {table})
            select (select count(*) from alone), (select count(*) from (from alone intersect all from whole))""")
        assert alone > 0 and common == alone, table


def is_web(row):
    return row["order_source"] in ("Website", "Mobile App")


def bought(row):
    return row["order_id"] is not None


BROKEN = {
    **nobodys("customers", "email", "phone", "city"),
    ("customers", "adult"): (ANY, {"date_of_birth": lambda r: r["registration_date"].date() - datetime.timedelta(days=3000)}),
    ("customers", "login_after_registration"): (
        lambda r: r["last_login_date"],
        {"last_login_date": lambda r: r["registration_date"] - datetime.timedelta(hours=1)}),
    ("customers", "created_when_registered"): (
        ANY, {"created_at": lambda r: r["registration_date"] - datetime.timedelta(days=1)}),
    ("customers", "updated_after_created"): (
        ANY, {"updated_at": lambda r: r["registration_date"] - datetime.timedelta(days=1)}),
    ("products", "cost_below_price"): (ANY, {"cost": lambda r: r["price"]}),
    ("products", "price_in_range"): (ANY, {"price": decimal.Decimal("20000.00")}),
    ("products", "category_has_its_number"): (ANY, {"category_id": 6}),
    ("products", "stock_not_negative"): (ANY, {"stock_quantity": -1}),
    ("products", "updated_after_launch"): (
        ANY, {"updated_at": lambda r: r["created_at"] - datetime.timedelta(days=1)}),
    ("orders", "after_registration"): (lambda r: not is_web(r), {"order_date": datetime.datetime(
        2019, 1, 1, tzinfo=datetime.timezone.utc), "created_at": datetime.datetime(2019, 1, 1, tzinfo=datetime.timezone.utc)}),
    ("orders", "address_is_the_customers"): (ANY, {"shipping_postal_code": "00000"}),
    ("orders", "total_adds_up"): (ANY, {"total_amount": plus("total_amount", "0.01")}),
    ("orders", "subtotal_is_of_its_items"): (
        ANY, {"subtotal": plus("subtotal", "0.01"), "total_amount": plus("total_amount", "0.01")}),
    ("orders", "tax_is_the_states"): (ANY, {"tax_amount": plus("tax_amount", "0.01"), "total_amount": plus("total_amount", "0.01")}),
    ("orders", "total_positive"): (
        lambda r: not r["coupon_code"],
        {"tax_amount": lambda r: -r["subtotal"] - 100, "total_amount": lambda r: r["shipping_cost"] - 100}),
    ("orders", "discount_has_its_coupon"): (lambda r: not r["coupon_code"], {"coupon_code": "SAVE10"}),
    ("orders", "shipped_after_order"): (
        lambda r: r["shipped_date"], {"shipped_date": lambda r: r["order_date"] - datetime.timedelta(hours=1)}),
    ("orders", "delivered_after_shipped"): (
        lambda r: r["delivered_date"] and r["shipped_date"],
        {"delivered_date": lambda r: r["shipped_date"] - datetime.timedelta(hours=1)}),
    ("orders", "status_has_its_dates"): (
        lambda r: r["order_status"] == "Delivered" and r["shipped_date"], {"order_status": "Shipped"}),
    ("orders", "cancelled_is_not_paid"): (lambda r: r["order_status"] == "Cancelled", {"payment_status": "Captured"}),
    ("orders", "nothing_is_shipped_in_store"): (lambda r: r["order_source"] == "In-Store", {"shipping_method": "Ground"}),
    ("orders", "updated_last"): (ANY, {"updated_at": lambda r: r["order_date"] - datetime.timedelta(days=1)}),
    ("order_items", "one_line_per_product"): None,
    ("order_items", "line_is_quantity_times_price"): None,
    ("order_items", "price_is_the_products"): (ANY, {"sku": "SKU000000"}),
    ("order_items", "quantity_in_range"): (ANY, {"quantity": 101, "line_total": lambda r: 101 * r["unit_price"]}),
    ("order_items", "sold_after_launch"): None,
    ("order_items", "made_with_the_order"): (ANY, {"created_at": lambda r: r["created_at"] + datetime.timedelta(hours=1)}),
    ("sessions", "ends_after_start"): (
        lambda r: not bought(r) and r["event_count"] == 1,
        {"started_at": lambda r: r["ended_at"] + datetime.timedelta(hours=1)}),
    ("sessions", "ends_with_its_order"): (bought, {"customer_id": lambda r: r["customer_id"] % 5 + 1}),
    ("sessions", "order_is_of_the_site"): None,
    ("sessions", "bought_means_last_stage"): (bought, {"stage": 4}),
    ("sessions", "as_many_events_as_stages"): (bought, {"event_count": 4}),
    ("sessions", "ip_is_reserved"): (ANY, {"ip_address": "8.8.8.8"}),
    ("sessions", "user_agent_says_the_browser"): (lambda r: r["browser"] == "Chrome" and r["os"] == "Windows", {"browser": "Edge"}),
    ("sessions", "user_agent_says_the_system"): (lambda r: r["browser"] == "Chrome" and r["os"] == "Windows", {"os": "macOS"}),
    ("sessions", "browser_fits_system"): (lambda r: r["os"] == "Windows", {"browser": "Safari"}),
    ("sessions", "device_fits_system"): (lambda r: r["os"] == "iOS", {"device_type": "Desktop"}),
    ("web_events", "inside_the_session"): (
        ANY, {"event_timestamp": lambda r: r["event_timestamp"] - datetime.timedelta(days=1)}),
    ("web_events", "one_browser_a_session"): (ANY, {"user_agent": "Mozilla/5.0 (other)"}),
    ("web_events", "purchase_has_its_order"): (lambda r: r["event_type"] == "purchase", {"order_id": None}),
    ("web_events", "purchase_is_the_sessions_order"): (bought, {"order_id": lambda r: r["order_id"] + 1}),
    ("web_events", "customer_is_the_sessions"): (lambda r: r["customer_id"], {"customer_id": lambda r: r["customer_id"] + 1}),
    ("web_events", "product_of_product_events"): (
        lambda r: r["event_type"] == "product_view", {"product_id": None, "category_id": None}),
    ("web_events", "category_of_product_events"): (lambda r: r["category_id"], {"category_id": None}),
    ("web_events", "one_place_a_session"): (
        lambda r: r["sequence_in_session"] == 2, {"sequence_in_session": 1}),
    ("web_events", "pages_are_the_shops"): (ANY, {"page_url": "https://www.example.com/"}),
}

# A change that other rules see too, because they say more than one thing of a cell.
ALSO = {
    ("orders", "after_registration"): {("order_items", "made_with_the_order")},
    ("web_events", "purchase_has_its_order"): set(),
    ("sessions", "ends_after_start"): {("web_events", "inside_the_session")},
    ("sessions", "ends_with_its_order"): {("web_events", "customer_is_the_sessions")},
    ("sessions", "user_agent_says_the_browser"): {("web_events", "one_browser_a_session")},
    ("sessions", "user_agent_says_the_system"): {("web_events", "one_browser_a_session")},
    ("sessions", "browser_fits_system"): {("web_events", "one_browser_a_session"), ("sessions", "user_agent_says_the_browser")},
    ("sessions", "device_fits_system"): {("web_events", "one_browser_a_session")},
    ("orders", "total_positive"): {("orders", "tax_is_the_states")},
    ("order_items", "quantity_in_range"): {("orders", "subtotal_is_of_its_items")},
    ("orders", "subtotal_is_of_its_items"): {("orders", "tax_is_the_states")},
    ("sessions", "ip_is_reserved"): {("web_events", "one_browser_a_session")},
    ("products", "price_in_range"): {("order_items", "price_is_the_products")},
}


def test_every_rule_has_a_mutation(program):
    assert mutation.named_rules(program, DATASET) == set(BROKEN)


@pytest.mark.parametrize("rule", [rule for rule, change in BROKEN.items() if change], ids=".".join)
def test_a_broken_row_breaks_its_rule(program, sound, tmp_path, rule):
    mutation.breaks_its_rule(program, sound, tmp_path, rule, BROKEN[rule], ALSO.get(rule, ()))


def test_two_lines_of_a_product_break_their_rule(program, sound, shop, tmp_path):
    order, product, other = one(shop, """select order_id, min(product_id), max(product_id) from order_items
                                         group by 1 having count(*) = 2""")
    product_row = dict(zip(("product_name", "sku", "unit_price"), one(
        shop, f"select product_name, sku, price from products where product_id = {product}")))
    data = mutation.Mutation(program, sound, tmp_path)
    data.change("order_items", lambda r: r["order_id"] == order and r["product_id"] == other,
                {"product_id": product, "product_name": product_row["product_name"], "sku": product_row["sku"],
                 "unit_price": product_row["unit_price"],
                 "line_total": lambda r: r["quantity"] * product_row["unit_price"]})
    broken = data.broken_rules()
    assert ("order_items", "one_line_per_product") in broken
    assert broken <= {("order_items", "one_line_per_product"), ("order_items", "sold_after_launch"),
                      ("orders", "subtotal_is_of_its_items")}


def test_a_wrong_line_total_breaks_its_rule(program, sound, tmp_path):
    data = mutation.Mutation(program, sound, tmp_path)
    data.change("order_items", ANY, {"line_total": plus("line_total", "0.01")})
    assert data.broken_rules() == {("order_items", "line_is_quantity_times_price"), ("orders", "subtotal_is_of_its_items")}


def test_a_product_sold_before_its_launch_breaks_its_rule(program, sound, shop, tmp_path):
    late = one(shop, "select product_id from products join order_items using (product_id) order by launch_date desc")[0]
    data = mutation.Mutation(program, sound, tmp_path)
    data.change("products", lambda r: r["product_id"] == late,
                {"launch_date": datetime.date(2024, 12, 31),
                 "created_at": datetime.datetime(2024, 12, 31, tzinfo=datetime.timezone.utc),
                 "updated_at": lambda r: datetime.datetime(2025, 12, 31, tzinfo=datetime.timezone.utc)})
    assert data.broken_rules() == {("order_items", "sold_after_launch")}


def test_a_visit_with_an_order_of_the_shop_breaks_its_rule(program, sound, tmp_path):
    data = mutation.Mutation(program, sound, tmp_path)
    data.change("orders", is_web, {"order_source": "Phone"})
    assert data.broken_rules() == {("sessions", "order_is_of_the_site")}


@pytest.fixture(scope="module")
def made(program, tmp_path_factory):
    """The dataset `ecommerce`: a day has so many orders, items have so many in the mean."""
    return program.generate(tmp_path_factory.mktemp("full"), "--scale-factor", "0.0005", rows=None, dataset="ecommerce")


def test_sizes_are_exact(made):
    sizes = [duckdb.sql(f"select count(*) from '{made.file(table)}'").fetchall()[0][0]
             for table in ("customers", "orders", "order_items")]
    assert sizes == [500, 9000, 23400]
    by_day = duckdb.sql(f"select count(*) from '{made.file('orders')}' group by order_date").fetchall()
    assert by_day == [(100,)] * 90


def test_mistakes_have_a_way_out(program, tmp_path):
    for option, value in (("--orders-per-day", "-1"), ("--n-customers", "many"), ("--n-orders", "5")):
        done = program.run("generate", "ecommerce", option, value, "--output", tmp_path, "--output-mode", "parquet")
        assert done.returncode == 2 and done.stderr.startswith("error:"), done.stderr


def test_what_was_sold_is_listed_on_the_last_day_only(program, made, tmp_path):
    data = mutation.Mutation(program, made, tmp_path)
    (item,) = data.read("order_items")["product_id"][:1].to_pylist()
    data.change("products", lambda r: r["product_id"] == item, {"listed_date": datetime.date(2023, 3, 31)})
    assert data.broken_rules() == {("order_items", "sold_after_listing")}
