"""Parameters of the datasets of series: each one changes what is written, and each one refuses, with exit 2 and its name, what it
cannot be."""

import json
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from lakeseed_program import data_of  # noqa: E402

SMALL = ("--set", "window.to=2023-01-03")
# Of each parameter a value that changes the data, one that it refuses, and what it says of that. Any number may be a drift.
MARKET = {
    "symbols": ("3", "0", "must be at least 1"),
    "tickers": ("[ABC, XYZ]", "[ABC", "malformed value"),
    "base_price": ("50", "0", "must be from 1 to 100000"),
    "price_spread": ("0.1", "-0.1", "must be at least 0"),
    "mu": ("0.5", "much", "unknown name in a parameter"),
    "sigma": ("0.05", "0", "must be above 0 and at most 1"),
    "volume_median": ("500000", "10", "must be at least 1000"),
    "volume_sigma": ("0.1", "-1", "must be at least 0"),
    "trading_hours": ("10-15", "17-9", "not a span of a day"),
}
PARAMETERS = {
    "market_ohlcv": MARKET | {"freq": ("15m", "7m", "must be one of 1m, 5m, 15m, 1h, 1d")},
    "market_quotes": MARKET | {
        "quotes_per_minute": ("3", "0", "must be above 0 and at most 6000"),
        "spread_bps_mean": ("9", "0", "must be above 0"),
        "spread_bps_sigma": ("0.9", "-0.3", "must be at least 0"),
        "size_mean": ("900", "-1", "must be at least 0"),
        "size_sigma": ("300", "-1", "must be at least 0"),
    },
    "sensors": {
        "n_devices": ("7", "0", "must be at least 1"),
        "metrics": ("5", "9", "must be from 1 to 8"),
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
    },
}
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
    changed = program.generate(tmp_path, f"--{name}", value, *SMALL, rows=None, dataset=dataset)
    assert data_of(changed.folder) != plain[dataset]


@pytest.mark.parametrize("dataset, name", CASES)
def test_each_refuses_what_it_cannot_be(program, tmp_path, dataset, name):
    _, value, reason = PARAMETERS[dataset][name]
    done = program.run("generate", dataset, "--set", f"{name}={value}", *SMALL, "--output", tmp_path / "out")
    assert done.returncode == 2, done.stderr
    assert f"--set {name}" in done.stderr and reason in done.stderr, done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("size", ["5m", "15m", "1h", "1d"])
def test_bars_are_those_of_the_variant(program, tmp_path, size):
    variant = {"5m": "m5", "15m": "m15", "1h": "h1", "1d": "d1"}[size]
    one = program.generate(tmp_path / "one", "--freq", size, *SMALL, rows=None, dataset="market_ohlcv").file("ohlcv")
    other = program.generate(tmp_path / "other", *SMALL, rows=None, dataset=f"market_ohlcv_{variant}").file("ohlcv")
    assert one.read_bytes() == other.read_bytes()
