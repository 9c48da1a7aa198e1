"""Data that are wrong on purpose: labelled, exact in number, and no cover for other mistakes."""

import collections
import decimal
import json
import pathlib
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lakeseed_program import Program
from test_corruptions import Data

SPEC = pathlib.Path(__file__).parent / "dirty_shop.yaml"
ORPHAN = 2 ** 53


def generate(root, variant, *words):
    done = Program().run("generate", "--custom-schema", SPEC, *(["--dataset-id", f"dirty_shop_{variant}"] if variant else []),
                         "--output-mode", "parquet", "--output", root, "--quiet", *words)
    assert done.returncode == 0, done.stderr
    return root


def table(root, name):
    files = sorted(pathlib.Path(root).rglob(f"{name}.parquet"))
    return pa.concat_tables([pq.read_table(f) for f in files])


@pytest.fixture(scope="module")
def roots(tmp_path_factory):
    base = tmp_path_factory.mktemp("dirt")
    return generate(base / "clean", None), generate(base / "dirty", "dirty")


def test_rows_without_a_label_are_those_of_the_clean_run(roots):
    counts = collections.Counter()
    for name, key in (("customers", "customer_id"), ("orders", "order_id")):
        clean, dirty = (table(root, name).to_pylist() for root in roots)
        assert len(clean) == len(dirty)
        for before, after in zip(clean, dirty):
            assert before["problems"] is None
            told = dict(one.split(": ") for one in (after["problems"] or "").split(", ") if one)
            differ = {c for c in before if c != "problems" and before[c] != after[c]}
            assert differ == set(told), (before, after)
            counts.update((name, column, kind) for column, kind in told.items())
    assert set(counts) == {("customers", "phone", "null"), ("customers", "city", "typo"), ("orders", "channel", "null"),
                           ("orders", "customer_id", "orphan"), ("orders", "shipping", "outlier")}
    rows = 4000
    for (column, kind), share in {("customer_id", "orphan"): .05, ("shipping", "outlier"): .01, ("channel", "null"): .02}.items():
        assert abs(counts["orders", column, kind] - share * rows) < rows / 1024 + 20
    assert table(roots[0], "lines") == table(roots[1], "lines")


def test_feed_has_rows_twice(roots):
    clean, dirty = (table(root, "feed") for root in roots)
    assert clean.num_rows == 4000 and dirty.num_rows == pytest.approx(4080, abs=4)
    seen = collections.Counter(dirty["order_id"].to_pylist())
    twice = {key for key, times in seen.items() if times == 2}
    assert set(seen.values()) == {1, 2} and len(seen) == 4000
    assert {r["order_id"] for r in dirty.to_pylist() if r["copy"] == 2} == twice


def test_validate_understands_what_is_declared(roots, tmp_path):
    for root, words in ((roots[0], ["--custom-schema", SPEC]),
                        (roots[1], ["--custom-schema", SPEC, "--dataset-id", "dirty_shop_dirty"])):
        done = Program().run("validate", root, *words)
        assert done.returncode == 0, done.stdout + done.stderr


def test_days_with_dirt(tmp_path):
    done = Program().run("generate-series", "--custom-schema", SPEC, "--dataset-id", "dirty_shop_dirty", "-s", "2024-01-05", "-e",
                         "2024-01-14", "-o", "parquet", "--output", tmp_path, "--quiet")
    assert done.returncode == 0, done.stderr
    done = Program().run("validate", tmp_path, "--custom-schema", SPEC, "--dataset-id", "dirty_shop_dirty")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def data(roots, tmp_path):
    shutil.copytree(roots[1], tmp_path / "run")
    return Data(tmp_path / "run")


def broken(data):
    done = Program().run("validate", data.root, "--custom-schema", SPEC, "--dataset-id", "dirty_shop_dirty", "--no-recompute",
                         "--json")
    assert done.returncode in (0, 4), done.stderr
    return {c["rule"] for c in json.loads(done.stdout)["checks"] if c["violations"]}


@pytest.mark.parametrize("name,column,where,value,rules", [
    ("customers", "phone", None, "55-0100", {"format:phone"}),
    ("customers", "phone", "phone: null", "555-0100", {"dirt:phone"}),
    ("orders", "customer_id", None, ORPHAN + 5, {"dirt:customer_id", "reference:customer_id"}),
    ("orders", "customer_id", "customer_id: orphan", 5, {"dirt:customer_id"}),
    ("orders", "channel", None, None, {"nulls:channel", "expression:channel"}),
    ("orders", "problems", "shipping: outlier", None, {"dirt:problems"}),
    ("orders", "problems", None, "shipping: outlier", {"dirt:problems"}),
    ("orders", "shipping", None, decimal.Decimal(900), {"rule:shipping_is_cheap", "expression:total", "distribution:shipping"}),
    ("orders", "total", None, decimal.Decimal(1), {"expression:total"}),
])
def test_one_wrong_cell(data, name, column, where, value, rules):
    rows = data.read(name).to_pylist()
    data.change(name, column, next(i for i, row in enumerate(rows) if row["problems"] == where and i > 50), value)
    assert broken(data) == rules


def test_environment_is_the_variant_of_a_file(tmp_path):
    done = Program().run("generate", "--custom-schema", SPEC, "--environment", "dirty", "-o", "parquet", "--output", tmp_path,
                         "--dry-run", "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["dataset"] == "dirty_shop_dirty", done.stderr
    done = Program().run("generate", "--custom-schema", SPEC, "--environment", "dirtier", "-o", "parquet", "--output", tmp_path)
    assert done.returncode == 2 and "dirty" in done.stderr


def test_shop_with_problems(tmp_path):
    words = ("ecommerce_dw_dev_dirty", "--orders", "1200", "--customers", "400", "--products", "200")
    done = Program().run("generate", *words, "-o", "parquet", "--output", tmp_path, "--quiet", "--validate", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    orders = table(tmp_path, "orders").to_pylist()
    labels = collections.Counter(one for row in orders for one in (row["problems"] or "").split(", ") if one)
    assert set(labels) == {"customer_id: orphan", "payment_method: null", "total_amount: outlier"}
    assert 50 <= labels["payment_method: null"] <= 72
