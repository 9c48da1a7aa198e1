"""The command lines printed for the sample-data script, with `lakeseed sample-data` in place of the script."""

import csv
import json
import re
import shlex

import pytest

from program import run

TABLES = ["customers", "products", "orders", "order_items", "web_events"]
# As they are printed, but for the name of the script.
DEV = "--environment dev"
STAGING = "--environment staging"
PROD = "--environment prod"
CUSTOM = """\
  --customers 5000 \\
  --products 2000 \\
  --orders 25000 \\
  --output-dir data/custom_data"""
SEEDED = """\
  --environment dev \\
  --seed 12345"""
PRINTED = {"dev": (1_000, 500, 5_000, 15_000, 50_000), "staging": (10_000, 5_000, 50_000, 150_000, 500_000),
           "prod": (100_000, 50_000, 500_000, 1_500_000, 5_000_000)}


def words(text):
    return shlex.split(text.replace("\\\n", " "))


def count(path):
    with open(path, newline="", encoding="utf-8") as file:
        return sum(1 for _ in csv.reader(file)) - 1


SAMPLES = ["customers", "products", "orders"]


def rows_below(folder):
    assert sorted(p.name for p in folder.iterdir() if not p.name.startswith("_")) == sorted(
        [f"{t}.csv" for t in TABLES] + [f"{t}_sample.json" for t in SAMPLES])
    return tuple(count(folder / f"{table}.csv") for table in TABLES)


def test_development_data_and_again_in_the_same_directory(tmp_path):
    done = run("sample-data", *words(DEV), cwd=tmp_path)
    assert done.code == 0, done.err
    assert rows_below(tmp_path / "data" / "sample_data") == PRINTED["dev"]
    for table, rows in zip(TABLES, PRINTED["dev"]):
        assert f"{rows:,}" in next(line for line in done.out.splitlines() if line.startswith(table))
    before = {t: (tmp_path / "data" / "sample_data" / f"{t}.csv").read_bytes() for t in TABLES}
    assert run("sample-data", *words(SEEDED), cwd=tmp_path).code == 0
    assert rows_below(tmp_path / "data" / "sample_data") == PRINTED["dev"]
    after = {t: (tmp_path / "data" / "sample_data" / f"{t}.csv").read_bytes() for t in TABLES}
    assert all(before[t] != after[t] for t in TABLES)
    assert run("sample-data", *words(SEEDED), cwd=tmp_path).code == 0
    assert after == {t: (tmp_path / "data" / "sample_data" / f"{t}.csv").read_bytes() for t in TABLES}


def test_samples_are_the_first_rows_as_indented_json(tmp_path):
    assert run("sample-data", "-o", 500, "-c", 60, "-p", 200, "-d", tmp_path, "--quiet").code == 0
    for table, rows in (("customers", 60), ("products", 100), ("orders", 100)):
        text = (tmp_path / f"{table}_sample.json").read_text()
        sample = json.loads(text)
        with open(tmp_path / f"{table}.csv", newline="", encoding="utf-8") as file:
            lines = [row for row, _ in zip(csv.DictReader(file), range(rows))]
        assert len(sample) == len(lines) == rows
        digits = json.loads(text, parse_float=lambda number: f"@{number}@")
        assert text == json.dumps(digits, indent=2, ensure_ascii=False).replace('"@', "").replace('@"', "") + "\n"
        for row, line in zip(sample, lines):
            assert list(row) == list(line)
            for name, value in row.items():
                if value is None:
                    assert line[name] == ""
                elif isinstance(value, bool):
                    assert line[name] == str(value).lower()
                elif isinstance(value, str):
                    assert re.sub(r"^(\d{4}-\d\d-\d\d .*)Z$", r"\1", line[name]) == value
                else:
                    assert float(line[name]) == value
    assert isinstance(sample[0]["total_amount"], float) and sample[0]["order_date"].startswith("2022-01-")
    assert run("validate", tmp_path).code == 0


def test_stated_numbers(tmp_path):
    done = run("sample-data", *words(CUSTOM), cwd=tmp_path)
    assert done.code == 0, done.err
    assert rows_below(tmp_path / "data" / "custom_data")[:4] == (5_000, 2_000, 25_000, 75_000)


@pytest.mark.parametrize("line,environment", [(STAGING, "staging"), (PROD, "prod")])
def test_larger_environments_are_planned_with_the_printed_rows(tmp_path, line, environment):
    done = run("generate", "ecommerce_dw", *words(line), "-o", "csv", "--output", tmp_path, "--dry-run", "--json")
    assert done.code == 0, done.err
    planned = {t["table"]: t["rows"] for t in json.loads(done.out)["tables"]}
    assert tuple(planned[t] for t in TABLES) == PRINTED[environment]


def test_short_options_and_both_formats(tmp_path):
    done = run("sample-data", "-e", "dev", "-c", 700, "-p", 300, "-o", 2000, "-s", 0, "-f", "both", "-d", tmp_path / "out",
               "--quiet")
    assert done.code == 0, done.err
    out = tmp_path / "out"
    assert count(out / "customers.csv") == 700 and count(out / "products.csv") == 300 and count(out / "orders.csv") == 2000
    orders = [json.loads(line) for line in (out / "json" / "orders.json").read_text().splitlines()]
    with open(out / "orders.csv", newline="", encoding="utf-8") as file:
        for row, order in zip(csv.DictReader(file), orders, strict=True):
            assert int(row["order_id"]) == order["order_id"]


def test_json_alone(tmp_path):
    assert run("sample-data", "-o", 500, "-c", 300, "-p", 100, "-f", "json", "-d", tmp_path, "--quiet").code == 0
    assert not list(tmp_path.glob("*.csv"))
    assert len((tmp_path / "order_items.json").read_text().splitlines()) == 1500


@pytest.mark.parametrize("wrong,named", [
    (["--environment", "qa"], "qa"), (["--format", "xml"], "xml"), (["--customers", "0"], "customers"),
    (["--orders", "0"], "orders"), (["--web-events", "7"], "web-events"), (["--seed", "x"], "seed"),
])
def test_bad_values(tmp_path, wrong, named):
    done = run("sample-data", *wrong, "-d", tmp_path / "out")
    assert done.code == 2 and named in done.err, done.err
    assert not (tmp_path / "out").exists()
