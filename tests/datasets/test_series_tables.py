"""Datasets of series: bars, quotes, sensors and weather: how many rows, what folds into what, what the values show, and that each
rule finds a row that breaks it."""

import json
import pathlib
import sys

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from mutation import Mutation, plus  # noqa: E402

TABLES = {"market_ohlcv": "ohlcv", "market_quotes": "quotes", "sensors": "sensor_readings", "weather": "weather_hourly"}
MINUTES = {"market_ohlcv_m5": 5, "market_ohlcv_m15": 15, "market_ohlcv_h1": 60, "market_ohlcv_d1": 1440}


@pytest.fixture(scope="module")
def made(program, tmp_path_factory):
    outputs = {}

    def once(dataset, *words):
        key = (dataset, *words)
        if key not in outputs:
            outputs[key] = program.generate(tmp_path_factory.mktemp(dataset), *words, rows=None, dataset=dataset)
        return outputs[key]
    return once


def columns(output, table, *names):
    read = pq.read_table(output.file(table), columns=list(names))
    return [np.array(read[name].to_pylist()) for name in names]


def query(text, **files):
    for name, file in files.items():
        text = text.replace(f"${name}", f"read_parquet('{file}')")
    return duckdb.sql(text).fetchall()


# How many rows there are

@pytest.mark.parametrize("dataset, rows", [
    ("market_ohlcv", 20 * 390 * 20), ("market_ohlcv_m15", 20 * 26 * 20), ("market_ohlcv_h1", 20 * 7 * 20),
    ("market_ohlcv_d1", 20 * 20), ("market_ohlcv_every_day", 31 * 480 * 20), ("market_quotes", 20 * 390 * 5 * 20),
    ("sensors", 7 * 288 * 300), ("weather", 31 * 24 * 3)])
def test_rows_are_days_by_steps_by_members(made, dataset, rows):
    base = next(name for name in TABLES if dataset.startswith(name))
    assert pq.read_metadata(made(dataset).file(TABLES[base])).num_rows == rows


def test_half_days_and_holidays(made):
    words = ("--set", "window.from=2023-11-20", "--set", "window.to=2023-11-26", "--set", "symbols=2")
    days, = columns(made("market_ohlcv", *words), "ohlcv", "trading_date")
    counts = {day.isoformat(): int((days == day).sum()) for day in sorted(set(days))}
    assert counts == {"2023-11-20": 780, "2023-11-21": 780, "2023-11-22": 780, "2023-11-24": 420}


# Days alone

@pytest.mark.parametrize("dataset, table, day", [
    ("market_ohlcv", "ohlcv", "2023-01-18"), ("market_quotes", "quotes", "2023-01-09"), ("sensors", "sensor_readings", "2023-01-05"),
    ("weather", "weather_hourly", "2023-01-31"), ("weather", "weather_daily", "2023-01-02")])
def test_a_day_alone_is_that_day_of_the_whole(program, made, tmp_path, dataset, table, day):
    done = program.run("generate-series", dataset, "-s", day, "-e", day, "-O", tmp_path, "--quiet")
    assert done.returncode == 0, done.stderr
    alone = pq.read_table(next(tmp_path.rglob(f"{table}.parquet")))
    whole = pq.read_table(made(dataset).file(table))
    time = "date" if table == "weather_daily" else "timestamp"
    values = np.array([str(value)[:10] for value in whole[time].to_pylist()])
    assert alone.num_rows > 0
    assert alone.equals(whole.filter(pa.array(values == day)))


def test_an_open_day_has_rows_and_a_closed_one_an_empty_file(program, tmp_path):
    done = program.run("generate-series", "market_ohlcv", "-s", "2023-01-13", "-e", "2023-01-17", "-O", tmp_path, "--quiet")
    assert done.returncode == 0, done.stderr
    rows = {file.parent.name: pq.read_metadata(file).num_rows for file in tmp_path.rglob("ohlcv.parquet")}
    assert rows == {"13": 7800, "14": 0, "15": 0, "16": 0, "17": 7800}
    assert program.run("validate", tmp_path).returncode == 0


# Bars

