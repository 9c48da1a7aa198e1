"""Configuration dictionaries as the source documents print them: they run, and nothing in them is ignored."""

import ast
import copy
import functools
import hashlib
import json
import pathlib
import re

import pyarrow.parquet
import pytest

PRINTED = {file.stem: file.read_text()
           for file in sorted((pathlib.Path(__file__).parent / "dictionaries").glob("*.txt"))}
RETAIL = ast.literal_eval(PRINTED["retail_oltp_incremental"])
SHOP = ast.literal_eval(PRINTED["ecommerce_star_incremental"])
DATASET = ast.literal_eval(PRINTED["dataset"])
SMALL_DAYS = {"dataset_id": "retail_oltp_small_incremental", "scale_factor": 0.02}
SMALL_SHOP = {"dataset_id": "ecommerce_star_incremental", "scale_factor": 0.0005}
OWN = {"dataset_id": "library", "table_configs": {
    "readers": {"type": "snapshot", "base_rows": 40, "columns": {"reader_id": {"key": {}}, "age": {"uniform": [7, 90]}}},
    "loans": {"type": "incremental", "base_rows_per_day": 9, "columns": {"loan_id": {"key": {}}}},
    "books": {"base_rows": 30, "frequency": "once", "columns": {"book_id": {"key": {}}}}}}


def within(dictionary, section, **keys):
    """A copy in which a section (dotted) has these keys; None takes a key away."""
    changed = copy.deepcopy(dictionary)
    at = changed
    for name in filter(None, section.split(".")):
        at = at.setdefault(name, {})
    for key, value in keys.items():
        if value is None:
            at.pop(key, None)
        else:
            at[key] = value
    return changed


