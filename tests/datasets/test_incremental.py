"""Datasets for runs by day: rows per day, growth and coherence against the numbers they state."""

import calendar
import datetime
import json
import math
import pathlib
import sys

import duckdb
import pytest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1])]

from lakeseed_program import built_in  # noqa: E402

FIRST = datetime.date(2024, 1, 1)
DAYS = [FIRST + datetime.timedelta(n) for n in range(366)]
# Federal holidays of 2024, and the shop's days.
HOLIDAYS = {datetime.date(2024, m, d) for m, d in ((1, 1), (1, 15), (2, 19), (5, 27), (6, 19), (7, 4), (9, 2), (10, 14),
                                                   (11, 11), (11, 28), (12, 25))}
BLACK_FRIDAY, CYBER_MONDAY, CHRISTMAS = (datetime.date(2024, 11, 29), datetime.date(2024, 12, 2),
                                         datetime.date(2024, 12, 25))
RETAIL_WEEK = (0.8, 0.9, 1.0, 1.1, 1.3, 1.2, 0.7)
SHOP_WEEK = (0.85, 0.90, 0.95, 1.05, 1.40, 1.30, 0.75)
# Statistics of a week of payments, without noise.
PAYMENT_WEEK = (0.94, 0.95, 0.97, 1.0, 1.13, 1.12, 0.89)
IDS = [one for one in built_in() if one.endswith("_incremental")]


class Tables:
    """The tables of an output as views of DuckDB."""

    def __init__(self, output, names):
        self.db = duckdb.connect()
        self.db.execute("set timezone = 'UTC'")
        for name in names:
            self.db.execute(f"create view {name} as select * from '{output.file(name)}'")

    def rows(self, sql: str) -> list[tuple]:
        return self.db.execute(sql).fetchall()

    def value(self, sql: str):
        return self.rows(sql)[0][0]

    def per_day(self, table: str, column: str, zone: str = "UTC") -> dict[datetime.date, int]:
        return dict(self.rows(f"select cast({column} at time zone '{zone}' as date), count(*) from {table} group by 1"))


@pytest.fixture(scope="module")
def retail(program, tmp_path_factory):
    output = program.generate(tmp_path_factory.mktemp("retail"), "--scale-factor", 0.05, rows=None,
                              dataset="retail_oltp_incremental")
    return Tables(output, ("customers", "products", "orders", "order_items"))


@pytest.fixture(scope="module")
def shop(program, tmp_path_factory):
    output = program.generate(tmp_path_factory.mktemp("shop"), "--scale-factor", 0.0004, rows=None,
                              dataset="ecommerce_star_incremental")
    return Tables(output, ("dim_customer", "dim_product", "dim_session", "dim_date", "fact_web_events", "fact_orders"))


def test_neutral_weeks_of_the_source(program, tmp_path):
    """8000 x 1.3 on Fridays, 8000 x 1.2 x 1.4 on Saturdays, to the row."""
    output = program.generate(tmp_path, "--tables", "orders", "--set", "window.to=2024-01-14", rows=None,
                              dataset="retail_oltp_incremental")
    found = Tables(output, ("orders",)).per_day("orders", "order_date", "America/Chicago")
    expected = {day: round(8000 * RETAIL_WEEK[day.weekday()] * (1.4 if day.weekday() > 4 else 1)) for day in DAYS[:14]}
    expected[FIRST] = round(8000 * 0.8 * 2.2)
    assert found == expected
    assert found[datetime.date(2024, 1, 5)] == 10400 and found[datetime.date(2024, 1, 13)] == 13440


def test_every_day_of_the_year(retail):
    found = retail.per_day("orders", "order_date", "America/Chicago")
    for day in DAYS:
        factor = RETAIL_WEEK[day.weekday()] * (1.4 if day.weekday() > 4 else 1) * (2.2 if day in HOLIDAYS else 1)
        assert found[day] == round(400 * factor), day
    assert len(found) == 366


