"""Shares of a large output against the laws the dataset states."""

import collections
import datetime
import json
import math
import re
import zoneinfo

import pyarrow.parquet as pq
import pytest

from lakeseed_program import ROOT

ORDERS = 60000
CHICAGO = zoneinfo.ZoneInfo("America/Chicago")
FIRST, LAST = datetime.date(2023, 1, 1), datetime.date(2024, 12, 31)
WEEKDAY = [0.93, 0.91, 0.93, 0.96, 1.07, 1.18, 1.02]
MONTH = [0.90, 0.95, 0.98, 1.02, 1.03, 1.01, 1.00, 1.01, 0.97, 1.00, 1.03, 1.09]
HOURS = [0.7, 0.4, 0.3, 0.2, 0.3, 0.4, 1.0, 1.9, 3.5, 5.2, 6.9, 8.0,
         8.5, 8.3, 8.0, 7.8, 7.7, 7.6, 6.8, 5.7, 4.4, 3.3, 2.2, 1.2]
NOISE = 0.05
EASTER = (datetime.date(2023, 4, 9), datetime.date(2024, 3, 31))
BLACK_FRIDAY = (datetime.date(2023, 11, 24), datetime.date(2024, 11, 29))
CHRISTMAS = (datetime.date(2023, 12, 25), datetime.date(2024, 12, 25))


@pytest.fixture(scope="module")
def output(program, tmp_path_factory):
    return program.generate(tmp_path_factory.mktemp("shares"), rows=ORDERS)


@pytest.fixture(scope="module")
def orders(output):
    columns = ["order_id", "customer_id", "channel", "store_id", "order_date", "payment_method", "status"]
    return pq.read_table(output.file("orders"), columns=columns).to_pydict()


@pytest.fixture(scope="module")
def times(orders):
    return [t.astimezone(CHICAGO) for t in orders["order_date"]]


@pytest.fixture(scope="module")
def items(output):
    return pq.read_table(output.file("order_items"), columns=["order_id", "product_id", "quantity"]).to_pydict()


def is_plain(day: datetime.date) -> bool:
    """Far enough from every holiday of the dataset for its factor to be 1."""
    if (day.month, day.day) >= (11, 20) or (day.month, day.day) <= (1, 3):
        return False
    return all(abs((day - easter).days) > 3 for easter in EASTER)


PLAIN = [d for d in (FIRST + datetime.timedelta(n) for n in range((LAST - FIRST).days + 1)) if is_plain(d)]


def weight(day: datetime.date) -> float:
    return WEEKDAY[day.weekday()] * MONTH[day.month - 1]


def check_shares(counts, days_by_group):
    """Each group's share of the plain days within three deviations of the daily noise."""
    total_weight = sum(weight(d) for days in days_by_group.values() for d in days)
    total = sum(counts[g] for g in days_by_group)
    for group, days in days_by_group.items():
        expected = sum(weight(d) for d in days) / total_weight
        bound = 3 * NOISE / math.sqrt(len(days)) + 0.002
        assert abs(counts[group] / total / expected - 1) < bound, (group, counts[group] / total, expected)


def grouped(key):
    groups = collections.defaultdict(list)
    for day in PLAIN:
        groups[key(day)].append(day)
    return groups


def test_every_order_is_in_the_window(times):
    assert len(times) == ORDERS
    assert min(t.date() for t in times) == FIRST and max(t.date() for t in times) == LAST


def test_weekdays(times):
    counts = collections.Counter(t.weekday() for t in times if is_plain(t.date()))
    check_shares(counts, grouped(lambda d: d.weekday()))


def test_months(times):
    counts = collections.Counter(t.month for t in times if is_plain(t.date()))
    check_shares(counts, grouped(lambda d: d.month))


