"""Parameters of the built-in datasets: each one of those of series changes what is written, and each one refuses, with exit 2
and its name, what it cannot be."""

import json
import math
import pathlib
import re
import sys

import pyarrow.parquet
import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from lakeseed_program import built_in, data_of  # noqa: E402

SMALL = ("--set", "window.to=2023-01-03")
# Of each parameter a value that changes the data, one that it refuses, and what it says of that. Any number may be a drift.
MARKET = {
    "symbols": ("3", "0", "must be at least 1"),
    "tickers": ("[ABC, XYZ]", "[ABC", "malformed value"),
    "base_price": ("50", "0", "must be from 1 to 100000"),
    "named": ("2", "much", "unknown name in a parameter"),
    "base_prices": ("{each: [50.00, 60.00], type: 'decimal(12,2)'}", "{each: []}", "needs a list of values"),
    "min_price": ("90", "0", "must be from 1 to 100000"),
    "max_price": ("90", "0", "must be from 1 to 100000"),
    "initial_price_range": ("50,500", "50", "needs 2 values"),
    "price_spread": ("0.1", "-0.1", "must be at least 0"),
    "leverage": ("0.3", "2", "must be from 0 to 1"),
    "min_volatility": ("0.3", "0", "must be above 0 and at most 15.87"),
    "max_volatility": ("0.3", "16", "must be above 0 and at most 15.87"),
    "volatility_range": ("0.1,0.4", "0.1,high", "unknown name in a parameter"),
    "volume_mean": ("11", "6", "must be from 7 to 20"),
    "mu": ("0.5", "much", "unknown name in a parameter"),
    "sigma": ("0.05", "0", "must be above 0 and at most 1"),
    "trend_probability": ("0.8", "0.9", "must be from 0.2 to 0.8"),
    "volume_median": ("500000", "10", "must be at least 1000"),
    "volume_sigma": ("0.1", "-1", "must be at least 0"),
    "trading_hours": ("10-15", "17-9", "not a span of a day"),
}
ONE_OF_EACH = {"ecommerce", "transactions", "retail_oltp_small", "retail_oltp_incremental", "finance_oltp_small", "healthcare_oltp_small",
               "people", "ecommerce_dw", "ecommerce_nested", "ecommerce_star_incremental", "market_ohlcv", "market_quotes", "sensors", "weather"}
PARAMETERS = {
    "market_ohlcv": MARKET | {name: ("15m", "7m", "must be one of 1m, 5m, 15m, 1h, 1d") for name in ("freq", "frequency")},
    "market_quotes": MARKET | {
        "quotes_per_minute": ("3", "0", "must be above 0 and at most 6000"),
        "quotes_per_second": ("0.2", "0", "must be above 0 and at most 100"),
        "spread_percentage": ("0.002", "0", "must be above 0"),
        "spread_bps_mean": ("9", "0", "must be above 0"),
        "spread_bps_sigma": ("0.9", "-0.3", "must be at least 0"),
        "size_mean": ("900", "-1", "must be at least 0"),
        "size_sigma": ("300", "-1", "must be at least 0"),
    },
    "sensors": {
        "n_devices": ("7", "0", "must be at least 1"),
        "n_sensors": ("7", "0", "must be at least 1"),
        "metrics": ("5", "10", "must be from 1 to 9"),
        "sensor_types": ("pressure,energy", "presure", "did you mean `pressure`?"),
        "readings_per_hour": ("4", "0", "must be above 0 and at most 60"),
        "readings_per_minute": ("0.5", "2", "must be above 0 and at most 1"),
        "failure_rate": ("0.1", "2", "must be from 0 to 1"),
        "location_distribution": ("{urban: 0.9, rural: 0.1}", "{urban: -1}", "-1"),
        "sampling_interval_minutes": ("15", "0", "must be from 1 to 1440"),
        "noise_sigma": ("0.9", "-0.2", "must be at least 0"),
        "drift_per_hour": ("0.3", "fast", "unknown name in a parameter"),
        "missing_probability": ("0.2", "1.5", "must be from 0 to 1"),
        "anomaly_probability": ("0.1", "-0.1", "must be from 0 to 1"),
        "anomaly_scale": ("50", "-5", "must be at least 0"),
        "stuck_probability": ("0.1", "2", "must be from 0 to 1"),
    },
    "weather": {
        "locations": ("5", "0", "must be at least 1"),
        "seasonal_amplitude": ("24", "-1", "must be from 0 to 100"),
        "diurnal_amplitude": ("6", "101", "must be from 0 to 100"),
        "storm_rate": ("0.4", "1.1", "must be from 0 to 1"),
        "readings_per_hour": ("2", "0", "must be above 0 and at most 60"),
        "readings_per_day": ("8", "1441", "must be above 0 and at most 1440"),
        "climate_model": ("simplified", "hot", "must be one of realistic, simplified"),
        "location_names": ("{each: [Oslo, Bergen, Bodo]}", "{each: []}", "needs a list of values"),
        "latitudes": ("{each: [59.91, 60.39, 67.28], type: float64}", "{each: []}", "needs a list of values"),
        "longitudes": ("{each: [10.75, 5.32, 14.4], type: float64}", "{each: []}", "needs a list of values"),
        "elevations": ("{each: [23, 12, 9]}", "{each: []}", "needs a list of values"),
    },
}
DATES = {"start_date": ("2022-12-20", "2023-02-30", "not a date"), "end_date": ("2023-01-02", "soon", "not a date")}
for names in PARAMETERS.values():
    names.update(DATES)
