"""Each command once, as a person types it: stdout, stderr, exit code."""

import csv
import io
import json
import pathlib
import shlex
import subprocess

import duckdb
import pyarrow.parquet as pq
import pytest
from program import DATASET, PROGRAM, ROOT, TABLES, data_below, files_below, generate, run

COMMANDS = ("changes", "check", "commit", "completion", "deploy-ddl", "describe", "docs", "generate", "generate-incremental",
            "generate-series", "list-datasets", "list-enhanced", "list-formats", "list-generators", "list-generic-templates",
            "list-incremental-datasets", "log", "new", "optimize", "plan", "preview", "sample-data", "status", "vacuum", "validate",
            "work")


def test_version_and_help():
    assert run("--version").out == "lakeseed 0.1.0\n"
    text = run("--help")
    assert text.code == 0 and text.err == ""
    for command in COMMANDS:
        assert f"\n  {command}" in text.out
        page = run(command, "--help")
        assert page.code == 0 and page.out.count("usage: lakeseed " + command) == 1
        assert run("help", command).out == page.out
        assert "examples:" in page.out
    assert max(map(len, text.out.splitlines())) <= 100


@pytest.mark.parametrize("command", ["generate", "generate-incremental", "generate-series", "describe", "preview", "list-datasets"])
def test_examples_of_the_help_can_be_run(tmp_path, command):
    """What makes data only says what it would make."""
    dry = ["--dry-run"] if command.startswith("generate") else []
    assert run("new", "shop.yaml", cwd=tmp_path).code == 0
    examples = run(command, "--help").out.partition("examples:\n")[2].splitlines()
    for example in filter(None, examples):
        words = [word for word in shlex.split(example)[1:] if word not in dry]
        done = run(*words, *dry, cwd=tmp_path)
        assert done.code == 0, f"{example}: {done.err}"


def test_leading_words_of_the_sources_are_ignored():
    plain = run("preview", DATASET, "--table", "stores", "--rows", 1).out
    for words in (["package", "synthetic-data"], ["synthetic-data"]):
        assert run(*words, "preview", DATASET, "--table", "stores", "--rows", 1).out == plain
    assert run("list", "generators").out == run("list-generators").out


def test_list_datasets():
    text = run("list-datasets")
    assert text.code == 0 and DATASET in text.out and "10,000 orders" in text.out
    listed = json.loads(run("list-datasets", "--json").out)["datasets"]
    assert [one["id"] for one in listed] == sorted(one["id"] for one in listed)
    small = next(one for one in listed if one["id"] == DATASET)
    assert small["target_rows"] == 10000 and small["main"] == "orders" and tuple(small["tables"]) == TABLES


def test_list_generators_and_formats():
    generators = json.loads(run("list-generators", "--json").out)["generators"]
    assert {"foreign_key", "person", "catalogue", "zipf"} <= {one["name"] for one in generators}
    assert all(one["summary"] and one["example"] for one in generators)
    formats = json.loads(run("list-formats", "--json").out)["formats"]
    assert [one["name"] for one in formats] == ["arrow", "csv", "json", "parquet"]


def test_describe_in_every_format():
    text = run("describe", DATASET)
    assert text.code == 0 and run("info", DATASET).out == text.out
    for table in TABLES:
        assert f"\n{table}: " in text.out
    assert "after_registration" in text.out and "decimal(12,2)" in text.out
    page = json.loads(run("describe", DATASET, "--format", "json-schema").out)
    assert [one["table_name"] for one in page["tables"]] == list(TABLES)
    orders = next(one for one in page["tables"] if one["table_name"] == "orders")
    assert orders["rows"] == 10000
    assert {"column": "customer_id", "references": "customers.customer_id", "type": "many_to_one"} in orders["relationships"]
    assert run("describe", DATASET, "--format", "markdown").out.startswith(f"# {DATASET}\n")
    assert "customers ||--o{ orders : customer_id" in run("describe", DATASET, "--format", "mermaid").out
    html = run("describe", DATASET, "--format", "html").out
    assert html.startswith("<!doctype html>") and html.count("<h2 ") == len(TABLES)


def test_ddl_takes_the_data(small):
    """DuckDB runs the statements and the written rows satisfy their constraints."""
    session = duckdb.connect()
    session.execute(run("describe", DATASET, "-r", 300, "--format", "ddl").out)
    order = [row[0] for row in session.sql("select table_name from duckdb_tables() order by table_oid").fetchall()]
    for table in order:
        file = small / "Files" / "synthetic_data" / DATASET / f"{table}.parquet"
        session.execute(f"insert into {table} select * from read_parquet('{file}')")
    assert session.sql("select count(*) from orders").fetchall() == [(300,)]