def run(program, folder, how, text):
    """The program's answer to a dictionary: the run, and what can be seen of it."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "dictionary.txt"
    file.write_text(text)
    schema = ("--custom-schema", file)
    days = ("--start-date", "2024-07-03", "--end-date", "2024-07-08")
    words = {"plan": ("generate", *schema, "--output-mode", "parquet", "--dry-run", "--output", folder / "out"),
             "days": ("generate-series", *schema, *days, "--dry-run", "--output", folder / "out"),
             "own days": ("generate-series", *schema, "--output", folder / "out"),
             "describe": ("describe", *schema),
             "made": ("generate-series", *schema, *days, "--output", folder / "out", "--quiet")}[how]
    done = program.run(*words, "--json")
    if done.returncode != 0:
        return done, None
    seen = json.loads(done.stdout)
    if how in ("plan", "days"):  # Threads and the paths are in the text alone.
        seen["text"] = program.run(*words).stdout
    for key in ("seconds", "peak_rss_bytes", "job_id", "output"):
        seen.pop(key, None)
    seen["text"] = seen.get("text", "").replace(str(folder), "")
    seen["files"] = {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
                     for path in sorted(folder.rglob("*.*")) if path.suffix in (".parquet", ".csv")}
    seen["state"] = (folder / "out" / ".lakeseed").exists()
    return done, seen


def rows(seen):
    return {table["table"]: table["rows"] for table in seen["tables"]}


# section, key, dictionary, another value, where it is seen ("refused": exit code 2 names the key), and
# the tables whose numbers of rows are others then.
CASES = [
    ("", "dataset_id", DATASET, "retail_oltp_large", "plan", None),
    ("", "dataset_name", RETAIL, "Another", "describe", None),
    ("", "description", RETAIL, "Another", "describe", None),
    ("", "dataset_type", RETAIL, "analytical", "refused", None),
    ("", "schema_pattern", RETAIL, "star_schema", "refused", None),
    ("", "domain", RETAIL, "finance", "refused", None),
    ("", "tables", DATASET, ["customers"], "plan", {"products", "orders", "order_items"}),
    ("", "fact_tables", SHOP | {"fact_tables": ["fact_orders", "fact_web_events"], "dimensions": [
        t for t in SHOP["table_configs"] if t.startswith("dim")]}, ["fact_orders"], "refused", None),
    ("", "dimensions", {"dataset_id": "ecommerce_star_incremental", "fact_tables": ["fact_orders"], "dimensions": []},
     ["dim_date"], "plan", {"dim_date"}),
    ("", "target_rows", DATASET, 20000, "plan", {"customers", "products", "orders", "order_items"}),
    ("", "scale_factor", SMALL_DAYS, 0.5, "plan",
     {"customers", "products", "orders", "order_items", "inventory"}),
    ("", "seed_value", SMALL_DAYS | {"seed_value": 3}, 4, "plan", set()),
    ("", "start_date", SMALL_DAYS | {"start_date": "2024-02-01", "end_date": "2024-02-03"}, "2024-02-02", "own days", None),
    ("", "end_date", SMALL_DAYS | {"start_date": "2024-02-01", "end_date": "2024-02-03"}, "2024-02-02", "own days", None),
    ("", "batch_size", SMALL_DAYS | {"start_date": "2024-02-01", "end_date": "2024-02-03"}, 1, "own days", None),
    ("", "relationships", DATASET, [{"parent": "stores.store_id", "child": "orders.customer_id"}], "refused", None),
    ("", "enable_relationships", SMALL_DAYS | {"enable_relationships": True}, False, "refused", None),
    ("", "relationship_null_percentage", SMALL_DAYS, 0.05, "made", None),
    ("", "distributions", SMALL_DAYS | {"distributions": {"customer_age": {"type": "normal", "mean": 40, "stddev": 3}}},
     {"customer_age": {"type": "normal", "mean": 60, "stddev": 3}}, "made", None),

    ("table_configs.orders", "table_name", RETAIL, "order", "refused", None),
    ("table_configs.orders", "type", RETAIL, "snapshot", "refused", None),
    ("table_configs.customers", "type", RETAIL, "slowly_changing_dimension", "days", {"customers_history"}),
    ("table_configs.customers", "table_type", within(RETAIL, "table_configs.customers", type=None),
     "slowly_changing_dimension", "days", {"customers_history"}),
    ("table_configs.customers", "frequency", RETAIL, "weekly", "days", {"customers"}),
    ("table_configs.customers", "base_rows", RETAIL, 60000, "days", {"customers"}),
    ("table_configs.dim_date", "base_rows", SHOP, 3652, "days", {"dim_date"}),
    ("table_configs.orders", "base_rows_per_day", RETAIL, 9000, "days", {"orders", "order_items"}),
    ("table_configs.order_items", "base_rows_per_day", RETAIL, 16000, "days", {"order_items"}),
    ("table_configs.products", "growth_enabled", within(RETAIL, "table_configs.products", weekly_growth_rate=None),
     False, "days", {"products"}),
    ("table_configs.customers", "churn_enabled", within(RETAIL, "table_configs.customers", daily_churn_rate=None),
     False, "days", {"customers"}),
    *((f"table_configs.{table}", f"{unit}_{what}_rate",
       within(RETAIL, f"table_configs.{table}", weekly_growth_rate=None, daily_growth_rate=None, daily_churn_rate=None,
              churn_enabled=True), 0.01, "days", {table})
      for unit in ("daily", "weekly", "monthly", "quarterly") for what, table in (("growth", "products"),
                                                                                  ("churn", "customers"))),
    ("table_configs.orders", "seasonal_multipliers_enabled",
     within(RETAIL, "table_configs.order_items", seasonal_multipliers_enabled=None), False, "days", {"orders", "order_items"}),
    ("table_configs.orders", "seasonal_enabled",
     within(within(RETAIL, "table_configs.orders", seasonal_multipliers_enabled=None), "table_configs.order_items",
            seasonal_multipliers_enabled=None), False, "days", {"orders", "order_items"}),
    ("table_configs.order_items", "seasonal_multipliers_enabled", RETAIL, False, "refused", None),
    ("table_configs.orders", "weekend_multiplier", within(RETAIL, "table_configs.order_items", weekend_multiplier=None),
     2.8, "days", {"orders", "order_items"}),
    ("table_configs.order_items", "weekend_multiplier", RETAIL, 1.5, "refused", None),
    ("table_configs.orders", "holiday_multiplier", RETAIL, 4.4, "days", {"orders", "order_items"}),
    ("table_configs.orders", "custom_multipliers", RETAIL, {"2024-07-05": 3}, "days", {"orders", "order_items"}),
    ("table_configs.orders", "date_columns", RETAIL, ["order_dat"], "refused", None),
    ("table_configs.loans", "date_columns", OWN, ["lent_at"], "describe", None),
    ("table_configs.orders", "primary_date_column", RETAIL, "order_dat", "refused", None),
    ("table_configs.readers", "columns", OWN, {"reader": {"key": {}}}, "describe", None),
    ("table_configs.readers", "let", within(OWN, "table_configs.readers", columns={"id": {"key": {}}, "born": "who.birth_date"},
                                            let={"who": {"person": {"locale": "en_US"}}}),
     {"who": {"person": {"locale": "en_US", "age": {"uniform": {"min": 20, "max": 30}}}}}, "made", None),
    ("table_configs.books", "per", within(OWN, "table_configs.books", base_rows=None, frequency=None,
                                          per={"parent": "readers", "count": {"const": 2}}),
     {"parent": "readers", "count": {"const": 3}}, "plan", {"books"}),
    ("table_configs.readers", "rules", OWN, {"old": "age >= 200"}, "describe", None),
    ("table_configs.orders", "description", RETAIL, "Bought at once", "describe", None),

    ("incremental_config", "snapshot_frequency", within(RETAIL, "table_configs.customers", frequency=None), "weekly",
     "days", {"customers"}),
    ("incremental_config", "file_path_pattern", within(RETAIL, "incremental_config", file_path_pattern="nested"), "flat",
     "days", set()),
    ("incremental_config", "state_management", within(SMALL_DAYS, "incremental_config", state_management=True), False,
     "made", None),
    ("incremental_config", "state_table_name", RETAIL, "other", "refused", None),
    ("incremental_config", "table_types", within(RETAIL, "table_configs.products", type=None),
     {"products": "slowly_changing_dimension"}, "days", {"products_history"}),
    ("incremental_config", "seasonal_multipliers", RETAIL, {"friday": 9}, "days", {"orders", "order_items"}),
    ("incremental_config", "seasonal_patterns", within(RETAIL, "incremental_config", seasonal_multipliers=None),
     {"friday": 9}, "days", {"orders", "order_items"}),
    ("incremental_config", "enable_seasonal_patterns", RETAIL, False, "days", {"orders", "order_items"}),
    ("incremental_config", "holiday_multipliers", SHOP, {"independence_day": 3}, "days", {"fact_web_events", "fact_orders"}),
    ("incremental_config", "holiday_dates", RETAIL, ["2024-07-05"], "days", {"orders", "order_items"}),
    ("incremental_config", "weekend_multiplier", within(OWN, "incremental_config"), 3, "days", {"loans"}),
    ("incremental_config", "holiday_multiplier", within(OWN, "incremental_config"), 3, "days", {"loans"}),
    ("incremental_config", "growth_rate", SHOP, 0.01, "days", {"fact_web_events", "fact_orders"}),
    ("incremental_config", "growth_rate", within(RETAIL, "table_configs.customers", daily_growth_rate=None), 0.004, "days",
     {"customers"}),
    ("incremental_config", "churn_rate", within(RETAIL, "table_configs.customers", daily_churn_rate=None), 0.02, "days",
     {"customers"}),
    ("incremental_config", "enable_data_drift", within(SMALL_DAYS, "incremental_config", enable_data_drift=True), False,
     "made", None),
    ("incremental_config", "drift_percentage", within(SMALL_DAYS, "incremental_config", drift_percentage=0.05), 0.5,
     "made", None),
    ("incremental_config", "seed_value", within(RETAIL, "incremental_config", seed_value=5), 6, "days", None),

    ("generation_config", "mode", DATASET, "turbo", "refused", None),
    ("generation_config", "chunk_size", DATASET, 0, "refused", None),
    ("generation_config", "parallel_tables", DATASET, False, "plan", set()),
    ("generation_settings", "chunk_size", within(SMALL_DAYS, "generation_settings", chunk_size=100), "many", "refused", None),
    ("generation_settings", "parallel_workers", within(SMALL_DAYS, "generation_settings", parallel_workers=1), 2, "plan",
     set()),
    ("generation_settings", "memory_fraction", SMALL_DAYS, 1.5, "refused", None),
    ("generation_settings", "generation_mode", SMALL_DAYS, "turbo", "refused", None),
    ("output_settings", "output_mode", SMALL_DAYS, "csv", "made", None),
    ("output_settings", "path_format", SMALL_DAYS, "flat", "made", None),
    ("output_settings", "custom_path_pattern", SMALL_DAYS, "{table}/{yyyymmdd}", "made", None),
    ("output_settings", "compression", SMALL_DAYS, "zstd", "made", None),
    ("output_settings", "file_compression", SMALL_DAYS, "zstd", "made", None),
    ("output_settings", "validate_output", SMALL_DAYS, True, "made", None),
    ("output_settings", "include_metadata", SMALL_DAYS, False, "refused", None),
    ("output_settings", "partition_by", SMALL_DAYS, ["year"], "made", None),
    ("temporal_patterns", "hourly_distribution", within(SMALL_DAYS, "temporal_patterns", hourly_distribution={"09-12": 1}),
     {"09-12": 5}, "made", None),
    ("temporal_patterns", "seasonal_multipliers", RETAIL, {"summer_sale": 2.0}, "days", {"orders", "order_items"}),
    ("chunking_config", "enabled", within(DATASET, "", generation_config=None, chunking_config={"chunk_size": 100}), False,
     "refused", None),
    ("chunking_config", "chunk_size", SMALL_DAYS, 0, "refused", None),
    ("chunking_config", "parallel_chunks", within(SMALL_DAYS, "chunking_config", parallel_chunks=1), 2, "plan", set()),
    ("chunking_config", "memory_fraction", SMALL_DAYS, 1.5, "refused", None),
    ("chunking_config", "spill_to_disk", SMALL_DAYS, "maybe", "refused", None),
    ("partition_config", "bucketing", SMALL_DAYS, {"columns": ["customer_id"], "buckets": 4}, "made", None),
    ("partition_config", "bucketing", SMALL_DAYS, {"columns": ["customer_id"], "buckets": 0}, "refused", None),
    ("partition_config", "sorting", SMALL_DAYS, {"columns": ["customer_id"]}, "made", None),
    ("partition_config", "sorting", SMALL_DAYS, ["customer_id"], "refused", None),
    ("partition_config", "partition_columns", SMALL_DAYS, ["year", "month"], "made", None),
    ("delta_config", "optimize_write", SMALL_DAYS, False, "refused", None),
    ("delta_config", "z_order_columns", SMALL_DAYS, ["customer_id", "order_date"], "made", None),
    *(("delta_config", key, SMALL_DAYS, "maybe", "refused", None) for key in ("auto_compact", "data_skipping", "stats_collection")),
]


@functools.cache
def unchanged(program, folder, how, text):
    return run(program, folder / hashlib.sha256((how + text).encode()).hexdigest()[:12], how, text)


@pytest.fixture(scope="module")
def bases(tmp_path_factory):
    return tmp_path_factory.mktemp("bases")


@pytest.mark.parametrize("section, key, dictionary, value, how, tables", CASES,
                         ids=[f"{s}.{k}" if s else k for s, k, *_ in CASES])
def test_every_key_counts(program, tmp_path, bases, section, key, dictionary, value, how, tables):
    changed = within(dictionary, section, **{key: value})
    if section.startswith("output_settings") and how == "made":
        dictionary = within(dictionary, "", scale_factor=0.01)
        changed = within(changed, "", scale_factor=0.01)
    if how == "refused":
        done, _ = run(program, tmp_path, "days", repr(changed))
        assert done.returncode == 2, done.stdout
        assert key in done.stderr, done.stderr
        assert "dictionary.txt:1:" in done.stderr, done.stderr
        return
    before, was = unchanged(program, bases, how, repr(dictionary))
    after, now = run(program, tmp_path, how, repr(changed))
    assert was is not None, before.stderr
    assert now is not None, after.stderr
    assert now != was or after.stderr != before.stderr
    if tables is not None:
        then, since = rows(was), rows(now)
        assert {table for table in then.keys() | since.keys() if then.get(table) != since.get(table)} == tables


def test_no_key_without_a_case(program):
    page = json.loads(program.run("docs", "dictionaries", "--json").stdout)["markdown"]
    keys = set()
    for head, body in re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", page, re.M | re.S):
        section = next(iter(re.findall(r"`(\w+)`", head)), "")
        keys |= {(section, key) for key in re.findall(r"^\| `(\w+)` ", body, re.M)}
    assert len(keys) > 90
    sections = {section for section, _ in keys}
    covered = {(section.split(".")[0], key) for section, key, *_ in CASES}
    assert {(s, k) for s, k in keys - covered if k not in sections} == set()


def series(program, folder, *words):
    done = program.run("generate-series", *words, "--start-date", "2024-07-01", "--end-date", "2024-07-08", "--output",
                       folder, "--quiet", "--json", "--validate")
    assert done.returncode == 0, done.stdout + done.stderr
    made = json.loads(done.stdout)["generated_tables"]
    return ({table: one["total_rows"] for table, one in made.items()},
            {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.parquet"))})


@pytest.mark.parametrize("name, scale", [("retail_oltp_incremental", 0.02), ("ecommerce_star_incremental", 0.0005)])
def test_complete_configurations_are_the_builtins(program, tmp_path, name, scale):
    """Verbatim from a file, and inline: the counts of the built-in of that id, to the row."""
    file = tmp_path / f"{name}.py"
    file.write_text(PRINTED[name])
    listed = ",".join(ast.literal_eval(PRINTED[name])["table_configs"])
    counts, files = series(program, tmp_path / "file", "--custom-schema", file, "--scale-factor", scale)
    inline, _ = series(program, tmp_path / "inline", "--custom-schema", PRINTED[name], "--scale-factor", scale)
    builtin, builtin_files = series(program, tmp_path / "builtin", name, "--tables", listed, "--scale-factor", scale)
    assert counts == inline == builtin
    assert min(counts.values()) > 0
    if name == "ecommerce_star_incremental":
        assert files == builtin_files  # The numbers are the built-in's, so the bytes are.
    else:  # drift_percentage changes members more often; when they came and what they bought does not change.
        def events(path, of):
            return [value for column in ("order_id", "order_date", "channel", "customer_id")
                    for value in pyarrow.parquet.read_table(of / path).column(column).to_pylist()]
        orders = [path for path in files if path.endswith("orders.parquet")]
        assert len(orders) == 8
        for path in orders:
            assert events(path, tmp_path / "file") == events(path, tmp_path / "builtin")


def test_full_size_counts_of_a_day(program, tmp_path):
    """2024-01-17 is a Wednesday: 8000 orders, 18000 items; 2 million events grow by 0.15% a day."""
    for name, table, expected in (("retail_oltp_incremental", "orders", 8000),
                                  ("retail_oltp_incremental", "order_items", 18000),
                                  ("ecommerce_star_incremental", "fact_orders", 25000 * 0.95 * 1.0015 ** 16)):
        done = program.run("generate-incremental", "--custom-schema", PRINTED[name], "--date", "2024-01-17", "--dry-run",
                           "--json", "--output", tmp_path)
        assert done.returncode == 0, done.stderr
        assert rows(json.loads(done.stdout))[table] == pytest.approx(expected, rel=0.02)


GUIDE = (pathlib.Path(__file__).resolve().parents[2] / "docs" / "dictionaries.md").read_text()


@pytest.mark.parametrize("example", re.findall(r"^```python\n(.*?)^```$", GUIDE, re.M | re.S))
def test_examples_of_the_page(program, tmp_path, example):
    done, seen = run(program, tmp_path, "days", example)
    assert done.returncode == 0, done.stderr
    assert set(rows(seen)) == set(ast.literal_eval(example)["table_configs"])