CASES = [(dataset, name) for dataset, names in PARAMETERS.items() for name in names]


@pytest.fixture(scope="module")
def plain(program, tmp_path_factory):
    return {dataset: data_of(program.generate(tmp_path_factory.mktemp(dataset), *SMALL, rows=None, dataset=dataset).folder)
            for dataset in PARAMETERS}


@pytest.mark.parametrize("dataset", PARAMETERS)
def test_no_parameter_is_left_out(program, dataset):
    described = json.loads(program.run("describe", dataset, "--json").stdout)["parameters"]
    assert {one["name"] for one in described} == set(PARAMETERS[dataset])
    assert all(one["value"] and one["description"] for one in described)


@pytest.mark.parametrize("dataset, name", CASES)
def test_each_changes_the_data(program, plain, tmp_path, dataset, name):
    value, _, _ = PARAMETERS[dataset][name]
    changed = program.generate(tmp_path, *SMALL, f"--{name}", value, rows=None, dataset=dataset)
    assert data_of(changed.folder) != plain[dataset]


@pytest.mark.parametrize("dataset, name", CASES)
def test_each_refuses_what_it_cannot_be(program, tmp_path, dataset, name):
    _, value, reason = PARAMETERS[dataset][name]
    done = program.run("generate", dataset, *SMALL, "--set", f"{name}={value}", "--output", tmp_path / "out")
    assert done.returncode == 2, done.stderr
    assert f"--set {name}" in done.stderr and reason in done.stderr, done.stderr
    assert not (tmp_path / "out").exists()


# Numbers that may be any, and names for parts of files.
ANY = {"mu", "drift_per_hour", "named", "base_prices", "trading_hours", "start_date", "end_date", "orders_per_day_function", "latitudes",
       "longitudes", "elevations"}


@pytest.mark.parametrize("dataset", sorted(built_in()))
def test_every_number_says_its_range_and_is_refused_outside(program, tmp_path, dataset):
    """Of each dataset, also of variants; numbers without a description are steps on the way to others."""
    described = json.loads(program.run("describe", dataset, "--json").stdout)["parameters"]
    numbers = {one["name"]: one["description"] for one in described
               if one["description"] and one["value"][:1] not in "[{" and one["name"] not in ANY}
    for name, text in numbers.items():
        least = re.search(r"; (?:above|at least|from) ([-.\d]+)", text)
        assert least or re.search("; (one of|stands for)|^stands for", text), (name, text)
        if least and dataset in ONE_OF_EACH:
            done = program.run("generate", dataset, "--set", f"{name}={float(least[1]) - 1:g}", "--output", tmp_path / "out")
            assert done.returncode == 2 and f"--set {name}: parameters.{name}: must be " in done.stderr, done.stderr


