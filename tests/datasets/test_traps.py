"""What an expert sees first in data that somebody made up: the fourteen traps, each looked for wherever it could be."""

import csv
import datetime
import re

import pytest

RETAIL = {"rows": 60_000}
YEARS = ("--set", "window.from=2021-01-01", "--set", "window.to=2023-12-31")
# The commonest first names of American women, which lists without weights lack.
WOMEN = {"Mary", "Linda", "Jennifer", "Patricia", "Elizabeth", "Barbara", "Susan", "Jessica", "Sarah", "Karen", "Lisa", "Ashley",
         "Kimberly", "Emily", "Michelle", "Amanda", "Melissa", "Stephanie", "Emma", "Deborah"}


def shares(data, table, column):
    """Shares of the rows, largest first."""
    counts = [n for (n,) in data.ask(f"select count(*) n from {table} where {column} is not null group by {column} order by n desc")]
    return [n / sum(counts) for n in counts]


@pytest.mark.parametrize("dataset, size, table, column, members, most, top_fifth", [
    ("retail_oltp_small", RETAIL, "orders", "customer_id", "customers", 0.012, (0.48, 0.64)),
    ("retail_oltp_small", RETAIL, "order_items", "product_id", "products", 0.012, (0.45, 0.72)),
    ("ecommerce_dw", {"rows": 5000}, "orders", "customer_id", "customers", 0.02, (0.45, 0.64)),
    ("ecommerce_dw", {"rows": 5000}, "order_items", "product_id", "products", 0.015, (0.45, 0.72)),
    ("healthcare_oltp_small", {"rows": 20_000}, "appointments", "patient_id", "patients", 0.005, (0.25, 0.55))])
