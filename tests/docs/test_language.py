"""The guide to dataset files is right: every example of it binds, makes rows and passes its own rules."""

import json
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "language.md").read_text()
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", GUIDE, re.M | re.S)
# Keys of expressions and generators have reference pages; these are the language's own.
KEYS = ("dataset", "doc", "domain", "pattern", "law_version", "epoch", "window", "main", "target_rows", "parameters",
        "groups", "variants", "seasons", "tables", "rows", "fixed", "at_least", "snapshot", "population", "events",
        "per", "history_of", "rows_of", "calendar", "uses", "except", "let", "include", "columns", "rules", "size", "growth", "churn",
        "founders_since", "changes", "rate", "late",
        "tracks", "per_day", "noise", "zone", "parent", "count", "weekday", "weekend", "month", "holiday", "holidays",
        "hours", "series", "every", "between", "spread", "expr", "type", "null_fraction", "unique", "when", "struct", "list",
        "length", "of")


def name_of(example):
    return re.search(r"^dataset: (\w+)", example, re.M)[1]


@pytest.fixture(params=EXAMPLES, ids=name_of)
def example(request, tmp_path):
    file = tmp_path / f"{name_of(request.param)}.yaml"
    file.write_text(request.param)
    return file


def test_guide_has_examples():
    assert len(EXAMPLES) >= 7


def test_every_key_is_shown():
    shown = "\n".join(EXAMPLES)
    assert [key for key in KEYS if not re.search(rf"(^|[\s{{,]){key}:", shown)] == []


def test_example_previews_every_table(program, example):
    described = program.run("describe", "--custom-schema", example, "--json")
    assert described.returncode == 0, described.stderr
    tables = [table["table_name"] for table in json.loads(described.stdout)["tables"]]
    assert tables
    for table in tables:
        done = program.run("preview", "--custom-schema", example, "--table", table, "--rows", 5, "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["rows"], f"{table} has no rows"


def test_example_passes_its_rules(program, example, tmp_path):
    made = program.run("generate", "--custom-schema", example, "--output", tmp_path / "out", "--output-mode",
                       "parquet", "--quiet", "--validate", "--json")
    assert made.returncode == 0, made.stdout[-3000:] + made.stderr


def test_variant_and_parameter(program, tmp_path):
    museum = next(text for text in EXAMPLES if name_of(text) == "museum")
    file = tmp_path / "museum.yaml"
    file.write_text(museum)
    done = program.run("preview", "--custom-schema", file, "--table", "members", "--rows", 1, "--set", "members=321",
                       "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["total_rows"] == 321


@pytest.mark.parametrize("variant, visits", [("daily", 60), ("tiny_daily", 3)])
def test_rows_per_day_by_a_variant(program, tmp_path, variant, visits):
    museum = next(text for text in EXAMPLES if name_of(text) == "museum")
    file = tmp_path / "museum.yaml"
    file.write_text(museum)
    done = program.run("preview", "--custom-schema", file, "--dataset-id", f"museum_{variant}", "--table", "visits",
                       "--set", "tables.visits.events.noise=0", "--rows", 1, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["total_rows"] == 91 * visits


def changed(tmp_path, dataset, old, new):
    text = next(example for example in EXAMPLES if name_of(example) == dataset)
    assert old in text
    file = tmp_path / f"{dataset}.yaml"
    file.write_text(text.replace(old, new))
    return file


@pytest.mark.parametrize("rule, reason", [("closed_later: closed_at >= opned_at", "unknown name: opned_at"),
                                          ("closed_later: hours_open + 1", "a rule needs a condition")])
def test_a_wrong_rule_is_refused_before_a_row_is_made(program, tmp_path, rule, reason):
    file = changed(tmp_path, "tickets", "closed_later: closed_at >= opened_at", rule)
    done = program.run("generate", "--custom-schema", file, "--output", tmp_path / "out", "--output-mode", "csv")
    assert done.returncode == 2
    assert reason in done.stderr
    assert not list((tmp_path / "out").rglob("*.csv"))


def test_one_mistake_is_one_error(program, tmp_path):
    """What reads a broken name is not reported again."""
    file = changed(tmp_path, "tickets", "Open: 0", "Open: 0\n          bogus: [")
    assert program.run("preview", "--custom-schema", file).returncode == 2
    file = changed(tmp_path, "expressions", "cents: {uniform: [0, 99999]}", "cents: {unifrom: [0, 99999]}")
    done = program.run("preview", "--custom-schema", file)
    assert done.returncode == 2
    assert done.stderr.count("error:") == 1, done.stderr


def test_keys_count_from_one(program, tmp_path):
    """References are computed from row numbers; a key with another start would make orphans."""
    file = changed(tmp_path, "kinds", "tariff_id: {key: {}}", "tariff_id: {key: {start: 10}}")
    done = program.run("preview", "--custom-schema", file)
    assert done.returncode == 2
    assert "start" in done.stderr