def column(file: pathlib.Path, name: str) -> list:
    return pyarrow.parquet.read_table(file).column(name).to_pylist()


def test_names_choose_and_count(program, tmp_path):
    """Names instead of a number: as many, in their order, and each with what belongs to it."""
    refused = program.run("generate", "weather", "--locations", "Oslo", "--output", tmp_path / "w")
    assert refused.returncode == 2 and "Berlin, Madrid" in refused.stderr and "Oslo" in refused.stderr
    some = program.generate(tmp_path / "x", "--locations", "Tokyo, Cape Town", *SMALL, rows=None, dataset="weather")
    assert column(some.file("locations"), "name") == ["Tokyo", "Cape Town"]
    assert column(some.file("locations"), "latitude") == [35.7, -33.9]
    assert set(column(some.file("weather_hourly"), "location_id")) == {1, 2}
    sensors = program.generate(tmp_path / "s", "--metrics", "[co2, pressure]", *SMALL, rows=None, dataset="sensors")
    assert column(sensors.file("metrics"), "metric") == ["co2", "pressure"]
    assert column(sensors.file("metrics"), "unit") == ["ppm", "hPa"]
    readings = pyarrow.parquet.read_table(sensors.file("sensor_readings"), columns=["metric", "value"]).to_pandas()
    means = readings.groupby("metric")["value"].mean()
    assert means["co2"] > 400 and 990 < means["pressure"] < 1030
    market = program.generate(tmp_path / "m", "--symbols", "ABC,XYZ", *SMALL, rows=None, dataset="market_quotes")
    assert column(market.file("symbols"), "symbol") == ["ABC", "XYZ"]
    assert set(column(market.file("quotes"), "symbol")) == {"ABC", "XYZ"}


def test_symbols_beyond_the_names_are_numbered(program, tmp_path):
    few = program.generate(tmp_path, "--symbols", "5", "--tickers", "[AAA, BBB]", *SMALL, rows=None, dataset="market_ohlcv_d1")
    assert column(few.file("symbols"), "symbol") == ["AAA", "BBB", "AAA3", "BBB4", "AAA5"]


def test_rising_days(program, tmp_path):
    """By the closes of a year's days: as many rise as trend_probability says."""
    window = ("--set", "window.to=2023-12-31")
    for stated in (0.5, 0.6):
        made = program.generate(tmp_path / str(stated), "--trend_probability", str(stated), "--symbols", "40", *window, rows=None,
                                dataset="market_ohlcv_d1")
        bars = pyarrow.parquet.read_table(made.file("ohlcv")).to_pandas().sort_values(["symbol_id", "timestamp"])
        change = bars.groupby("symbol_id")["close"].diff().dropna()
        # Days of a market that all share are far from independent: 2 points are their standard deviation.
        assert abs((change.astype(float) > 0).mean() - stated) < 0.06


@pytest.mark.parametrize("name, value, reason", [
    ("vip_customer_ratio", "1.2", "must be from 0 to 1"),
    ("avg_items_per_order", "0.5", "must be from 1 to 16"),
    ("order_status_distribution", "{completed: -1}", "-1"),
    ("product_categories", "[Toy]", "did you mean `Toys`?"),
    ("customer_segments", "{Premium: -1}", "-1"),
    ("order_items_std", "-1", "must be from 0 to 8"),
    ("orders_per_day_function", "if(weekday(order_date) > 5, 2, 1)", "is no day: order_date"),
    ("orders_per_day_function", "1 - day($day)", "is no number from 0 to 1000000: -1 on 2023-01-02"),
])
def test_the_shop_refuses(program, tmp_path, name, value, reason):
    done = program.run("generate", "ecommerce", "--set", f"{name}={value}", "--output", tmp_path / "out")
    assert done.returncode == 2 and f"--set {name}" in done.stderr and reason in done.stderr, done.stderr
    assert not (tmp_path / "out").exists()