def test_items_are_18000_to_8000(retail):
    orders, items = retail.rows("select count(*), (select count(*) from order_items) from orders")[0]
    assert abs(items - orders * 18000 / 8000) <= 0.5


def grown(size, births, deaths):
    """Members born, and members who left, in a year of days."""
    level, born, left = float(size), 0.0, 0.0
    for _ in DAYS:
        born, left = born + level * births, left + level * deaths
        level *= 1 + births - deaths
    return born, left


@pytest.mark.parametrize("table, born_on, size, births, deaths", [
    ("customers", "registration_date", 2500, 0.002, 0.001), ("products", "created_date", 250, 0.01 / 7, 0)])
def test_growth_is_births_and_churn_is_deaths(retail, table, born_on, size, births, deaths):
    assert retail.value(f"select count(*) from {table} where {born_on} < '2024-01-01'") == size
    born, left = grown(size, births, deaths)
    found = retail.value(f"select count(*) from {table} where {born_on} >= '2024-01-01'")
    assert abs(found - born) < 2
    assert abs(retail.value(f"select count(*) from {table} where not is_active") - left) <= 4 * math.sqrt(left)


def test_items_have_the_price_of_their_day(retail):
    """A product has several prices in a year, one at a time, and the last is the one in the list."""
    prices = """select product_id, unit_price, min(day) as first, max(day) as last from (
        select i.product_id, i.unit_price, cast(o.order_date at time zone 'America/Chicago' as date) as day
        from order_items i join orders o using (order_id)) group by 1, 2"""
    changed = retail.value(f"select count(*) from (select product_id from ({prices}) group by 1 having count(*) > 1)")
    assert changed > 100
    on_last = retail.rows(f"""select p.unit_price = l.unit_price from ({prices}) l join products p using (product_id)
        where l.last = '2024-12-31'""")
    assert len(on_last) > 50 and all(same for same, in on_last)
    # Levels are few, so a price may come back, but most prices hold for a stretch of their own.
    apart, overlapping = retail.rows(f"""select count(*) filter (where b.first > a.last), count(*) filter (
        where b.first <= a.last) from ({prices}) a join ({prices}) b on a.product_id = b.product_id
        and a.first < b.first""")[0]
    assert apart > 2 * overlapping


@pytest.mark.parametrize("dataset, table, scale", [("retail_oltp_incremental", "customers", 1),
                                                   ("ecommerce_star_incremental", "dim_customer", 0.05)])
def test_dimensions_that_change_are_valid(program, tmp_path, dataset, table, scale):
    """Changed values have another law than first ones, and nothing else has."""
    done = program.run("generate", dataset, "--tables", table, "--scale-factor", scale, "--output", tmp_path,
                       "-o", "parquet", "--quiet", "--validate")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("dataset, orders, customers", [
    ("retail_oltp_small_incremental", 1000, 6250), ("retail_oltp_large_incremental", 100000, 625000)])
def test_sizes(program, dataset, orders, customers, tmp_path):
    described = json.loads(program.run("describe", dataset, "--json").stdout)
    values = {one["name"]: one["value"] for one in described["parameters"]}
    assert (int(values["orders_per_day"]), int(values["customers"])) == (orders, customers)
    assert described["target_rows"] is None and described["dataset"] == dataset
    scale = 50 / orders
    output = program.generate(tmp_path, "--scale-factor", scale, "--tables", "orders", rows=None, dataset=dataset)
    found = Tables(output, ("orders",)).per_day("orders", "order_date", "America/Chicago")
    assert found[datetime.date(2024, 3, 1)] == 65 and found[datetime.date(2024, 3, 2)] == 84