def test_describe_follows_the_size():
    page = json.loads(run("describe", DATASET, "-r", 1234, "--json").out)
    assert next(one["rows"] for one in page["tables"] if one["table_name"] == "orders") == 1234


def test_generate_prints_a_table_of_tables(tmp_path):
    done = generate(tmp_path / "d")
    assert done.code == 0 and done.err == ""
    lines = {line.split()[0]: line.split() for line in done.out.splitlines() if line}
    assert lines["orders"][1:4] == ["300", "17", "1"]
    assert lines["order_items"][1:4] == ["750", "7", "1"]
    folder = tmp_path / "d" / "Files" / "synthetic_data" / DATASET
    assert sorted(p.name for p in folder.iterdir()) == sorted(f"{t}.parquet" for t in TABLES)
    assert set(files_below(tmp_path / "d")) - set(data_below(tmp_path / "d")) == {"_lakeseed/manifest.json"}


def test_generate_json(tmp_path):
    done = generate(tmp_path, "--json", "--validate")
    result = json.loads(done.out)
    assert done.code == 0
    assert {t["table"]: t["rows"] for t in result["tables"]}["orders"] == 300
    assert result["validation"]["passed"] is True and result["validation"]["rules_broken"] == 0
    for file in result["files"]:
        assert (tmp_path / file["path"]).stat().st_size == file["bytes"]


@pytest.mark.parametrize("words,formats", [
    (["-o", "csv"], ("csv", "files")), (["--table-format", "delta"], ("parquet", "delta")),
    (["--table-format", "iceberg"], ("parquet", "iceberg")), (["--table-format", "ducklake"], ("parquet", "ducklake"))],
    ids=lambda words: words[-1])
def test_the_result_says_the_formats_of_files_and_of_tables(tmp_path, words, formats):
    for command in (["generate", DATASET], ["generate-incremental", f"{DATASET}_incremental", "--date", "2024-01-01"]):
        done = run(*command, *words, "--tables", "stores", "--output", tmp_path / command[0], "--json")
        assert done.code == 0, done.err
        result = json.loads(done.out)
        assert (result["format"], result["table_format"]) == formats


@pytest.mark.parametrize("mode,words,extension", [
    ("csv", [], "csv"), ("json", [], "json"), ("arrow", [], "arrow"), ("arrow", ["--compression", "zstd"], "arrow"),
    ("parquet", ["--compression", "zstd:3"], "parquet")])
def test_formats_hold_the_same_rows(tmp_path, small, mode, words, extension):
    done = generate(tmp_path, "--tables", "orders", *words, mode=mode)
    assert done.code == 0, done.err
    (file,) = data_below(tmp_path)
    assert file == f"Files/synthetic_data/{DATASET}/orders.{extension}"
    expected = pq.read_table(small / f"Files/synthetic_data/{DATASET}/orders.parquet", columns=["order_id", "order_total"])
    if mode == "arrow":
        import pyarrow.ipc
        found = pyarrow.ipc.open_file(tmp_path / file).read_all().select(["order_id", "order_total"])
        assert found.cast(expected.schema).equals(expected)
        return
    reader = {"csv": "read_csv", "json": "read_json", "parquet": "read_parquet"}[mode]
    sums = "select count(*), sum(order_id), round(sum(order_total), 2)::decimal(18,2) from "
    session = duckdb.connect()
    assert session.execute(sums + f"{reader}('{tmp_path / file}')").fetchone() == session.execute(sums + "expected").fetchone()


def test_preview_is_what_generate_writes(small):
    for table in TABLES:
        text = run("preview", DATASET, "-r", 300, "--table", table, "--rows", 100000, "--format", "csv")
        assert text.code == 0 and text.err == ""
        rows = list(csv.reader(io.StringIO(text.out)))
        written = pq.read_table(small / f"Files/synthetic_data/{DATASET}/{table}.parquet")
        assert rows[0] == written.column_names and len(rows) - 1 == written.num_rows
        key = written.column(0).to_pylist()
        assert [int(row[0]) for row in rows[1:]] == key
        for c, name in enumerate(written.column_names):
            values = written.column(c)
            if str(values.type).startswith(("string", "dictionary", "int", "decimal")):
                assert [row[c] for row in rows[1:]] == ["" if v is None else str(v) for v in values.to_pylist()], name