def test_parameters_of_the_shop(program, tmp_path):
    small = ("--n-customers", "5000", "--n-products", "500", "--orders-per-day", "40")
    made = program.generate(tmp_path, "--vip_customer_ratio", "0.3", "--avg_items_per_order", "4", "--product_categories",
                            "[Toys, Books & Media]", "--order_status_distribution", "{pending: 0.25, shipped: 0.75}", *small,
                            rows=None, dataset="ecommerce")
    vip = column(made.file("customers"), "is_vip")
    assert abs(sum(vip) / len(vip) - 0.3) < 0.03
    orders = column(made.file("orders"), "status")
    assert set(orders) == {"pending", "shipped"} and abs(orders.count("shipped") / len(orders) - 0.75) < 0.05
    assert len(column(made.file("order_items"), "order_id")) == 4 * len(orders)
    assert set(column(made.file("products"), "category")) == {"toys", "books"}


def test_a_spread_that_no_law_has_is_told(program, tmp_path):
    done = program.run("generate", "ecommerce", "--order_items_std", "7.9", "--output", tmp_path / "out")
    assert done.returncode == 2 and "order_items.per.count.stddev: stddev is outside [0.49" in done.stderr, done.stderr


def test_items_of_an_order_spread_as_stated(program, tmp_path):
    small = ("--n-customers", "500", "--n-products", "200", "--orders-per-day", "60")
    for stated in (0.7, 3.0):
        made = program.generate(tmp_path / str(stated), "--order_items_std", str(stated), *small, rows=None, dataset="ecommerce")
        items = pyarrow.parquet.read_table(made.file("order_items"), columns=["order_id"]).to_pandas()["order_id"].value_counts()
        assert items.sum() == 60 * 90 * 2.6 and len(items) == 60 * 90 and abs(items.std() - stated) < 0.02 * stated + 0.01


def test_orders_of_a_day_follow_a_function_of_it(program, tmp_path):
    small = ("--n-customers", "500", "--n-products", "200", "--orders-per-day", "40")
    made = program.generate(tmp_path, "--orders_per_day_function", "if(weekday($day) > 5, 1.5, 1) + if(day($day) = 1, 1, 0)",
                            *small, rows=None, dataset="ecommerce")
    days = pyarrow.parquet.read_table(made.file("orders"), columns=["order_date"]).to_pandas()["order_date"].value_counts()
    expected = {day: 40 * (1.5 if day.weekday() > 4 else 1) + 40 * (day.day == 1) for day in days.index}
    assert len(days) == 90 and dict(days) == expected
    assert program.run("validate", made.folder).returncode == 0


def test_segments_have_their_shares(program, tmp_path):
    made = program.generate(tmp_path, "--customer_segments", "{Gold: 0.2, Other: 0.8}", "--n-customers", "5000", "--n-products", "200",
                            "--orders-per-day", "5", rows=None, dataset="ecommerce")
    segments = column(made.file("customers"), "segment")
    assert set(segments) == {"Gold", "Other"} and abs(segments.count("Gold") / len(segments) - 0.2) < 0.03


def test_volumes_and_volatilities_of_symbols(program, tmp_path):
    made = program.generate(tmp_path, "--symbols", "400", "--volume_mean", "10", "--volatility_range", "0.2,0.4", "--initial_price_range",
                            "[50, 200]", "--set", "window.to=2023-01-01", rows=None, dataset="market_ohlcv_d1")
    volumes = sorted(column(made.file("symbols"), "average_volume"))
    assert abs(math.log(volumes[200]) - 10) < 0.15
    yearly = [one * 252 ** 0.5 for one in column(made.file("symbols"), "daily_volatility")]
    assert 0.2 <= min(yearly) < 0.22 and 0.38 < max(yearly) <= 0.4
    prices = column(made.file("symbols"), "base_price")
    assert 50 <= min(prices) < 60 and 180 < max(prices) <= 200


