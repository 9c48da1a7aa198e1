"""Each named rule of the built-in datasets finds the one row that breaks it, and no other rule does, but for those that say more of the
same cell. (Rules of people, of the warehouse, of the practice and of the bank have theirs beside their other tests.)"""

import datetime
import decimal
import json

import pytest

import test_series_tables
import test_star_domains
import test_stars
from lakeseed_program import built_in
from mutation import ANY, before, breaks_its_rule, cells, has, is_, named_rules, nobodys, plus

CENT = decimal.Decimal("0.01")
ZERO = decimal.Decimal("0.00")
SECOND, DAY = datetime.timedelta(seconds=1), datetime.timedelta(days=1)
LONG_AGO = datetime.date(1999, 1, 1)



def inside(column, **fields):
    """A struct with other values in these fields."""
    return lambda row: row[column] | fields


def has_some(column):
    return lambda row: len(row[column]) > 0


def of_first(column, **fields):
    """A list of structs with other values in the first of them; a value may be a function of it."""
    def change(row):
        first, *others = row[column]
        return [first | {name: value(first) if callable(value) else value for name, value in fields.items()}, *others]
    return change


def more_money(*parts):
    """A cent more in an order's total and in these parts of it, and paid."""
    return {"amounts": lambda r: r["amounts"] | {part: r["amounts"][part] + CENT for part in ("total", *parts)},
            "payment": lambda r: r["payment"] | {"amount": r["payment"]["amount"] + CENT}}


def twin(table, *columns, same=None):
    """A row takes these columns of the row before it, which has the same `same`."""
    def change(data):
        rows = data.read(table).to_pylist()
        number = next(i for i in range(1, len(rows)) if same is None or rows[i][same] == rows[i - 1][same])
        data.change(table, number, {name: rows[number - 1][name] for name in columns if rows[number][name] != rows[number - 1][name]})
    return change


def parent(child, reference, table, key, values):
    """The row that the first child refers to is changed."""
    def change(data):
        first = next(value for value in data.read(child)[reference].to_pylist() if value is not None)
        data.change(table, lambda row: row[key] == first, values)
    return change