def test_1_nobody_has_it_all(data_of, dataset, size, table, column, members, most, top_fifth):
    data = data_of(dataset, **size)
    found = shares(data, table, column)
    all_of_them = data.value(f"select count(*) from {members}")
    assert found[0] < most
    assert top_fifth[0] < sum(found[:all_of_them // 5]) < top_fifth[1]


@pytest.mark.parametrize("dataset, size, table, column, condition", [
    ("retail_oltp_small", RETAIL, "customers", "first_name", "gender like 'F%'"),
    ("healthcare_oltp_small", {"rows": 20_000}, "patients", "first_name", "gender like 'F%'"),
    ("people", {"rows": 20_000}, "people", "split_part(name, ' ', 1)", "true")])
def test_2_women_have_womens_names(data_of, dataset, size, table, column, condition):
    data = data_of(dataset, **size)
    names = [name for (name,) in data.ask(f"select {column} from {table} where {condition} group by 1 order by count(*) desc, 1 limit 120")]
    assert len(WOMEN & set(names)) >= 15, sorted(WOMEN - set(names))


@pytest.mark.parametrize("dataset, size, table, column, zone, night, day", [
    ("retail_oltp_small", RETAIL, "orders", "order_date", "America/Chicago", (1, 5), (10, 16)),
    ("finance_oltp_small", {"rows": 20_000}, "transactions", "transaction_timestamp", "America/New_York", (1, 5), (10, 16)),
    ("ecommerce_dw", {"rows": 5000}, "orders", "order_date", "America/Chicago", (2, 6), (18, 22)),
    ("healthcare_oltp_small", {"rows": 20_000}, "appointments", "scheduled_at", "America/New_York", (0, 8), (8, 18))])
def test_3_hours_are_those_where_people_live(data_of, dataset, size, table, column, zone, night, day):
    counts = dict(data_of(dataset, **size).ask(f"select hour({column} at time zone '{zone}') h, count(*) from {table} group by 1"))

    def mean(hours):
        return sum(counts.get(hour, 0) for hour in range(*hours)) / (hours[1] - hours[0])
    assert mean(day) > 5 * mean(night)


def test_4_banks_stay_open_on_the_friday_before(data_of):
    data = data_of("finance_star_small", rows=5000)
    open_days = data.ask("select full_date from dim_date where is_business_day and full_date in "
                         "('2021-12-24', '2021-12-31', '2023-11-10', '2022-12-26', '2023-01-02', '2023-07-04') order by 1")
    assert [day for (day,) in open_days] == [datetime.date(2021, 12, 24), datetime.date(2021, 12, 31), datetime.date(2023, 11, 10)]


def test_4_the_exchange_has_days_of_its_own(data_of):
    data = data_of("market_ohlcv_d1", "--set", "symbols=1", *YEARS)
    days = {day for (day,) in data.ask("select trading_date from ohlcv")}
    closed = [datetime.date(2021, 12, 24), datetime.date(2022, 4, 15), datetime.date(2022, 12, 26), datetime.date(2023, 1, 2)]
    opened = [datetime.date(2021, 12, 31), datetime.date(2022, 10, 10), datetime.date(2023, 11, 10)]
    assert not days & set(closed) and set(opened) <= days
    assert not any(day.weekday() > 4 for day in days)


@pytest.mark.parametrize("dataset, size, table, column", [
    ("retail_oltp_small", RETAIL, "customers", "phone"),
    ("finance_oltp_small", {"rows": 20_000}, "customers", "phone"), ("healthcare_oltp_small", {"rows": 20_000}, "patients", "phone"),
    ("ecommerce_dw", {"rows": 5000}, "customers", "phone")])
def test_5_area_codes_are_of_the_state_but_for_those_who_moved(program, data_of, dataset, size, table, column):
    here, rows = of_the_state(program, data_of(dataset, **size).ask(f"select {column}, state from {table} where {column} is not null"))
    assert abs(here - 0.87) < 0.03 + 0.5 / rows ** 0.5    # A seventh kept the number of where they came from.


def of_the_state(program, phones: list[tuple[str, str]]) -> tuple[float, int]:
    """The share of telephones with an area code of their state, and how many there are."""
    with open(program.vocab / "us_area_codes.csv", encoding="utf-8") as file:
        states = {row["area_code"]: row["state"] for row in csv.DictReader(file)}
    return sum(states[re.search(r"\d{3}", phone.removeprefix("+1"))[0]] == state for phone, state in phones) / len(phones), len(phones)


@pytest.mark.parametrize("dataset, table", [("retail_oltp_small", "stores"), ("finance_oltp_small", "branches")])
def test_5_shops_do_not_move(program, data_of, dataset, table):
    here, rows = of_the_state(program, data_of(dataset, rows=20_000).ask(f"select phone, state from {table}"))
    assert here == 1 and rows > 2


@pytest.mark.parametrize("dataset, size, table, wrong", [
    ("retail_oltp_small", RETAIL, "orders",
     "(status in ('Pending', 'Processing', 'Cancelled') and (shipped_date is not null or delivered_date is not null))"
     " or (status = 'Shipped' and (shipped_date is null or delivered_date is not null))"
     " or (status in ('Delivered', 'Returned') and delivered_date is null)"
     " or greatest(order_date, shipped_date, delivered_date) >= timestamptz '2025-01-01 06:00'"),
    ("ecommerce_dw", {"rows": 5000}, "orders",
     "(order_status in ('Pending', 'Processing', 'Cancelled') and (shipped_date is not null or delivered_date is not null))"
     " or (order_status = 'Shipped' and (shipped_date is null or delivered_date is not null))"
     " or (order_status in ('Delivered', 'Returned') and delivered_date is null)"
     " or greatest(order_date, shipped_date, delivered_date) >= timestamptz '2025-01-01'"),
    ("finance_oltp_small", {"rows": 20_000}, "transactions",
     "(status = 'pending') != coalesce(posted_date > date '2024-12-31', false) or (status = 'declined') != (posted_date is null)"),
    ("healthcare_oltp_small", {"rows": 20_000}, "appointments",
     "(status = 'completed') != (check_in_at is not null) or scheduled_at >= timestamptz '2025-01-01 05:00'"),
    ("healthcare_oltp_small", {"rows": 20_000}, "prescriptions", "status = 'completed' and end_date > date '2025-01-01'")])
def test_6_status_tells_what_the_dates_tell(data_of, dataset, size, table, wrong):
    assert data_of(dataset, **size).value(f"select count(*) from {table} where {wrong}") == 0


def test_6_what_is_new_is_still_on_its_way(data_of):
    """Pending orders are the last ones; old ones have ended."""
    data = data_of("retail_oltp_small", **RETAIL)
    early, late = (data.value(f"""select avg((status in ('Pending', 'Processing', 'Shipped'))::int) from orders
                                  where channel != 'in_store' and order_date {when}""")
                   for when in ("< timestamptz '2024-10-01'", ">= timestamptz '2024-12-31 06:00'"))
    assert early == 0 and late > 0.9


def test_7_chronic_conditions_stay(data_of):
    data = data_of("healthcare_oltp_small", rows=20_000)
    assert data.value("select max(n) from (select count(distinct icd10_code) n from diagnoses where is_chronic group by patient_id)") <= 4
    seen, again = data.ask("""
        select count(*), count(*) filter (n > 1) from (select patient_id, icd10_code, count(*) n from diagnoses
        where is_chronic group by all having min(diagnosed_date) < date '2023-07-01')""")[0]
    assert seen > 100 and again / seen > 0.4


def test_8_nobody_sees_two_patients_at_once(data_of):
    assert data_of("healthcare_oltp_small", rows=20_000).value("""
        select count(*) from (select scheduled_at, duration_minutes, lead(scheduled_at) over (partition by provider_id
        order by scheduled_at) following from appointments) where scheduled_at + to_minutes(duration_minutes) > following""") == 0


def test_9_medicine_and_codes_fit(data_of):
    data = data_of("healthcare_oltp_small", rows=20_000)
    assert data.value("select count(*) from prescriptions where schedule = 'C-II'") > 0
    assert data.value("select count(*) from prescriptions where schedule = 'C-II' and refills > 0") == 0
    antibiotic = "regexp_matches(medication_name, 'cillin|mycin|doxycycline|cephalexin|floxacin|nitrofurantoin')"
    assert data.value(f"select count(*) from prescriptions where {antibiotic}") > 50
    assert data.value(f"select max(refills) from prescriptions where {antibiotic}") <= 1
    assert data.value("""select count(*) from diagnoses join patients using (patient_id)
                         where gender like 'M%' and (icd10_code like 'O%' or icd10_code like 'N9%')""") == 0


@pytest.mark.parametrize("dataset, size, table, price, cost", [
    ("retail_oltp_small", RETAIL, "products", "unit_price", "cost_price"), ("ecommerce_dw", {"rows": 5000}, "products", "price", "cost")])
def test_10_prices_are_those_of_shops(data_of, dataset, size, table, price, cost):
    data = data_of(dataset, **size)
    assert data.value(f"select count(*) from {table} where {cost} >= {price}") == 0
    usual = data.value(f"select avg(((cast({price} * 100 as bigint) % 100) in (0, 49, 50, 79, 95, 97, 98, 99))::int) from {table}")
    assert usual > 0.75
    name = "product_name"
    assert data.value(f"select count(*) from {table} where regexp_matches({name}, 'Laptop|4K TV') and {price} < 60") == 0
    assert data.value(f"select count(*) from {table} where regexp_matches({name}, 'Laptop|4K TV')") > 0


def test_11_markets_sleep_and_tick(data_of):
    bars = data_of("market_ohlcv", "--set", "symbols=5")
    outside = "(timezone('America/New_York', timestamp))::time not between time '09:30' and time '15:59'"
    assert bars.value(f"select count(*) from ohlcv where {outside}") == 0
    by_hour = dict(bars.ask("""select hour(timezone('America/New_York', timestamp)) * 2 + minute(timestamp) // 30, sum(volume)
                               from ohlcv group by 1"""))
    assert by_hour[19] > 1.5 * by_hour[25] and by_hour[31] > 1.5 * by_hour[25]     # 09:30 and 15:30 beside 12:30
    quotes = data_of("market_quotes", "--set", "symbols=3")
    assert quotes.value("""select count(*) from quotes where bid_price >= ask_price
                           or abs((ask_price - bid_price) * 100 - round((ask_price - bid_price) * 100)) > 1e-6""") == 0


def test_12_air_is_one(data_of):
    data = data_of("weather", "--set", "locations=12")
    assert data.value("""
        select count(*) from weather_hourly where dew_point_c > temperature_c or snow_mm > 0 and temperature_c > 3 or snow_mm > precip_mm
        or abs(humidity_pct - 100 * exp(17.625 * dew_point_c / (243.04 + dew_point_c))
                                  / exp(17.625 * temperature_c / (243.04 + temperature_c))) > 1.5""") == 0
    assert data.value("select count(*) from weather_hourly where snow_mm > 0") > 0


def test_14_months_are_not_counted_twice(data_of):
    """Orders a day, not a month, have the month's factor: February's are its 0.95 beside January's 0.90."""
    data = data_of("retail_oltp_small", **RETAIL)
    per_day = dict(data.ask("""
        select month(d), avg(n) from (select cast(order_date at time zone 'America/Chicago' as date) d, count(*) n from orders group by 1)
        where isodow(d) in (2, 3, 4) and not (month(d) = 1 and day(d) < 4) group by 1"""))
    assert abs(per_day[2] / per_day[1] - 0.95 / 0.90) < 0.035
    assert abs(per_day[5] / per_day[9] - 1.03 / 0.97) < 0.035