def test_prices_of_symbols_by_their_names(program, tmp_path):
    law = "{choice: {by: symbol, of: {BLTW: [55.50], default: [100.00]}}, type: 'decimal(12,2)'}"
    made = program.generate(tmp_path, "--base_prices", law, "--symbols", "5", *SMALL, rows=None, dataset="market_ohlcv_d1")
    prices = dict(zip(column(made.file("symbols"), "symbol"), map(float, column(made.file("symbols"), "base_price"))))
    assert prices["BLTW"] == 55.5 and len(prices) == 5 and {price for name, price in prices.items() if name != "BLTW"} == {100.0}


def test_weather_by_parts_of_hours(program, tmp_path):
    """Every fourth reading of a quarter of an hour is that of the hour, and rain sums to the hour's; of three hours it is theirs."""
    by = {rate: pyarrow.parquet.read_table(program.generate(
        tmp_path / rate, "--readings_per_hour", rate, *SMALL, rows=None, dataset="weather").file("weather_hourly")).to_pandas()
        for rate in ("1", "4", "0.333333333")}
    hours, quarters, thirds = by.values()
    assert len(quarters) == 4 * len(hours) == 12 * len(thirds)
    instants = ["timestamp", "location_id", "temperature_c", "dew_point_c", "pressure_hpa", "wind_kph", "cloud_cover_pct"]
    assert quarters[quarters["timestamp"].dt.minute == 0][instants].reset_index(drop=True).equals(hours[instants])
    for parts in (quarters, thirds):
        rain = [frame.groupby([frame["timestamp"].dt.floor("3h"), "location_id"])["precip_mm"].sum().round(1) for frame in (parts, hours)]
        assert rain[0].equals(rain[1]) and rain[1].sum() > 0
    assert 0 < quarters["temperature_c"].diff(3).abs().max() < 4


def test_readings_lie_on_hours_or_parts_of_them(program, tmp_path):
    done = program.run("generate", "weather", "--readings_per_day", "7", "--output", tmp_path / "out")
    assert done.returncode == 2 and "needs steps of whole hours, or of parts of one: 12360 s" in done.stderr, done.stderr


def test_a_simplified_climate_is_that_of_the_latitude(program, tmp_path):
    """Reykjavik and Yakutsk, which lie on about the same one, are alike, and days stay near their season."""
    means, spreads = {}, {}
    for model in ("realistic", "simplified"):
        made = program.generate(tmp_path / model, "--climate_model", model, "--locations", "Reykjavik,Yakutsk", "--set",
                                "window.to=2023-12-31", rows=None, dataset="weather")
        days = pyarrow.parquet.read_table(made.file("weather_daily")).to_pandas()
        means[model] = days.groupby("location_id")["tmean_c"].mean()
        spreads[model] = days.groupby("location_id")["tmean_c"].diff().std()
    assert abs(means["realistic"][1] - means["realistic"][2]) > 8 > 2 > abs(means["simplified"][1] - means["simplified"][2])
    assert spreads["simplified"] < 0.6 * spreads["realistic"]


@pytest.mark.parametrize("size", ["5m", "15m", "1h", "1d"])
def test_bars_are_those_of_the_variant(program, tmp_path, size):
    variant = {"5m": "m5", "15m": "m15", "1h": "h1", "1d": "d1"}[size]
    one = program.generate(tmp_path / "one", "--freq", size, *SMALL, rows=None, dataset="market_ohlcv").file("ohlcv")
    other = program.generate(tmp_path / "other", *SMALL, rows=None, dataset=f"market_ohlcv_{variant}").file("ohlcv")
    assert one.read_bytes() == other.read_bytes()