def test_preview_formats():
    text = run("preview", DATASET, "--table", "stores", "--rows", 2)
    assert text.out.splitlines()[0].split()[0] == "store_id" and len(text.out.splitlines()) == 4
    assert text.err.startswith("2 of ")
    assert run("preview", DATASET, "--table", "stores", "--format", "markdown", "--rows", 1).out.startswith("| store_id |")
    lines = run("preview", DATASET, "--format", "json", "--rows", 3).out.splitlines()
    assert [json.loads(line)["order_id"] for line in lines] == [1, 2, 3]
    result = json.loads(run("preview", DATASET, "--rows", 3, "--json").out)
    assert result["table"] == "orders" and result["total_rows"] == 10000 and len(result["rows"]) == 3


def test_dry_run_writes_nothing(tmp_path):
    done = generate(tmp_path / "d", "--dry-run", "--customers", 500)
    assert done.code == 0 and "orders.parquet" in done.out and not (tmp_path / "d").exists()
    assert json.loads(generate(tmp_path / "d", "--dry-run", "--json").out)["rows"] > 300


def test_parameters_as_options(tmp_path):
    def customers(*words):
        page = json.loads(run("describe", DATASET, "--json", *words).out)
        return next(one["rows"] for one in page["tables"] if one["table_name"] == "customers")

    assert customers("--customers", 700) == customers("--set", "customers=700") == customers("--customers=700")
    assert customers("--customers", 700) > customers("--customers", 70)


def test_environment_stands_in_for_options(tmp_path):
    done = run("preview", DATASET, "--json", env={"LAKESEED_ROWS": "2", "LAKESEED_TABLE": "stores"})
    result = json.loads(done.out)
    assert result["table"] == "stores" and len(result["rows"]) == 2
    assert len(json.loads(run("preview", DATASET, "--json", "--rows", 1, env={"LAKESEED_ROWS": "2"}).out)["rows"]) == 1
    assert run("preview", DATASET, env={"LAKESEED_ROWS": "x"}).code == 2


def test_validate(small, tmp_path):
    done = run("validate", small, "--dataset-id", DATASET, "--report", tmp_path / "r.html")
    assert done.code == 0 and " 0 violations" in done.out
    assert (tmp_path / "r.html").read_text().startswith("<!doctype html>")
    fast = json.loads(run("validate", small, "--no-recompute", "--json").out)
    assert fast["passed"] and not any(one["kind"] == "cells" for one in fast["checks"])
    full = json.loads(run("validate", small, "--json").out)
    assert sum(one["kind"] == "cells" for one in full["checks"]) == len(TABLES)


def test_validate_refuses_what_contradicts_the_manifest(small, tmp_path):
    for words in (["--seed", 7], ["--target-rows", 301], ["--dataset-id", "retail_oltp_large"]):
        assert run("validate", small, *words).code == 2
    for words in (["--seed", 42], ["--target-rows", 300]):
        assert run("validate", small, *words).code == 0
    assert run("validate", tmp_path).code == 2 and run("validate", tmp_path / "none").code == 2


def test_docs_and_check_docs():
    for topic in ("generators", "functions", "formats", "commands", "datasets", "spec"):
        assert run("docs", topic).out.startswith("# ")
    schema = json.loads(run("docs", "schema").out)
    assert "generator_foreign_key" in schema["$defs"] and schema["required"] == ["dataset", "tables"]
    refs = set()

    def walk(node):
        if isinstance(node, dict):
            refs.update({node["$ref"]} if "$ref" in node else ())
            node = list(node.values())
        for one in node if isinstance(node, list) else ():
            walk(one)

    walk(schema)
    assert refs <= {f"#/$defs/{name}" for name in schema["$defs"]}


def test_the_example_of_the_reference_runs(tmp_path):
    example = run("docs", "spec").out.split("```yaml\n")[1].split("```")[0]
    (tmp_path / "shop.yaml").write_text(example)
    done = run("generate", "--custom-schema", "shop.yaml", "-o", "parquet", "--validate", "-r", 500, cwd=tmp_path)
    assert done.code == 0, done.out + done.err
    checked = run("validate", "data", "--custom-schema", "shop.yaml", cwd=tmp_path)
    assert checked.code == 0, checked.err
    unknown = run("validate", "data", cwd=tmp_path)
    assert unknown.code == 2 and "--custom-schema FILE" in unknown.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell):
    script = run("completion", shell).out
    assert all(command in script for command in COMMANDS) and DATASET in script
    if shell == "bash":
        asked = ('COMP_WORDS=(lakeseed generate --out); COMP_CWORD=2; _lakeseed; echo "${COMPREPLY[@]}"; '
                 'COMP_WORDS=(lakeseed preview --format m); COMP_CWORD=3; _lakeseed; echo "${COMPREPLY[@]}"')
        done = subprocess.run(["bash", "-c", script + asked], text=True, capture_output=True)
        assert done.stdout.splitlines() == ["--output --output-mode", "markdown"]