SIZES = {
    "retail_oltp_small": {"rows": 1500}, "retail_star_large": {"rows": 2500}, "finance_star_small": {"rows": 3000},
    "ecommerce_star_large": {"rows": 20_000}, "ecommerce_star_incremental": {"words": ("--scale-factor", 0.00001)},
    "ecommerce": {"words": ("--scale-factor", 0.0001)}, "ecommerce_nested": {"rows": 400},
    "market_ohlcv": {"words": test_series_tables.SMALL["market_ohlcv"]},
    "market_quotes": {"words": test_series_tables.SMALL["market_quotes"]},
    "sensors": {"words": test_series_tables.SMALL["sensors"]}, "weather": {"words": test_series_tables.SMALL["weather"]},
}
# Of calendars and clocks, which are alike. The first day is in no fact.
CALENDAR = {
    ("dim_date", "key_is_the_date"): (0, {"date_key": 20191231}),
    ("dim_date", "parts_are_the_dates"): (0, {"day_of_year": 2}),
    ("dim_date", "week_is_the_iso_week"): (0, {"week_of_year": 2}),
    ("dim_date", "weekend_is_saturday_and_sunday"): (lambda r: not r["is_weekend"] and not r["is_business_day"], {"is_weekend": True}),
    ("dim_date", "holidays_have_names"): (is_("is_holiday", True), {"holiday_name": None}),
    ("dim_date", "no_business_at_weekends"): (is_("is_weekend", True), {"is_business_day": True}),
}
CLOCK = {
    ("dim_time", "key_is_the_time"): (0, {"time_key": 2400}),
    ("dim_time", "clock_of_twelve_hours"): (0, {"hour_12": 0}),
}
# Dataset, table and rule -> the row, the cells that are changed, and other rules that see it too.
BROKEN = {
    "retail_oltp_small": {
        ("customers", "adult_at_registration"): (ANY, {"date_of_birth": lambda r: r["registration_date"] - 17 * 365 * DAY}),
        **nobodys("customers", "email", "phone", "city"), **nobodys("stores", "phone", "city"),
        ("products", "cost_below_price"): (ANY, {"cost_price": lambda r: r["unit_price"]}),
        ("products", "price_positive"): (ANY, {"unit_price": ZERO, "cost_price": -CENT}, ("order_items.price_is_the_products",)),
        ("stores", "size_in_range"): (ANY, {"square_footage": 999}),
        ("orders", "after_registration"): (lambda r: r["channel"] != "in_store" and r["shipped_date"] is None,
                                           {"order_date": lambda r: r["order_date"].replace(year=2001)}, ("order_items.product_was_on_sale",)),
        ("orders", "notes_are_of_deliveries"): (lambda r: r["channel"] == "in_store", {"notes": "Leave at the door"}),
        ("orders", "store_was_open"): parent("orders", "store_id", "stores", "store_id", {"opened_date": datetime.date(2024, 12, 31)}),
        ("orders", "shipped_after_order"): (lambda r: r["shipped_date"] and r["delivered_date"] is None,
                                            {"shipped_date": lambda r: r["order_date"] - SECOND}),
        ("orders", "delivered_after_order"): (lambda r: r["channel"] == "in_store", {"delivered_date": lambda r: r["order_date"] - SECOND}),
        ("orders", "delivered_after_shipped"): (lambda r: r["shipped_date"] and r["delivered_date"],
                                                {"delivered_date": lambda r: r["shipped_date"] - SECOND}),
        ("orders", "shipped_status"): (lambda r: r["shipped_date"] and not r["delivered_date"], {"status": "Processing"}),
        ("orders", "delivered_status"): (lambda r: r["shipped_date"] and r["delivered_date"], {"status": "Shipped"}),
        ("orders", "store_for_shop_orders"): (lambda r: r["store_id"], {"store_id": None}, ("orders.tax_of_a_shop_is_its_states",)),
        ("orders", "total_positive"): (ANY, {"order_total": ZERO}, ("orders.total_adds_up",)),
        ("orders", "total_adds_up"): (ANY, cells("order_total")),
        ("orders", "subtotal_is_of_its_items"): (lambda r: r["channel"] != "in_store", cells("subtotal", "order_total")),
        ("orders", "discount_below_subtotal"): (lambda r: r["tax_amount"] > ZERO, {
            "discount_amount": lambda r: r["subtotal"], "order_total": lambda r: r["tax_amount"] + r["shipping_cost"]}),
        ("orders", "no_postage_in_a_shop"): (is_("channel", "in_store"), cells("shipping_cost", "order_total")),
        ("orders", "tax_of_a_shop_is_its_states"): (is_("channel", "in_store"), cells("tax_amount", "order_total")),
        ("order_items", "one_line_per_product"): twin("order_items", "product_id", same="order_id"),
        ("order_items", "line_is_quantity_times_price"): (ANY, cells("line_total"), ("orders.subtotal_is_of_its_items",)),
        ("order_items", "price_is_the_products"): (ANY, cells("unit_price") | {"line_total": lambda r: r["line_total"] + r["quantity"] * CENT},
                                                   ("orders.subtotal_is_of_its_items",)),
        ("order_items", "quantity_in_range"): (ANY, {"quantity": 101, "line_total": lambda r: 101 * r["unit_price"]},
                                               ("orders.subtotal_is_of_its_items",)),
        ("order_items", "discount_below_line"): (ANY, {"discount_amount": lambda r: r["line_total"]}, ("orders.subtotal_is_of_its_items",)),
        ("order_items", "product_was_on_sale"): parent(
            "order_items", "product_id", "products", "product_id", {"created_date": datetime.date(2024, 12, 31)}),
        ("inventory", "one_row_per_pair"): twin("inventory", "store_id", same="product_id"),
        ("inventory", "reserved_is_there"): (ANY, {"quantity_reserved": lambda r: r["quantity_on_hand"] + 1}),
        ("inventory", "reorder_level_in_range"): (ANY, {"reorder_level": 9}),
        ("inventory", "restocked_after_created"): (ANY, {"last_restocked_date": LONG_AGO}),
        ("inventory", "not_negative"): (ANY, {"quantity_reserved": -1}),
    },
    "retail_star_large": {
        **CALENDAR, **CLOCK, **nobodys("dim_customer", "email", "city"), **nobodys("dim_store", "city"),
        ("dim_date", "fiscal_year_begins_in_february"): (ANY, {"fiscal_year": plus("fiscal_year", 1)}),
        ("dim_store", "size_in_range"): (ANY, {"square_footage": 999}),
        ("dim_supplier", "rating_in_range"): (ANY, {"rating": 6}),
        ("dim_supplier", "lead_time_is_positive"): (ANY, {"lead_time_days": 0}),
        ("dim_customer", "versions_have_days"): (lambda r: not r["is_current"], {"expiry_date": lambda r: r["effective_date"]}),
        ("dim_product", "versions_have_days"): (lambda r: not r["is_current"], {"expiry_date": lambda r: r["effective_date"]}),
        ("dim_product", "current_is_open"): (is_("is_current", True), {"is_current": False}),
        ("dim_store", "versions_have_days"): (is_("is_current", True), {"expiry_date": lambda r: r["effective_date"], "is_current": False}),
        ("dim_store", "current_is_open"): (is_("is_current", True), {"is_current": False}),
        ("fact_inventory", "stock_adds_up"): (lambda r: r["quantity_received"] > 0, {"quantity_received": plus("quantity_received", 1)},
                                              ("fact_inventory.opens_as_it_closed",)),
        ("fact_inventory", "not_negative"): (lambda r: r["quantity_sold"] > 0, {
            "quantity_received": -1, "quantity_sold": lambda r: r["quantity_sold"] - r["quantity_received"] - 1},
            ("fact_inventory.sold_is_what_sales_say",)),
        ("fact_inventory", "opens_as_it_closed"): (lambda r: r["quantity_received"] > 0 and r["date_key"] > 20230301, {
            "opening_quantity": plus("opening_quantity", 1), "quantity_received": plus("quantity_received", -1)}),
        ("fact_inventory", "sold_is_what_sales_say"): (lambda r: r["quantity_sold"] > 0, {
            "quantity_sold": plus("quantity_sold", 1), "quantity_received": plus("quantity_received", 1)}),
        ("fact_inventory", "value_is_cost"): (ANY, cells("inventory_value")),
        ("fact_inventory", "one_row_per_month"): (lambda r: r["date_key"] == 20230228 and r["quantity_sold"] == 0, {"date_key": 20230131},
                                                  ("fact_inventory.sold_is_what_sales_say",)),
        ("fact_sales", "customer_version_has_begun"): (lambda r: r["date_key"] > 20240101, {"date_key": 20200102}, (
            "fact_sales.product_version_has_begun", "fact_sales.store_version_has_begun")),
        ("fact_sales", "product_version_has_begun"): (lambda r: r["date_key"] > 20240101, {"date_key": 20200102}, (
            "fact_sales.customer_version_has_begun", "fact_sales.store_version_has_begun")),
        ("fact_sales", "store_version_has_begun"): parent(
            "fact_sales", "store_key", "dim_store", "store_key", {"effective_date": datetime.date(2024, 12, 31)}),
        ("fact_sales", "one_row_per_product_of_an_order"): twin("fact_sales", "product_key", same="order_id"),
    },
    "finance_star_small": {
        **CLOCK,
        ("dim_date", "key_is_the_date"): (*CALENDAR["dim_date", "key_is_the_date"], ("dim_date.neighbours",)),
        ("dim_date", "week_is_the_iso_week"): CALENDAR["dim_date", "week_is_the_iso_week"],
        ("dim_date", "flags_are_the_months_end"): (ANY, {"month_end_flag": lambda r: not r["month_end_flag"]}),
        ("dim_account", "limit_only_for_credit_cards"): (is_("account_type", "Savings"), {"credit_limit": CENT}),
        ("dim_account", "opened_after_joining"): (ANY, {"opened_date": LONG_AGO}),
        ("dim_account", "closed_after_opened"): (has("closed_date"), {"closed_date": LONG_AGO}),
        ("dim_account", "customer_key_is_the_owners"): (ANY, {"customer_id": plus("customer_id", 1)}, ("fact_transactions.customer_owns_the_account",)),
        ("dim_customer", "current_is_open"): (is_("is_current", True), {"is_current": False}),
        ("dim_customer", "first_version_since_joining"): (ANY, {"effective_date": LONG_AGO}),
        ("dim_customer", "versions_have_days"): (is_("is_current", True), {"expiry_date": lambda r: r["effective_date"], "is_current": False}),
        ("dim_date", "closed_on_bank_holidays"): (is_("is_bank_holiday", True), {"is_business_day": True}),
        ("dim_date", "neighbours"): (ANY, {"next_business_date_key": lambda r: r["date_key"]}),
        ("dim_date", "settles_later"): (ANY, {"settlement_date": lambda r: r["full_date"]}),
        ("dim_merchant", "mcc_has_four_digits"): (ANY, {"mcc": "54110"}),
        ("dim_merchant", "place_unless_online"): (has("city"), {"city": None}),
        ("dim_transaction_type", "known_direction"): (is_("type_code", "DPUR"), {"direction": "sideways"}),
        ("fact_transactions", "account_was_open"): parent(
            "fact_transactions", "account_key", "dim_account", "account_key", {"opened_date": datetime.date(2024, 12, 31)}),
        ("fact_transactions", "account_was_not_closed"): parent(
            "fact_transactions", "account_key", "dim_account", "account_key", {"closes_on": datetime.date(2024, 9, 30)}),
        ("fact_transactions", "customer_version_has_begun"): parent(
            "fact_transactions", "customer_key", "dim_customer", "customer_key", {"effective_date": datetime.date(2024, 12, 31)}),
        ("fact_transactions", "amount_is_positive"): (is_("is_declined", True), {"amount": -CENT, "amount_usd": -CENT}),
        ("fact_transactions", "declined_has_its_type"): (is_("is_declined", True), {"transaction_type_key": 1}),
        ("fact_transactions", "declined_is_never_posted"): (is_("is_declined", True), {"posted_date_key": 20241231}),
    },
    "ecommerce_star_large": {
        **CALENDAR, **CLOCK, **nobodys("dim_user", "email"),
        ("dim_campaign", "ends_after_start"): (has("end_date"), {"end_date": lambda r: r["start_date"] - DAY}, ("dim_session.campaign_runs",)),
        ("dim_product", "cost_below_price"): (ANY, {"cost": lambda r: r["list_price"]}, ("fact_orders.cost_is_the_products",)),
        ("dim_product", "current_is_open"): (ANY, {"is_current": False}),
        ("dim_user", "versions_have_days"): (lambda r: not r["is_current"], {"expiry_date": lambda r: r["effective_date"]}),
        ("dim_user", "signed_up_before"): (ANY, {"signup_date": lambda r: r["effective_date"] + DAY}),
        ("dim_user", "current_is_open"): (is_("is_current", True), {"is_current": False}),
        ("dim_session", "ends_after_start"): (is_("is_bounce", True), {
            "session_end": lambda r: r["session_start"] - SECOND, "duration_seconds": -1}, (
                "fact_page_views.inside_the_session", "fact_web_events.inside_the_session")),
        ("dim_session", "duration_is_the_span"): (ANY, {"duration_seconds": plus("duration_seconds", 1)}),
        ("dim_session", "bounce_has_one_page"): (is_("is_bounce", True), {"is_bounce": False}),
        ("dim_session", "converted_saw_five_pages"): (lambda r: r["page_view_count"] == 3, {"is_converted": True}),
        ("dim_session", "campaign_of_the_source"): (is_("traffic_source", "organic"), {"traffic_source": "direct"}),
        ("dim_session", "device_fits_system"): (lambda r: r["device_type"] == "mobile" and r["os"] == "Android", {"device_type": "desktop"}),
        ("fact_page_views", "campaign_is_the_sessions"): (lambda r: r["campaign_key"] > 2, {"campaign_key": 1}),
        ("fact_page_views", "entry_is_the_landing_page"): (lambda r: r["is_entry"] and r["page_type"] == "home", {"page_type": "category"}),
        ("fact_page_views", "exit_is_the_last_page"): (lambda r: not r["is_exit"], {"is_exit": True, "time_on_page_seconds": None}),
        ("fact_page_views", "no_time_on_the_last_page"): (is_("is_exit", True), {"time_on_page_seconds": 5}),
        ("fact_page_views", "time_on_page_not_negative"): (has("time_on_page_seconds"), {"time_on_page_seconds": -1}),
        ("fact_page_views", "products_of_product_pages"): (has("product_key"), {"product_key": None}),
        ("fact_orders", "gross_is_quantity_times_price"): (ANY, cells("gross_amount", "net_amount", "profit_amount")),
        ("fact_orders", "profit_adds_up"): (ANY, cells("profit_amount")),
        ("fact_orders", "cost_is_the_products"): (ANY, cells("cost_amount") | {"profit_amount": plus("profit_amount", "-0.01")}),
        ("fact_orders", "session_is_converted"): parent(
            "fact_orders", "session_key", "dim_session", "session_key", {"is_converted": False}),
        ("fact_orders", "user_is_the_sessions"): (lambda r: r["user_key"] > 1, {"user_key": 1}, ("fact_orders.sent_to_the_user",)),
        ("fact_orders", "campaign_is_the_sessions"): (lambda r: r["campaign_key"] > 2, {"campaign_key": 1}),
        ("fact_orders", "sold_after_launch"): parent(
            "fact_orders", "product_key", "dim_product", "product_key", {"launch_date": datetime.date(2024, 12, 31)}),
        ("fact_orders", "one_line_a_number"): (lambda r: r["order_line_number"] == 2, {"order_line_number": 1}),
        ("fact_orders", "one_line_per_product"): twin("fact_orders", "product_key", same="order_id"),
    },
    "ecommerce_star_incremental": {
        **nobodys("dim_customer", "email"),
        ("dim_date", "holidays_have_names"): (is_("is_holiday", True), {"holiday_name": None}),
        ("dim_product", "cost_below_price"): (ANY, {"cost": lambda r: r["list_price"]}),
        ("dim_session", "apple_devices"): (is_("browser", "Safari"), {"os": "Android"}),
        ("dim_session", "customer_was_there"): (has("customer_key"), {"session_start": lambda r: r["session_start"].replace(year=2001)}),
        ("fact_orders", "after_session_start"): parent(
            "fact_orders", "session_key", "dim_session", "session_key", {"session_start": plus("session_start", 900 * DAY)}),
        ("fact_orders", "customer_is_the_sessions"): (has("customer_key"), {"customer_key": None}),
        ("fact_orders", "net_adds_up"): (ANY, cells("net_amount")),
        ("fact_orders", "cost_below_gross"): (ANY, {"cost_amount": lambda r: r["gross_amount"]}),
        ("fact_orders", "has_its_purchase"): (ANY, {"product_key": lambda r: r["product_key"] % 10 + 1}),
        ("fact_orders", "product_was_launched"): parent(
            "fact_orders", "product_key", "dim_product", "product_key", {"launch_date": datetime.date(2024, 12, 31)}),
        ("fact_orders", "date_of_the_order"): (ANY, {"date_key": plus("date_key", 1)}),
        ("fact_web_events", "after_session_start"): parent(
            "fact_web_events", "session_key", "dim_session", "session_key", {"session_start": plus("session_start", 900 * DAY)}),
        ("fact_web_events", "customer_is_the_sessions"): (lambda r: r["customer_key"] and r["event_type"] == "page_view", {"customer_key": None}),
        ("fact_web_events", "purchase_has_its_order"): (is_("event_type", "purchase"), {"order_fact_key": None}),
        ("fact_web_events", "purchase_is_of_the_orders_session"): (
            is_("event_type", "purchase"), {"session_key": lambda r: r["session_key"] % 10 + 1}),
        ("fact_web_events", "purchase_is_of_the_orders_product"): (
            is_("event_type", "purchase"), {"product_key": lambda r: r["product_key"] % 10 + 1}),
        ("fact_web_events", "purchase_is_at_the_orders_time"): (is_("event_type", "purchase"), {"event_timestamp": plus("event_timestamp", SECOND)}),
        ("fact_web_events", "revenue_of_purchases"): (is_("event_type", "page_view"), {"revenue": CENT}),
        ("fact_web_events", "revenue_is_the_orders"): (is_("event_type", "purchase"), cells("revenue")),
        ("fact_web_events", "products_of_product_events"): (is_("event_type", "page_view"), {"product_key": 1}),
        ("fact_web_events", "one_place_a_session"): (
            lambda r: r["sequence_in_session"] == 2 and r["previous_event_key"], {"sequence_in_session": 1}, ("fact_web_events.previous_is_the_sessions",)),
        ("fact_web_events", "previous_is_the_sessions"): (has("previous_event_key"), {"sequence_in_session": plus("sequence_in_session", 1_000_000)}),
        ("fact_web_events", "previous_is_earlier"): (
            lambda r: r["previous_event_key"] and r["event_type"] == "page_view" and r["event_timestamp"].hour > 2,
            {"event_timestamp": lambda r: r["event_timestamp"].replace(hour=0, minute=0)}),
        ("fact_web_events", "cart_follows_a_view"): before(("add_to_cart", "product_view"), {"event_type": "search", "product_key": None}),
        ("fact_web_events", "removed_was_in_the_cart"): before(("remove_from_cart", "add_to_cart"), {"event_type": "product_view"}),
        ("fact_web_events", "checkout_follows_a_cart"): before(("checkout_start", "add_to_cart"), {"event_type": "product_view"}),
        ("fact_web_events", "purchase_follows_a_checkout"): before(("purchase", "checkout_start"), {"event_type": "page_view"}),
        ("fact_web_events", "cart_has_what_was_seen"): before(("add_to_cart", "product_view"), {"product_key": lambda r: r["product_key"] % 2 + 1}),
        ("fact_web_events", "product_was_launched"): parent(
            "fact_web_events", "product_key", "dim_product", "product_key", {"launch_date": datetime.date(2024, 12, 31)}),
        ("fact_web_events", "strangers_do_not_log_in"): (lambda r: not r["customer_key"] and r["event_type"] == "page_view", {"event_type": "login"}),
        ("fact_web_events", "date_of_the_event"): (ANY, {"date_key": plus("date_key", 1)}),
    },
    "ecommerce": {
        **nobodys("customers", "email"),
        ("products", "price_positive"): (ANY, {"price": ZERO}, ("order_items.price_is_the_products",)),
        ("products", "discount_is_a_share"): (ANY, {"discount": decimal.Decimal("0.70")}, ("order_items.price_is_the_products",)),
        ("orders", "after_signup"): (ANY, {"order_date": LONG_AGO, "order_time": lambda r: datetime.datetime.combine(
            LONG_AGO, r["order_time"].timetz())}, ("order_items.sold_after_listing",)),
        ("orders", "time_is_of_its_day"): (ANY, {"hour_of_day": lambda r: (r["hour_of_day"] + 1) % 24}),
        ("orders", "amount_is_of_its_items"): (ANY, cells("amount")),
        ("order_items", "one_line_per_product"): twin("order_items", "product_id", "qty", "unit_price", "amount", same="order_id"),
        ("order_items", "amount_is_quantity_times_price"): (ANY, cells("amount"), ("orders.amount_is_of_its_items",)),
        ("order_items", "price_is_the_products"): (ANY, cells("unit_price") | {"amount": lambda r: r["amount"] + r["qty"] * CENT},
                                                   ("orders.amount_is_of_its_items",)),
        ("order_items", "sold_after_listing"): parent(
            "order_items", "product_id", "products", "product_id", {"listed_date": datetime.date(2023, 3, 31)}),
    },
    "ecommerce_nested": {
        ("customers", "name_is_whole"): (ANY, {"name": inside("name", last="Nobody")}),
        ("customers", "place_is_known"): (ANY, {"address": inside("address", postal_code="606")}, ("orders.sent_to_the_customer",)),
        ("customers", "two_phones_at_most"): (lambda r: len(r["phones"]) == 2, {"phones": lambda r: r["phones"] + r["phones"][:1]}),
        ("customers", "phones_are_fictional"): (has_some("phones"), {"phones": of_first("phones", number="(312) 867-0142")}),
        ("products", "cost_below_price"): (ANY, {"cost": lambda r: r["price"]}),
        ("products", "one_count_a_star"): (ANY, {"stars": lambda r: r["stars"][:3] + [r["stars"][3] + r["stars"][4]]}),
        ("products", "reviews_add_up"): (ANY, {"review_count": plus("review_count", 1)}),
        ("products", "counts_not_negative"): (ANY, {"stars": lambda r: [-1, sum(r["stars"][:2]) + 1, *r["stars"][2:]]}),
        ("orders", "after_registration"): (ANY, {"ordered_at": lambda r: r["ordered_at"].replace(year=2001)}),
        ("orders", "items_are_the_lines"): (ANY, more_money("items")),
        ("orders", "total_adds_up"): (ANY, more_money()),
        ("orders", "paid_in_full"): (ANY, {"payment": lambda r: r["payment"] | {"amount": r["payment"]["amount"] + CENT}}),
        ("orders", "lines_are_counted"): (ANY, {"num_lines": plus("num_lines", 1)}),
        ("orders", "line_is_quantity_times_price"): (ANY, {"lines": of_first("lines", discount=lambda line: line["discount"] + CENT)}),
        ("orders", "discount_below_line"): (ANY, {"lines": lambda r: [
            r["lines"][0] | {"discount": r["lines"][0]["discount"] + r["lines"][0]["total"], "total": ZERO}, *r["lines"][1:]]}, (
                "orders.items_are_the_lines",)),
        ("orders", "sent_to_the_customer"): (ANY, {"shipping_address": inside("shipping_address", postal_code="00000")}),
        ("orders", "card_of_card_payments"): (lambda r: r["payment"]["method"] == "PayPal", {"payment": inside("payment", method="Credit Card")}),
        ("web_events", "items_of_product_events"): (is_("event_type", "page_view"), {"event_type": "product_view"}, ("web_events.pages_of_products",)),
        ("web_events", "value_is_of_its_items"): (has("value"), cells("value")),
        ("web_events", "value_of_carts"): (is_("event_type", "product_view"), {"event_type": "add_to_cart"}),
        ("web_events", "pages_are_the_shops"): (is_("event_type", "page_view"), {
            "context": inside("context", page={"url": "https://other.example/", "referrer": None})}),
        ("web_events", "pages_of_products"): (is_("event_type", "product_view"), {
            "context": inside("context", page={"url": "https://shop.example/", "referrer": None})}),
        ("web_events", "ip_is_reserved"): (ANY, {"context": inside("context", ip="10.0.0.1")}),
        ("web_events", "browser_fits_system"): (ANY, {"context": inside("context", device={"type": "desktop", "os": "Linux", "browser": "Safari"})}),
    },
    "market_ohlcv": {
        ("ohlcv", "price_is_positive"): (5, {"low": ZERO}),
        ("symbols", "one_ticker"): (1, {"symbol": "LKSD"}),
    },
    "market_quotes": {
        ("quotes", "price_is_positive"): (5, {"bid_price": ZERO}),
        ("quotes", "spread_is_positive"): (5, {"spread_bps": 0.0}),
        ("symbols", "one_ticker"): (1, {"symbol": "LKSD"}),
    },
    "sensors": {
        ("metrics", "one_metric"): (1, {"metric": "temperature"}),
        ("metrics", "range_is_not_empty"): (0, {"range_high": lambda r: r["range_low"]}),
        ("sensor_readings", "gap_is_missing"): (is_("fault", "gap"), {"is_missing": False}),
        ("sensor_readings", "fault_is_not_ok"): (lambda r: r["fault"] != "none", {"status": "ok"}),
        ("sensor_readings", "one_reading"): twin("sensor_readings", "metric_id", same="device_id"),
    },
    "weather": {
        ("locations", "on_earth"): (0, {"latitude": 95.0}),
        ("weather_daily", "gust_above_wind"): (0, {"gust_kph": 0.0}),
        ("weather_daily", "snow_is_part"): (0, {"snow_mm": plus("precip_mm", 1.0)}),
        ("weather_daily", "snow_only_when_cold"): (0, {"tmin_c": 15.0, "tmean_c": 16.0, "tmax_c": 17.0, "snow_mm": 0.5, "precip_mm": 2.0}),
        ("weather_hourly", "cloud_in_range"): (0, {"cloud_cover_pct": 101.0}),
        ("weather_hourly", "direction_in_range"): (0, {"wind_direction_deg": 361}),
        ("weather_hourly", "one_hour"): twin("weather_hourly", "location_id"),
        ("weather_hourly", "wet_has_rain"): (lambda r: r["precip_mm"] == 0, {"condition": "rain"}),
        ("weather_hourly", "wind_not_negative"): (0, {"wind_kph": -1.0, "gust_kph": 0.0}),
    },
}
# Rules that see a change of another table's row too.
ALSO = {
    ("retail_oltp_small", "order_items", "one_line_per_product"): {"order_items.price_is_the_products"},
    ("retail_oltp_small", "order_items", "product_was_on_sale"): {"inventory.restocked_after_created"},
    ("retail_star_large", "fact_sales", "one_row_per_product_of_an_order"): {
        "fact_sales.cost_of_the_version", "fact_sales.price_of_the_version", "fact_inventory.sold_is_what_sales_say"},
    ("ecommerce", "order_items", "one_line_per_product"): {"orders.amount_is_of_its_items"},
    ("finance_star_small", "fact_transactions", "customer_version_has_begun"): {"dim_customer.first_version_since_joining"},
    ("ecommerce_star_large", "fact_orders", "session_is_converted"): {
        "fact_web_events.purchase_is_a_conversion", "fact_page_views.confirmation_is_a_conversion"},
    ("ecommerce_star_large", "fact_orders", "one_line_per_product"): {"fact_orders.cost_is_the_products", "fact_orders.price_is_the_products"},
    ("ecommerce_star_incremental", "fact_orders", "after_session_start"): {"fact_web_events.after_session_start"},
    ("ecommerce_star_incremental", "fact_orders", "product_was_launched"): {"fact_web_events.product_was_launched"},
    ("ecommerce_star_incremental", "fact_web_events", "after_session_start"): {"fact_orders.after_session_start"},
    ("ecommerce_star_incremental", "fact_web_events", "product_was_launched"): {"fact_orders.product_was_launched"},
    ("ecommerce_star_incremental", "fact_web_events", "purchase_has_its_order"): {"fact_orders.has_its_purchase"},
    ("ecommerce_star_incremental", "fact_web_events", "purchase_is_of_the_orders_session"): {
        "fact_web_events.customer_is_the_sessions", "fact_web_events.after_session_start", "fact_web_events.one_place_a_session",
        "fact_web_events.previous_is_the_sessions"},
    ("ecommerce_star_incremental", "fact_web_events", "purchase_is_of_the_orders_product"): {"fact_orders.has_its_purchase"},
    ("ecommerce_star_incremental", "fact_orders", "has_its_purchase"): {"fact_web_events.purchase_is_of_the_orders_product"},
    ("market_quotes", "quotes", "price_is_positive"): {"quotes.mid_is_middle"},
    ("sensors", "metrics", "range_is_not_empty"): {"sensor_readings.in_range"},
    ("sensors", "sensor_readings", "gap_is_missing"): {"sensor_readings.missing_is_null"},
    ("sensors", "sensor_readings", "one_reading"): {"sensor_readings.unit_of_metric"},
}
ELSEWHERE = {
    "retail_star_large": {(table, rule.split(":")[1]) for table, rule, *_ in test_stars.MUTATIONS},
    **{dataset: {rule for pair, rule, *_ in test_star_domains.MUTATIONS if pair == name}
       for name, dataset in (("bank", "finance_star_small"), ("web", "ecommerce_star_large"))},
    **{dataset: {(table, rule) for of, table, rule, _ in test_series_tables.BROKEN if of == dataset}
       for dataset in test_series_tables.SMALL},
}