def test_every_dataset_has_its_variant_by_day(program):
    """Also those that are not listed, since they are others put together: market_ohlcv_m5_incremental."""
    for dataset in set(built_in()) - set(IDS):
        done = program.run("describe", f"{dataset}_incremental", "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["target_rows"] is None, dataset


@pytest.mark.parametrize("dataset", IDS)
def test_there_is_no_target(program, dataset, tmp_path):
    done = program.run("generate", dataset, "--target-rows", 1000, "--output", tmp_path / "out", "-o", "parquet")
    assert done.returncode == 2 and not (tmp_path / "out").exists()
    assert done.stderr == ("error: dataset has no target rows, its tables state their own: 1000\n\n"
                           "hint: use --scale-factor\n")


@pytest.mark.parametrize("table, column, per_day, weekend, holiday", [
    ("fact_web_events", "event_timestamp", 800, 0.8, 2.0), ("fact_orders", "order_timestamp", 10, 1.2, 2.8)])
def test_facts_per_day(shop, table, column, per_day, weekend, holiday):
    found = shop.per_day(table, column)
    named = {BLACK_FRIDAY: 3.5, CYBER_MONDAY: 3.0, CHRISTMAS: 2.5}
    for n, day in enumerate(DAYS):
        factor = 1.0015 ** n * SHOP_WEEK[day.weekday()] * (weekend if day.weekday() > 4 else 1)
        factor *= named.get(day, holiday if day in HOLIDAYS else 1)
        # Running totals are rounded, so a day is at most one row off.
        assert abs(found[day] - per_day * factor) <= 1, day


def test_dimensions_grow(shop):
    for table, day, size, births in (("dim_customer", "signup_date", 200, 0.003), ("dim_product", "launch_date", 40,
                                                                                   0.02 / 7)):
        assert shop.value(f"select count(*) from {table} where {day} < '2024-01-01'") == size
        found = shop.value(f"select count(*) from {table}") - size
        assert abs(found - grown(size, births, 0)[0]) < 2
    assert abs(shop.value("select count(*) from dim_session") - 400 - grown(400, 0.005, 0)[0]) < 2


@pytest.mark.parametrize("fact", ["fact_web_events", "fact_orders"])
def test_keys_resolve(shop, fact):
    time = "event_timestamp" if fact == "fact_web_events" else "order_timestamp"
    for dim, key in (("dim_session", "session_key"), ("dim_product", "product_key"), ("dim_customer", "customer_key"),
                     ("dim_date", "date_key")):
        orphans = f"select count(*) from {fact} where {key} is not null and {key} not in (select {key} from {dim})"
        assert shop.value(orphans) == 0, key
    assert shop.value(f"select count(*) from {fact} where date_key != cast(strftime({time}, '%Y%m%d') as bigint)"
                      f" or time_key != hour({time}) * 100 + minute({time})") == 0
    assert shop.value(f"""select count(*) from {fact} f join dim_session s using (session_key)
        where f.customer_key is distinct from s.customer_key or {time} < s.session_start""") == 0
    assert shop.value(f"""select count(*) from {fact} f join dim_product p using (product_key)
        where cast({time} as date) < p.launch_date""") == 0
    assert shop.value(f"""select count(*) from {fact} f join dim_customer c using (customer_key)
        where cast({time} as date) < c.signup_date""") == 0


def test_orders_add_up(shop):
    assert shop.value("""select count(*) from fact_orders where gross_amount != quantity * unit_price
        or net_amount != gross_amount - discount_amount + shipping_amount + tax_amount or cost_amount >= gross_amount
        or profit_amount != gross_amount - discount_amount - cost_amount or tax_amount < 0""") == 0
    assert shop.value("select count(*) from fact_orders where tax_amount > 0 and discount_amount > 0") > 100


def test_funnel_narrows(shop):
    counts = dict(shop.rows("select event_type, count(*) from fact_web_events group by 1"))
    steps = [counts[name] for name in ("page_view", "product_view", "add_to_cart", "checkout_start", "purchase")]
    assert steps == sorted(steps, reverse=True) and len(set(steps)) == 5
    assert 0.010 < counts["purchase"] / sum(counts.values()) < 0.0145
    assert counts["remove_from_cart"] < counts["add_to_cart"] and counts["logout"] < counts["login"]
    assert shop.value("""select count(*) from fact_web_events where (revenue is not null) != (event_type = 'purchase')
        or (product_key is null and event_type in ('product_view', 'add_to_cart', 'purchase'))
        or (customer_key is null and event_type in ('login', 'logout'))""") == 0


def test_every_order_is_a_purchase_of_its_session(shop):
    pairs, orders, purchases = shop.rows("""select count(*), (select count(*) from fact_orders),
        (select count(*) from fact_web_events where event_type = 'purchase')
        from fact_web_events e join fact_orders o using (order_fact_key, session_key, product_key)
        where event_type = 'purchase' and event_timestamp = order_timestamp and revenue = gross_amount - discount_amount
        and e.customer_key is not distinct from o.customer_key""")[0]
    assert pairs == orders == purchases > 1000


def test_sessions_are_visits_of_five_events(shop):
    """Numbered through in the order of time; within a visit about a minute apart, and the next visit days later."""
    numbered = """select session_key, sequence_in_session as place, row_number() over session as number,
        event_timestamp - lag(event_timestamp) over session as gap
        from fact_web_events window session as (partition by session_key order by event_timestamp, event_key)"""
    assert shop.value(f"select count(*) from ({numbered}) where place != number") == 0
    within, between = shop.rows(f"""select median(gap) filter (place % 5 != 1), median(gap) filter (place % 5 = 1)
        from ({numbered})""")[0]
    assert datetime.timedelta(seconds=20) < within < datetime.timedelta(minutes=3)
    assert datetime.timedelta(days=1) < between < datetime.timedelta(days=10)
    fewest, most = shop.rows("""select min(events), max(events) from (select count(*) as events from fact_web_events
        join dim_session using (session_key) where session_start < '2024-01-01' group by session_key)""")[0]
    assert most - fewest <= 5  # Each has its turn in every round.


def test_devices_fit(shop):
    triples = {(device, os): browsers for device, os, browsers in shop.rows(
        "select device_type, os, list(distinct browser) from dim_session group by 1, 2")}
    assert {os for device, os in triples if device == "desktop"} <= {"Windows", "macOS", "Chrome OS", "Linux"}
    assert {os for device, os in triples if device == "mobile"} == {"iOS", "Android"}
    assert {os for device, os in triples if device == "tablet"} <= {"iPadOS", "Android"}
    assert all("Safari" not in browsers for (_, os), browsers in triples.items() if os not in ("iOS", "iPadOS", "macOS"))
    assert all("Edge" not in browsers for (_, os), browsers in triples.items() if os in ("iOS", "iPadOS", "Linux"))


def test_calendar(shop):
    rows = shop.rows("""select full_date, date_key, day_name, day_of_week, day_of_year, week_of_year, month_name,
        quarter, is_weekend, is_holiday, holiday_name, fiscal_year, fiscal_month, fiscal_quarter, is_business_day
        from dim_date order by date_key""")
    assert len(rows) == 3653 and (rows[0][0], rows[-1][0]) == (datetime.date(2015, 1, 1), datetime.date(2024, 12, 31))
    for (day, key, name, weekday, number, week, month, quarter, weekend, holiday, title, fiscal_year, fiscal_month,
         fiscal_quarter, business) in rows:
        assert key == int(day.strftime("%Y%m%d")) and number == day.timetuple().tm_yday
        assert (week, weekday) == day.isocalendar()[1:] and name == calendar.day_name[weekday - 1]
        assert month == calendar.month_name[day.month] and quarter == (day.month + 2) // 3
        assert weekend == (weekday > 5) and holiday == (title is not None) and business == (not weekend and not holiday)
        assert (fiscal_year, fiscal_month) == (day.year + (day.month > 1), (day.month - 2) % 12 + 1)
        assert fiscal_quarter == (fiscal_month + 2) // 3
    assert {row[0] for row in rows if row[9] and row[0].year == 2024} == HOLIDAYS
    assert {row[0]: row[10] for row in rows}[datetime.date(2024, 11, 28)] == "Thanksgiving"


def test_list_incremental_datasets(program):
    done = program.run("list-incremental-datasets", "--json")
    assert done.returncode == 0
    listed = {one["id"]: one for one in json.loads(done.stdout)["datasets"]}
    assert set(listed) == {one for one in built_in() if built_in()[one]["target_rows"] is None} > set(IDS)
    assert list(listed) == sorted(listed)
    payments = listed["transactions_incremental"]
    assert payments["snapshot_frequency"] is None and payments["snapshot_tables"] == []
    retail = listed["retail_oltp_incremental"]
    assert (retail["type"], retail["domain"], retail["snapshot_frequency"]) == ("transactional", "retail", "daily")
    frequencies = {one["table"]: one["frequency"] for one in retail["snapshot_tables"]}
    assert frequencies == {"customers": "daily", "products": "weekly", "stores": "monthly", "inventory": "weekly"}
    orders, items = retail["incremental_tables"]
    assert orders["seasonal_patterns"] | {"friday": 1.3, "weekend": 1.4, "holiday": 2.2} == orders["seasonal_patterns"]
    assert items == {"table": "order_items", "parent": "orders"}
    assert retail["growth_percent_per_day"] == {"customers": 0.1, "products": 0.1429, "stores": 0.02}
    shop = listed["ecommerce_star_incremental"]
    assert shop["type"] == "analytical" and shop["seasonal_patterns"] is True
    assert {one["table"]: one["frequency"] for one in shop["snapshot_tables"]}["dim_date"] == "once"
    assert shop["growth_percent_per_day"]["fact_orders"] == 0.15
    text = program.run("list-incremental-datasets").stdout
    assert "retail_oltp_incremental: " in text and "products (weekly)" in text and "black_friday 3.5" in text
    assert all(f"{one}: " in text for one in IDS)
    assert all(built_in()[name]["target_rows"] is None for name in IDS) and built_in()["retail_oltp_small"]["target_rows"] == 10000


def test_payments_of_every_day(program, tmp_path):
    output = program.generate(tmp_path, "--scale-factor", 0.01, rows=None, dataset="transactions_incremental")
    found = Tables(output, ("transactions",)).per_day("transactions", "timestamp")
    # Running totals are rounded, so a day is at most one row off.
    assert all(abs(found[day] - 200 * PAYMENT_WEEK[day.weekday()]) <= 1 for day in DAYS)


def test_patients_come_move_and_die(program, tmp_path):
    output = program.generate(tmp_path, "--scale-factor", 0.5, rows=None, dataset="healthcare_oltp_small_incremental")
    clinic = Tables(output, ("patients", "providers", "appointments", "provider_days"))
    born, left = grown(8500, 0.0005, 0.00002)
    assert clinic.value("select count(*) from patients where registration_date < '2024-01-01'") == 8500
    assert abs(clinic.value("select count(*) from patients where registration_date >= '2024-01-01'") - born) < 2
    assert abs(clinic.value("select count(*) from patients where deceased_flag") - left) <= 4 * math.sqrt(left)
    assert clinic.value("select count(*) from providers") == 18
    # The law's mean of a provider's day is 5.82 visits.
    visits, days = clinic.rows("select count(*), (select count(*) from provider_days) from appointments")[0]
    assert visits == int(5.82 * days)
    # Nobody is seen who is gone: the dead have fewer visits than their share of a year's.
    seen, gone = clinic.rows("""select count(*) filter (where deceased_flag), (select avg(deceased_flag::int) from patients)
        from appointments join patients using (patient_id)""")[0]
    assert 0 < seen < 0.8 * gone * visits


def test_people_move_and_stay_who_they_are(program, tmp_path):
    """Two copies of the register: the same people with the same names, some of them elsewhere."""
    for day in ("2024-01-02", "2024-12-30"):
        done = program.run("generate-incremental", "people_incremental", "--date", day, "--output", tmp_path / day,
                           "--scale-factor", 0.02, "--quiet")
        assert done.returncode == 0, done.stderr
    db = duckdb.connect()
    for name, day in (("before", "2024-01-02"), ("after", "2024-12-30")):
        db.execute(f"create view {name} as select * from '{tmp_path / day}/**/people.parquet'")
    same, people, moved, changed = db.execute("""select count(*) filter (where a.name = b.name and a.email = b.email and
        a.date_of_birth = b.date_of_birth and a.ssn = b.ssn and a.credit_card_number = b.credit_card_number), count(*),
        count(*) filter (where a.address != b.address),
        count(*) filter (where a.address != b.address or a.job != b.job or a.company != b.company or
                               a.user_agent != b.user_agent) from before b join after a using (id)""").fetchone()
    # 2000 of the first day, and one born on each of two days.
    assert same == people == 2002 and db.execute("select count(*) from after").fetchone()[0] > 2350
    # 0.3 changes a year: a quarter of the people is another in something; of four things that can be, each is in 8 of 15 changes.
    assert abs(changed / people - (1 - math.exp(-0.3 * 363 / 366))) < 0.03
    assert abs(moved / people - (1 - math.exp(-0.3 * 8 / 15 * 363 / 366))) < 0.03


def test_shop_by_day(program, tmp_path):
    output = program.generate(tmp_path, "--scale-factor", 0.2, "--tables", "customers,orders,order_items,sessions,web_events",
                              rows=None, dataset="ecommerce_dw_incremental")
    shop = Tables(output, ("customers", "orders", "order_items", "sessions", "web_events"))
    found = shop.per_day("orders", "order_date")
    # Wednesdays of 2024 have growth alone, no month's factor: 8 % a year on 100.
    for day, month in ((datetime.date(2024, 1, 10), 0.93), (datetime.date(2024, 6, 12), 0.96), (datetime.date(2024, 11, 13), 1.14)):
        assert abs(found[day] - 100 * 1.01 * month * 1.08 ** ((day - FIRST).days / 365.25)) <= 1, day
    orders, items, visits, bought = shop.rows("""select count(*), (select count(*) from order_items),
        (select count(*) from sessions), (select count(order_id) from sessions) from orders""")[0]
    assert abs(items - orders * 2.96) <= orders * 1e-4 and abs(visits - bought - 2 * orders) <= 1
    assert abs(bought - 0.34 * orders) <= 1
    born, left = grown(20000, 0.0007, 0.0003)
    assert abs(shop.value("select count(*) from customers") - 20000 - born) < 2
    assert shop.value("select count(*) from customers where not is_active") > left - 4 * math.sqrt(left)


@pytest.mark.parametrize("star, used, fact, table, scale", [
    ("ecommerce_star_small_incremental", "ecommerce_dw_web_incremental", "fact_page_views", "web_events", 0.02),
    ("finance_star_small_incremental", "finance_oltp_small_incremental", "fact_transactions", "transactions", 0.05)])
def test_stars_by_day_are_over_their_datasets(program, tmp_path, star, used, fact, table, scale):
    facts = program.generate(tmp_path / "star", "--scale-factor", scale, "--tables", fact, rows=None, dataset=star)
    rows = program.generate(tmp_path / "used", "--scale-factor", scale, "--tables", table, rows=None, dataset=used)
    db = duckdb.connect()
    key, at, other, its = {"web_events": ("page_view_key", "view_timestamp", "event_id", "event_timestamp"),
                           "transactions": ("transaction_id", "amount", "transaction_id", "amount")}[table]
    agree, every, there = db.execute(f"""select count(*) filter (where f.{at} = r.{its}), count(*),
        (select count(*) from '{rows.file(table)}') from '{facts.file(fact)}' f
        full join '{rows.file(table)}' r on f.{key} = r.{other}""").fetchone()
    assert agree == every == there > 10_000