def test_days_vary_by_the_noise(times):
    counts = collections.Counter(t.date() for t in times)
    mean = sum(counts[d] for d in PLAIN) / sum(weight(d) for d in PLAIN)
    ratios = [counts[d] / (mean * weight(d)) for d in PLAIN]
    deviation = math.sqrt(sum((r - 1) ** 2 for r in ratios) / len(ratios))
    assert 0.04 < deviation < 0.062
    assert max(abs(r - 1) for r in ratios) < 6 * NOISE


def test_hours(times):
    counts = collections.Counter(t.hour for t in times)
    for hour, share in enumerate(HOURS):
        assert abs(counts[hour] / ORDERS - share / sum(HOURS)) < 0.004, hour


@pytest.mark.parametrize("dataset, size, hour, table", [
    ("ecommerce_dw", {"rows": 20_000}, "hour(order_date)", "orders"),
    ("finance_oltp_small", {"rows": 60_000}, "hour(transaction_timestamp at time zone 'America/New_York')", "transactions"),
    ("ecommerce", {"words": ("--scale-factor", 0.002)}, "hour_of_day", "orders")])
def test_hours_of_other_datasets(data_of, dataset, size, hour, table):
    """Day by day and hour by hour as the file says."""
    file = ROOT / "datasets" / f"{dataset.removesuffix('_small')}.yaml"
    asked = json.loads(re.search(r"^  hours: (\[.*?\])", file.read_text(), re.S | re.M)[1])
    data = data_of(dataset, *size.get("words", ()), rows=size.get("rows"))
    counts = dict(data.ask(f"select {hour} h, count(*) from {table} group by 1"))
    total = sum(counts.values())
    for number, share in enumerate(asked):
        share /= sum(asked)
        assert abs(counts.get(number, 0) / total - share) < 4 * math.sqrt(share / total) + 0.001, number


def test_weekdays_of_the_web_shop(data_of):
    """Wednesdays and Saturdays of months without holidays."""
    days = data_of("ecommerce_dw", rows=20_000).ask("""
        select isodow(order_date) d, count(*) / count(distinct order_date::date) n from orders
        where month(order_date) in (3, 8, 10) group by 1 order by 1""")
    asked = [1.06, 1.03, 1.01, 1.0, 0.97, 0.93, 1.0]
    mean = sum(n for _, n in days) / 7
    for (_, found), factor in zip(days, asked):
        assert abs(found / mean - factor) < 0.045, days


def test_weather_has_the_shape_of_days_and_years(data_of):
    """Coldest before sunrise, warmest in the afternoon; a year's wave that is larger inland and turned round in the south."""
    data = data_of("weather", "--set", "locations=32", "--set", "window.from=2022-01-01", "--set", "window.to=2023-12-31")
    hours = dict(data.ask("""
        select h, avg(t) from (select (hour(timestamp) + cast(round(locations.longitude / 15) as int) + 24) % 24 h, temperature_c t
                               from weather_hourly join locations using (location_id)) group by 1"""))
    assert min(hours, key=hours.get) in (4, 5, 6) and max(hours, key=hours.get) in (13, 14, 15, 16)
    assert 5 < hours[15] - hours[5] < 14
    years = {name: (lat, july - january) for name, lat, july, january in data.ask("""
        select name, locations.latitude, avg(temperature_c) filter (month(timestamp) = 7), avg(temperature_c) filter (month(timestamp) = 1)
        from weather_hourly join locations using (location_id) group by all""")}
    assert all(wave > 3 for lat, wave in years.values() if lat > 30) and all(wave < -3 for lat, wave in years.values() if lat < -30)
    assert all(abs(wave) < 9 for lat, wave in years.values() if abs(lat) < 15)
    assert years["Moscow"][1] > years["London"][1] + 5


@pytest.mark.parametrize("days, factor", [(BLACK_FRIDAY, 2.9), (CHRISTMAS, 0.15 * 1.3)])
def test_holidays(times, days, factor):
    counts = collections.Counter(t.date() for t in times)
    mean = sum(counts[d] for d in PLAIN) / sum(weight(d) for d in PLAIN)
    for day in days:
        ratio = counts[day] / (mean * weight(day))
        # Christmas is a day of Christmas week too, and factors multiply; one order is what rounding moves.
        assert abs(ratio / factor - 1) < 4 * NOISE + 1 / counts[day], (day, ratio)