# Datasets whose rules have their mutations beside their other tests, each with a test like the next one.
IN_OTHER_FILES = ("ecommerce_dw", "finance_oltp_small", "healthcare_oltp_small", "people", "transactions")


def test_no_rule_is_left_out(program):
    """Every rule of every dataset, also of variants, is one of those that a broken row breaks."""
    def rules(dataset):
        tables = json.loads(program.run("describe", dataset, "--json").stdout)["tables"]
        return {(table["table_name"], rule["name"], rule["rule"]) for table in tables for rule in table["business_rules"]}
    broken = set().union(*map(rules, (*BROKEN, *IN_OTHER_FILES)))
    left = {dataset: rules(dataset) - broken for dataset in built_in()}
    assert len(left) > 60 and {dataset: some for dataset, some in left.items() if some} == {}


@pytest.mark.parametrize("dataset", BROKEN)
def test_every_rule_has_a_mutation(program, dataset):
    assert named_rules(program, dataset) - ELSEWHERE.get(dataset, set()) == set(BROKEN[dataset])


@pytest.mark.parametrize("dataset, rule", [(dataset, rule) for dataset, rules in BROKEN.items() for rule in rules],
                         ids=lambda value: value if isinstance(value, str) else ".".join(value))
def test_one_broken_row_breaks_its_rule(program, data_of, tmp_path, dataset, rule):
    size = SIZES[dataset]
    data = data_of(dataset, *size.get("words", ()), rows=size.get("rows"))
    change, also = BROKEN[dataset][rule], ()
    if not callable(change):
        change, also = change[:2], change[2] if len(change) > 2 else ()
    also = {tuple(name.split(".")) for name in ALSO.get((dataset, *rule), also)}
    breaks_its_rule(program, data.output, tmp_path, rule, change, also)