def every(step):
    return "--set", f"tables.ohlcv.series.every={step}"


# Half days end at 13:00, those of every day have eight hours; a day's bar stands at 00:00.
HALF_DAYS = ("--set", "window.from=2023-11-20", "--set", "window.to=2023-11-26", "--set", "symbols=6")
@pytest.mark.parametrize("fine, coarse, words, minutes", [
    *(("market_ohlcv", dataset, (), minutes) for dataset, minutes in MINUTES.items()),
    *(("market_ohlcv", dataset, HALF_DAYS, minutes) for dataset, minutes in MINUTES.items()),
    *(("market_ohlcv", "market_ohlcv", (*HALF_DAYS, *every(f"{minutes}m")), minutes) for minutes in (2, 7, 10, 30, 45, 120)),
    ("market_ohlcv_every_day", "market_ohlcv_every_day", ("--set", "symbols=3", *every("1h")), 60),
    ("market_ohlcv_every_day", "market_ohlcv_every_day", ("--set", "symbols=3", *every("1d")), 1440)])
def test_bars_of_all_sizes_fold_into_each_other(made, fine, coarse, words, minutes):
    same = [word for word in words if "every=" not in word]
    files = {"fine": made(fine, *same[:len(same) // 2 * 2]).file("ohlcv"), "coarse": made(coarse, *words).file("ohlcv")}
    # 09:30 in New York is 14:30 UTC in January and at the end of November; bars count from there.
    opens = 32400 if "every_day" in fine else 52200
    slot = f"""(cast(epoch("timestamp") as bigint) % 86400 - {opens}) // {minutes * 60}""" if minutes < 1440 else "0"
    at = f"trading_date, symbol_id, {slot} as slot"
    bars = f"select {at}, open, high, low, close, volume, trade_count from $coarse"
    folded = f"""
        select {at}, arg_min(open, "timestamp") as open, max(high) as high, min(low) as low, arg_max(close, "timestamp") as close,
               cast(sum(volume) as bigint) as volume, cast(sum(trade_count) as bigint) as trade_count
        from $fine group by all"""
    count = pq.read_metadata(files["coarse"]).num_rows
    assert count > 0 and query(f"select count(*) from ({folded})", **files) == [(count,)]
    assert query(f"select count(*) from (({bars}) except ({folded}))", **files) == [(0,)]
    # Means weighted by volume, each rounded to hundredths of a cent.
    off, = query(f"""
        select max(abs(cast(c.vwap as double) - f.vwap)) from (select {at}, vwap from $coarse) c join (
          select {at}, sum(cast(vwap as double) * volume) / sum(volume) as vwap from $fine group by all having sum(volume) > 0) f
          using (trading_date, symbol_id, slot)""", **files)[0]
    assert off < 0.000101


def test_bars_of_a_day_are_a_chain(made):
    assert query("""
        select count(*) from (
          select open, lag(close) over (partition by symbol_id, trading_date order by "timestamp") as before from $bars)
        where before is not null and open != before""", bars=made("market_ohlcv").file("ohlcv")) == [(0,)]


@pytest.fixture(scope="module")
def five_years(made):
    output = made("market_ohlcv_d1", "--set", "symbols=12", "--set", "window.from=2018-01-01", "--set", "window.to=2022-12-31")
    symbol, close, volume = columns(output, "ohlcv", "symbol_id", "close", "volume")
    prices = np.array([close[symbol == s].astype(float) for s in range(1, 13)])
    volumes = np.array([volume[symbol == s].astype(float) for s in range(1, 13)])
    return np.diff(np.log(prices)), volumes


def acf(x, lag):
    x = x - x.mean()
    return (x[:-lag] * x[lag:]).mean() / (x * x).mean()


def test_returns_show_the_stylised_facts(five_years):
    returns, volumes = five_years
    assert returns.shape[1] == 251 + 252 + 253 + 252 + 251 - 1
    kurtosis = [((r - r.mean()) ** 4).mean() / r.var() ** 2 for r in returns]
    assert 4 < np.median(kurtosis) < 15
    assert abs(np.median([acf(r, 1) for r in returns])) < 0.05
    lag = {k: np.median([acf(abs(r), k) for r in returns]) for k in (1, 5, 20)}
    assert 0.10 < lag[1] < 0.40 and lag[20] < lag[5] < lag[1] and lag[20] > 0.01
    assert 0.012 < np.median(returns.std(axis=1)) < 0.03
    # After a fall the next days are livelier.
    after = sum((returns[:, k:][:, :returns.shape[1] - 5]) ** 2 for k in range(1, 6))
    leverage = [np.corrcoef(r[:-5], a)[0, 1] for r, a in zip(returns, after)]
    assert -0.20 < np.mean(leverage) < -0.03
    together = np.corrcoef(returns)[np.triu_indices(12, 1)]
    assert 0.12 < together.mean() < 0.45
    assert np.median([np.corrcoef(np.log(v[1:]), abs(r))[0, 1] for r, v in zip(returns, volumes)]) > 0.25


@pytest.fixture(scope="module")
def three_months(made):
    """Prices of bars of each size, of the same days."""
    def bars(dataset):
        output = made(dataset, "--set", "symbols=20", "--set", "window.to=2023-03-31")
        table = pq.read_table(output.file("ohlcv"), columns=["open", "high", "low", "close", "volume"])
        return {name: table[name].cast(pa.float64()).to_numpy().reshape(-1, 20) for name in table.column_names}
    return {dataset: bars(dataset) for dataset in ("market_ohlcv", *MINUTES)}


def test_volatility_is_the_same_at_all_sizes(three_months):
    """By ranges (Parkinson 1980) and by moves, over all bars of a size: each size is made directly. A day's bars are 1,240, whose sum
    of squares has a standard deviation of 5 %; finer sizes have the days' variances in common, and differ by what the laws of the split
    leave, less than 10 %."""
    ranges = {size: (np.log(bars["high"] / bars["low"]) ** 2).sum() / (4 * np.log(2)) for size, bars in three_months.items()}
    moves = {size: (np.log(bars["close"] / bars["open"]) ** 2).sum() for size, bars in three_months.items()}
    for size in three_months:
        assert abs(ranges[size] / ranges["market_ohlcv_d1"] - 1) < 0.2, (size, ranges)
        assert abs(moves[size] / moves["market_ohlcv_d1"] - 1) < 0.2, (size, moves)
        if size != "market_ohlcv_d1":
            assert abs(ranges[size] / ranges["market_ohlcv_h1"] - 1) < 0.1, (size, ranges)
            assert abs(moves[size] / moves["market_ohlcv_h1"] - 1) < 0.15, (size, moves)


@pytest.mark.parametrize("size, lags", [("market_ohlcv", {1: 0.2, 5: 0.15, 20: 0.08}), ("market_ohlcv_m5", {1: 0.12, 5: 0.08}),
                                        ("market_ohlcv_h1", {1: 0.05})])
def test_bars_inside_the_day_show_the_stylised_facts(three_months, size, lags):
    bars = three_months[size]
    returns = np.log(bars["close"] / bars["open"]).T
    assert np.median([((r - r.mean()) ** 4).mean() / r.var() ** 2 for r in returns]) > 4
    assert abs(np.median([acf(r, 1) for r in returns])) < 0.05
    for lag, least in lags.items():
        assert least < np.median([acf(abs(r), lag) for r in returns]) < 0.6, lag
    assert 0.12 < np.corrcoef(returns)[np.triu_indices(20, 1)].mean() < 0.45
    assert np.median([np.corrcoef(np.log(v + 1), abs(r))[0, 1] for r, v in zip(returns, bars["volume"].T)]) > 0.3


def test_sessions_are_lively_at_both_ends(made):
    time, volume, high, low, close = columns(made("market_ohlcv"), "ohlcv", "timestamp", "volume", "high", "low", "close")
    minute = np.array([t.hour * 60 + t.minute - 870 for t in time])
    share = np.array([volume[(minute >= a) & (minute < a + 30)].sum() for a in range(0, 390, 30)]) / volume.sum()
    assert 0.2 < share[0] + share[-1] < 0.4 and share[6] < 0.07
    ranges = (high - low).astype(float) / close.astype(float)
    assert ranges[minute < 30].mean() > 1.3 * ranges[(minute >= 180) & (minute < 210)].mean()


def test_start_on_names_the_day_of_the_base_price(made):
    symbols = pq.read_table(made("market_ohlcv").file("symbols"))
    first = query("""select symbol_id, arg_min(open, "timestamp") from $bars group by symbol_id""",
                  bars=made("market_ohlcv").file("ohlcv"))
    base = dict(zip(symbols["symbol_id"].to_pylist(), symbols["base_price"].to_pylist()))
    assert all(abs(float(price) / float(base[symbol]) - 1) < 0.08 for symbol, price in first)


# Quotes

def test_quotes_of_equal_parameters_lie_in_their_bars(made):
    quotes = made("market_quotes", "--set", "sigma=0.02", "--set", "symbols=4", "--set", "window.to=2023-01-06")
    bars = made("market_ohlcv", "--set", "symbols=4", "--set", "window.to=2023-01-06")
    total, outside = query("""
        select count(*), count(*) filter (where b.low is null or q.ask_price < b.low or q.bid_price > b.high)
        from $quotes q left join $bars b
          on q.symbol_id = b.symbol_id and date_trunc('minute', q."timestamp") = b."timestamp" """,
                           quotes=quotes.file("quotes"), bars=bars.file("ohlcv"))[0]
    assert total == 4 * 390 * 5 * 4 and outside == 0


def test_quotes_come_one_after_another(made):
    sequence, time, bid, ask, spread = columns(made("market_quotes"), "quotes", "sequence", "timestamp", "bid_price", "ask_price",
                                               "spread_bps")
    assert (np.diff(sequence) == 1).all() and sequence[0] == 1
    assert (np.diff([t.timestamp() for t in time]) > 0).all()
    assert (ask > bid).all()
    assert np.allclose(spread, 2e4 * (ask - bid).astype(float) / (ask + bid).astype(float))


def test_every_symbol_has_its_quotes_in_every_minute(made):
    output = made("market_quotes", "--set", "quotes_per_minute=3", "--set", "symbols=5", "--set", "window.to=2023-01-04")
    assert query("""select min(n), max(n), count(*) from (
                      select count(*) as n from $quotes group by symbol_id, date_trunc('minute', "timestamp"))""",
                 quotes=output.file("quotes")) == [(3, 3, 2 * 390 * 5)]


# Sensors

def test_faults_are_as_many_as_asked_and_labelled(made):
    missing, anomaly, fault = columns(made("sensors"), "sensor_readings", "is_missing", "is_anomaly", "fault")
    assert abs(missing.mean() - 0.01) < 0.001
    assert abs((fault == "spike").mean() - 0.002) < 0.0003
    assert 0.0002 < (fault == "stuck").mean() < 0.0012
    assert (anomaly == np.isin(fault, ["spike", "stuck"])).all()


def test_gaps_come_in_bursts(made):
    lengths = [n for n, in query("""
        select count(*) from (
          select device_id, step - row_number() over (partition by device_id order by step) as run from (
            select device_id, is_missing, row_number() over (partition by device_id order by "timestamp") as step
            from $readings where metric = 'temperature') where is_missing)
        group by device_id, run""", readings=made("sensors").file("sensor_readings"))]
    share = 1 / np.mean(lengths)
    assert np.var(lengths) > 2 * (1 - share) / share ** 2 and max(lengths) > 8


def test_metrics_have_their_units_and_levels(made):
    rows = query("""select metric, min(unit), max(unit), avg(value), stddev(value) from $readings where fault = 'none' group by metric""",
                 readings=made("sensors").file("sensor_readings"))
    assert {(metric, low, high) for metric, low, high, *_ in rows} == {
        ("temperature", "C", "C"), ("vibration", "g", "g"), ("pressure", "hPa", "hPa")}
    level = {metric: mean for metric, _, _, mean, _ in rows}
    assert 5 < level["temperature"] < 20 and 0.2 < level["vibration"] < 0.6 and 1000 < level["pressure"] < 1025


def test_parameters_reach_the_readings(made):
    output = made("sensors", "--set", "n_devices=10", "--set", "missing_probability=0.3", "--set", "anomaly_probability=0.05",
                  "--set", "metrics=8", "--set", "sampling_interval_minutes=30")
    metric, missing, fault = columns(output, "sensor_readings", "metric", "is_missing", "fault")
    assert len(metric) == 7 * 48 * 80 and len(set(metric)) == 8
    assert abs(missing.mean() - 0.3) < 0.04 and 0.02 < (fault == "spike").mean() < 0.05


# Weather

def test_days_are_folds_of_their_hours(made):
    output = made("weather", "--set", "locations=9")
    folded = """
        select cast("timestamp" as date), location_id, min(temperature_c), max(temperature_c),
               round(sum(precip_mm), 1), round(sum(snow_mm), 1), max(gust_kph), count(*) from $hourly group by all"""
    daily = """select "date", location_id, tmin_c, tmax_c, precip_mm, snow_mm, gust_kph, 24 from $daily"""
    files = {"hourly": output.file("weather_hourly"), "daily": output.file("weather_daily")}
    assert query(f"select count(*) from ({folded})", **files) == [(31 * 9,)]
    assert query(f"select count(*) from (({daily}) except ({folded}))", **files) == [(0,)]


def test_more_places_change_none(made):
    few = pq.read_table(made("weather").file("weather_hourly"))
    many = pq.read_table(made("weather", "--set", "locations=9").file("weather_hourly"))
    kept = many.filter(pa.array([place <= 3 for place in many["location_id"].to_pylist()]))
    assert kept.equals(few)


def test_weather_has_seasons_days_and_regions(made):
    output = made("weather", "--set", "locations=5", "--set", "window.from=2021-01-01", "--set", "window.to=2022-12-31")
    time, place, warm, snow, pressure = columns(output, "weather_hourly", "timestamp", "location_id", "temperature_c", "snow_mm",
                                                "pressure_hpa")
    month = np.array([t.month for t in time])
    hour = np.array([t.hour for t in time])
    berlin = place == 1
    assert warm[berlin & (month == 7)].mean() > warm[berlin & (month == 1)].mean() + 14
    assert warm[berlin & (hour == 14)].mean() > warm[berlin & (hour == 4)].mean() + 3
    assert snow[np.isin(month, [6, 7, 8])].sum() == 0 and snow[place == 3].sum() > 20
    air = np.array([pressure[place == p] for p in (1, 3, 4, 5)])                # Berlin, Helsinki, London, Paris
    together = np.corrcoef(air)
    assert together[2, 3] > together[1, 3] + 0.1 and together[2, 3] > 0.4


# Wrong requests

@pytest.mark.parametrize("dataset, change, words", [
    ("market_ohlcv", "tables.ohlcv.series.every=7x", "not a span of time"),
    ("market_ohlcv", "symbols=0", "must be at least 1"),
    ("market_ohlcv", "tables.ohlcv.series.between=16:00-09:30", "not a span of a day"),
    ("market_quotes", "quotes_per_minute=0", "must be above 0"),
    ("sensors", "missing_probability=1.5", "must be from 0 to 1"),
    ("sensors", "tables.sensor_readings.series.of=nothing", "unknown table"),
    ("sensors", "tables.sensor_readings.series.on=weekdays", "month_ends, trading_days")])
def test_wrong_parameters_are_told(program, tmp_path, dataset, change, words):
    done = program.run("generate", dataset, "--set", change, "--output", tmp_path)
    assert done.returncode == 2 and words in done.stderr, done.stderr


# Rules: each one finds the row that breaks it

BEFORE = object()                                      # The cell of the same symbol one bar before.
SMALL = {"market_ohlcv": ("--set", "symbols=2", "--set", "window.to=2023-01-04"),
         "market_quotes": ("--set", "symbols=2", "--set", "window.to=2023-01-04"),
         "sensors": ("--set", "n_devices=3", "--set", "window.to=2023-01-02"),
         "weather": ("--set", "window.to=2023-01-05")}
BROKEN = [
    ("market_ohlcv", "ohlcv", "high_is_highest", {"high": plus("high", -1)}),
    ("market_ohlcv", "ohlcv", "low_is_lowest", {"low": plus("low", 1)}),
    ("market_ohlcv", "ohlcv", "vwap_between", {"vwap": plus("vwap", 5)}),
    ("market_ohlcv", "ohlcv", "volume_not_negative", {"volume": -1}),
    ("market_ohlcv", "ohlcv", "trades_have_volume", {"trade_count": plus("trade_count", 10 ** 9)}),
    ("market_ohlcv", "ohlcv", "one_bar", {"timestamp": BEFORE}),
    ("market_quotes", "quotes", "not_crossed", {"ask_price": plus("ask_price", -10)}),
    ("market_quotes", "quotes", "mid_is_middle", {"mid_price": plus("mid_price", 1)}),
    ("market_quotes", "quotes", "last_between", {"last_price": plus("last_price", 9)}),
    ("market_quotes", "quotes", "sizes_are_lots", {"bid_size": 150}),
    ("sensors", "sensor_readings", "missing_is_null", {"value": None}),
    ("sensors", "sensor_readings", "anomaly_is_labelled", {"is_anomaly": lambda row: not row["is_anomaly"]}),
    ("sensors", "sensor_readings", "in_range", {"value": 1e6}),
    ("sensors", "sensor_readings", "unit_of_metric", {"unit": "furlong"}),
    ("sensors", "sensor_readings", "battery_in_range", {"battery_level": plus("battery_level", 200)}),
    ("weather", "weather_hourly", "dew_point_below", {"dew_point_c": 60.0}),
    ("weather", "weather_hourly", "humidity_in_range", {"humidity_pct": 120.0}),
    ("weather", "weather_hourly", "snow_only_when_cold", {"snow_mm": 1.0, "precip_mm": 2.0, "temperature_c": 20.0}),
    ("weather", "weather_hourly", "snow_is_part", {"snow_mm": 5.0, "precip_mm": 2.0, "temperature_c": -5.0, "dew_point_c": -9.0}),
    ("weather", "weather_daily", "mean_between", {"tmin_c": 50.0}),
    ("weather", "weather_daily", "one_day", {"location_id": 2}),
]


@pytest.mark.parametrize("dataset, table, rule, cells", BROKEN, ids=[f"{b[1]}-{b[2]}" for b in BROKEN])
def test_a_rule_finds_the_row_that_breaks_it(program, made, tmp_path, dataset, table, rule, cells):
    copy = Mutation(program, made(dataset, *SMALL[dataset]), tmp_path)
    data = copy.read(table)
    row = 1000 if table == "ohlcv" else 10
    if table == "sensor_readings":
        row = next(i for i, r in enumerate(data.to_pylist()) if r["battery_level"] is not None and r["fault"] == "none")
    if table == "weather_daily" and rule == "one_day":
        row = 0
    copy.change(table, row, {name: data[name][row - 2].as_py() if value is BEFORE else value for name, value in cells.items()})
    broken = copy.broken_rules()
    assert (table, rule) in broken, broken


@pytest.mark.parametrize("dataset, table", [(d, t) for d, t in TABLES.items()])
def test_a_row_that_is_gone_is_missed(program, made, tmp_path, dataset, table):
    copy = Mutation(program, made(dataset, *SMALL[dataset]), tmp_path)
    data = copy.read(table)
    copy.write(table, data.slice(0, data.num_rows - 1))
    broken = copy.broken()
    assert any(t == table and rule.startswith("row_count") for t, rule in broken), broken


@pytest.mark.parametrize("dataset, column", [("market_ohlcv", "volume"), ("market_quotes", "last_size"), ("weather", "pressure_hpa")])
def test_cells_are_made_again_and_compared(program, made, tmp_path, dataset, column):
    copy = Mutation(program, made(dataset, *SMALL[dataset]), tmp_path)
    copy.change(TABLES[dataset], 20, {column: plus(column, 1)})
    assert any(column in json.dumps(check) for check in copy.broken_checks())