def geometric(mean: float, most: int) -> list[float]:
    """The geometric law on 1..most whose mean, after the cut, is the given one."""
    def law(q):
        weights = [q ** k for k in range(most)]
        return [w / sum(weights) for w in weights]
    low, high = 0.0, 1.0
    for _ in range(60):
        q = (low + high) / 2
        if sum((k + 1) * p for k, p in enumerate(law(q))) < mean:
            low = q
        else:
            high = q
    return law(q)


def test_items_per_order(items):
    per_order = collections.Counter(items["order_id"])
    assert len(items["order_id"]) == ORDERS * 5 // 2
    assert len(per_order) == ORDERS and max(per_order.values()) <= 12
    found = collections.Counter(per_order.values())
    distance = sum(abs(found[k + 1] / ORDERS - p) for k, p in enumerate(geometric(2.5, 12))) / 2
    assert distance < 0.02


def test_quantities(items):
    counts = collections.Counter(items["quantity"])
    assert set(counts) == {1, 2, 3, 4, 5}
    total = sum(counts.values())
    for quantity, share in {1: 0.84, 2: 0.11, 3: 0.03, 4: 0.014, 5: 0.006}.items():
        assert abs(counts[quantity] / total - share) < 4 * math.sqrt(share * (1 - share) / total), quantity


def test_customers_are_unequal(output, orders):
    customers = pq.read_metadata(output.file("customers")).num_rows
    counts = sorted(collections.Counter(orders["customer_id"]).values(), reverse=True)
    share = sum(counts[: customers // 5]) / ORDERS
    assert 0.40 < share < 0.65
    # The first share of a Zipf law with exponent 0.65, which grows as customers are fewer.
    first = 1 / sum(rank ** -0.65 for rank in range(1, customers + 1))
    assert counts[0] / ORDERS < 1.3 * first


def test_no_product_owns_the_sales(items):
    counts = sorted(collections.Counter(items["product_id"]).values(), reverse=True)
    assert counts[0] / len(items["product_id"]) < 0.02
    top_fifth = sum(counts[: len(counts) // 5]) / sum(counts)
    assert 0.3 < top_fifth < 0.75


def test_price_endings(output):
    prices = pq.read_table(output.file("products"), columns=["unit_price"])[0].to_pylist()
    assert len(prices) >= 600
    nines = sum(str(price).endswith("9") for price in prices) / len(prices)
    assert 0.55 < nines < 0.85


def check_law(values, law):
    counts = collections.Counter(values)
    assert set(counts) == set(law)
    for value, share in law.items():
        bound = 4 * math.sqrt(share * (1 - share) / len(values))
        assert abs(counts[value] / len(values) - share) < bound, (value, counts[value] / len(values), share)


def test_channels(orders):
    check_law(orders["channel"], {"in_store": 0.64, "online": 0.24, "mobile": 0.12})


@pytest.mark.parametrize("channel, law", [
    ("in_store", {"Credit Card": 0.41, "Debit Card": 0.40, "Cash": 0.18, "PayPal": 0.01}),
    ("online", {"Credit Card": 0.47, "Debit Card": 0.26, "PayPal": 0.21, "Bank Transfer": 0.06}),
    ("mobile", {"Credit Card": 0.47, "Debit Card": 0.26, "PayPal": 0.21, "Bank Transfer": 0.06})])
def test_payments_by_channel(orders, channel, law):
    check_law([p for p, c in zip(orders["payment_method"], orders["channel"]) if c == channel], law)


def test_shops_and_web(orders):
    for channel, store, status in zip(orders["channel"], orders["store_id"], orders["status"]):
        assert (channel == "in_store") == (store is not None)
        assert channel != "in_store" or status == "Delivered"