def test_output_pipe_that_closes_early_is_quiet():
    done = subprocess.run(f"{PROGRAM} docs schema | head -1", shell=True, text=True, capture_output=True, cwd=ROOT)
    assert done.stdout == "{\n" and done.stderr == ""


def test_full_stdout_is_an_error():
    if not pathlib.Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with open("/dev/full", "w") as full:
        done = subprocess.run([PROGRAM, "docs", "formats"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1 and "cannot write to stdout" in done.stderr


@pytest.mark.parametrize("day", ["2031-05-06", "2100-01-01"])
def test_an_as_of_day_long_after_the_window(tmp_path, day):
    """What changes until then is known, though the window and the history of the dataset end before."""
    done = generate(tmp_path / "a", "--as-of", day, "--validate")
    assert done.code == 0, done.err
    plan = tmp_path / "plan.json"
    assert run("plan", DATASET, "-r", 300, "-o", "parquet", "--output", tmp_path / "b", "--as-of", day,
               "--output-file", plan).code == 0
    assert run("work", plan).code == 0 and run("commit", plan).code == 0
    assert data_below(tmp_path / "a") == data_below(tmp_path / "b")
    assert run("validate", tmp_path / "b").code == 0
    shown = run("preview", DATASET, "-r", 300, "--as-of", day, "--table", "customers", "--rows", 40, "--format", "csv")
    assert shown.code == 0 and shown.out.count("\n") > 30


def test_an_as_of_day_that_growth_does_not_reach_is_refused(tmp_path):
    done = generate(tmp_path, "--as-of", "9999-12-31")
    assert done.code == 2 and "growth has overflowed" in done.err and not list(tmp_path.iterdir())


def test_templates_say_what_is_not_there_and_seasons_are_not_empty():
    assert run("list-generic-templates").out.count("into a database (not available yet)") == 2
    for line in run("list-incremental-datasets").out.splitlines():
        assert not line.rstrip().endswith(":"), line


def test_hyphens_of_dataset_names_are_underscores(tmp_path):
    here, there = (run("preview", name, "--table", "symbols", "--symbols", "ABC,XYZ", "--format", "csv").out
                   for name in ("market-ohlcv", "market_ohlcv"))
    assert here == there and here.count("\n") == 3
    assert run("generate", "--dataset-id", "retail-oltp-small", "-r", 50, "-o", "csv", "--output", tmp_path).code == 0
    assert run("validate", tmp_path, "--dataset-id", "retail-oltp-small").code == 0


def test_start_and_end_are_the_dates(tmp_path):
    made = run("generate-series", "retail-oltp-small-incremental", "--start", "2024-01-01", "--end=2024-01-02", "--scale-factor", 0.1,
               "--output", tmp_path, "--json")
    assert made.code == 0 and json.loads(made.out)["made_days"] == ["2024-01-01", "2024-01-02"], made.err
    assert json.loads(run("status", "retail-oltp-small-incremental", "--output", tmp_path, "--json").out)
    rows = run("preview", "ecommerce", "--start", "2023-01-02", "--end", "2023-01-03", "--table", "orders", "--rows", 1, "--format", "csv")
    assert rows.code == 0 and "2023-01-02" in rows.out, rows.err


def test_a_report_in_a_directory_that_is_not_there_yet(tmp_path):
    assert generate(tmp_path / "made", rows=50).code == 0
    page = tmp_path / "reports" / "today" / "shop.html"
    done = run("validate", tmp_path / "made", "--report", page)
    assert done.code == 0 and "<html" in page.read_text(), done.err


def test_a_bank_with_days_without_a_posting(tmp_path):
    done = run("generate", "finance_oltp_incremental", "--scale-factor", 0.00002, "-o", "parquet", "--output", tmp_path, "--validate",
               "--json")
    assert done.code == 0, done.err
    rows = {one["table"]: one["rows"] for one in json.loads(done.out)["tables"]}
    assert 0 < rows["transactions"] < 366


def test_star_is_a_type_of_datasets():
    stars, schemas = (run("list-datasets", "--type", word, "--json").out for word in ("star", "star_schema"))
    assert stars == schemas and "retail_star_small" in stars and "retail_oltp_small" not in stars
