"""`new` and `check`: files that users begin with are sound, and every mistake is found at once."""

import json
import os
import re

import pytest
from program import DATASET, ROOT, run

STARTERS = ("minimal", "series", "shop", "star")

BROKEN = """\
dataset: broken
window: {from: 2024-01-01, to: 2024-01-31}
tables:
  people:
    rows: 10
    columns:
      person_id: {key: {}}
      height: {nromal: {mean: 170, stddev: 9}}
      age: {uniform: [18, 90], null_fraction: 2}
  visits:
    events: {per_day: 5}
    columns:
      visit_id: {key: {}}
      person_id: {foreign_key: {to: peple}}
"""

SUSPECT = """\
dataset: suspect
window: {from: 2024-01-01, to: 2024-01-31}
parameters:
  size: 10
  forgotten: 5
seasons:
  weekday: {sat: 2}
groups:
  audit: {loaded: {const: nightly}}
variants:
  small: {parameters.size: 5}
tables:
  people:
    rows: size
    let:
      who: {person: {locale: en_US}}
      home: {address: {country: US}}
      step: {uniform: [1, 5]}
    columns:
      person_id: {key: {}}
      name: who.full_name
      tier: {choice: {gold: 0.1, silver: 0.3, bronze: 0.5}}
      phone: {phone: {area_of: home}}
  leavers:
    rows: "max(0, size - 100)"
    columns:
      leaver_id: {key: {}}
"""


@pytest.fixture
def write(tmp_path):
    def make(text, name="file.yaml"):
        (tmp_path / name).write_text(text)
        return tmp_path / name
    return make


@pytest.mark.parametrize("template", STARTERS)
def test_starters_are_sound(tmp_path, template):
    made = run("new", "my-Data.yaml", "--template", template, cwd=tmp_path)
    assert made.code == 0 and made.err == "" and "dataset my_data" in made.out
    text = (tmp_path / "my-Data.yaml").read_text()
    assert "{name}" not in text and "{file}" not in text and text.count("#") > 4
    checked = run("check", "my-Data.yaml", "--strict", cwd=tmp_path)
    assert checked.code == 0 and "no errors, 0 warnings" in checked.out, checked.out + checked.err
    done = run("generate", "--custom-schema", "my-Data.yaml", "-o", "parquet", "--validate", "--quiet", cwd=tmp_path)
    assert done.code == 0 and " 0 violations" in done.out, done.out + done.err
    # The commands that it prints are commands.
    for line in re.findall(r"^  lakeseed (.*)$", made.out, re.M)[:2]:
        assert run(*line.split(), cwd=tmp_path).code == 0


def test_new_refuses(tmp_path):
    assert run("new", "a.yaml", cwd=tmp_path).code == 0
    before = (tmp_path / "a.yaml").read_text()
    again = run("new", "a.yaml", "--template", "minimal", cwd=tmp_path)
    assert again.code == 2 and "--force" in again.err and (tmp_path / "a.yaml").read_text() == before
    assert run("new", "a.yaml", "--template", "minimal", "--force", cwd=tmp_path).code == 0
    assert (tmp_path / "a.yaml").read_text() != before
    for words, part in ((["b.txt"], "`lakeseed new b.yaml`"), (["7.yaml"], "begins with a letter"),
                        (["none/b.yaml"], "cannot be written"), (["b.yaml", "--template", "shoop"], "`shop`"), ([], "FILE")):
        done = run("new", *words, cwd=tmp_path)
        assert done.code == 2 and part in done.err, done.err
    assert sorted(os.listdir(tmp_path)) == ["a.yaml"]
    facts = json.loads(run("new", "c.yaml", "--json", cwd=tmp_path).out)
    assert facts == {"file": "c.yaml", "dataset": "c", "template": "shop"}


def test_check_finds_all_errors_at_once(write):
    file = write(BROKEN)
    done = run("check", file)
    assert done.code == 2 and done.out == ""
    for line, part in ((8, "unknown generator: nromal"), (9, "null_fraction"), (14, "peple")):
        assert re.search(rf"error: \S+file.yaml:{line}:\d+: .*{part}", done.err), done.err
    assert done.err.count("error: ") == 3 and "did you mean `normal`?" in done.err and "`people`" in done.err
    facts = run("check", file, "--json")
    found = json.loads(facts.out)
    assert facts.code == 2 and facts.err == "" and found["passed"] is False
    assert [(one["line"], one["file"]) for one in found["errors"]] == [(n, str(file)) for n in (8, 9, 14)]
    assert all(one["reason"] and one["hint"] is not None for one in found["errors"])


def test_check_warns(write):
    file = write(SUSPECT)
    done = run("check", file)
    assert done.code == 0 and done.err == ""
    found = re.findall(r"^warning: \S+file.yaml:(\d+):\d+: (.*)$", done.out, re.M)
    assert [(int(line), text) for line, text in found] == [
        (5, "parameters: nothing reads this parameter: forgotten"),
        (7, "seasons: no table has events that could follow the seasons"),
        (9, "groups: no table includes this group: audit"),
        (18, "people.let: nothing reads this value: step"),
        (22, "people.tier: the shares do not add up to 1: 0.9"),
        (24, "leavers: the table has no rows in the window")]
    assert "1 variant, no errors, 6 warnings" in done.out
    assert run("check", file, "--strict").code == 2
    facts = json.loads(run("check", file, "--json").out)
    assert facts["passed"] is True and facts["errors"] == [] and len(facts["warnings"]) == 6
    assert facts["variants"] == ["small"]
    assert [(one["table"], one["rows"], one["columns"]) for one in facts["tables"]] == [("people", 10, 4), ("leavers", 0, 1)]


def test_each_warning_goes_with_its_cause(write):
    cured = SUSPECT
    for old, new in (("  forgotten: 5\n", ""), ("seasons:\n  weekday: {sat: 2}\n", ""),
                     ("groups:\n  audit: {loaded: {const: nightly}}\n", ""), ("      step: {uniform: [1, 5]}\n", ""),
                     ("bronze: 0.5", "bronze: 0.6"), ("size - 100", "size - 1")):
        assert old in cured
        before = json.loads(run("check", write(cured), "--json").out)["warnings"]
        cured = cured.replace(old, new)
        after = json.loads(run("check", write(cured), "--json").out)["warnings"]
        assert len(after) == len(before) - 1
    assert run("check", write(cured), "--strict").code == 0


def test_what_a_variant_alone_reads_is_read(write):
    text = SUSPECT.replace("  small: {parameters.size: 5}", "  small: {tables.people.rows: forgotten}")
    reasons = [one["value"] for one in json.loads(run("check", write(text), "--json").out)["warnings"]]
    assert "forgotten" not in reasons and "step" in reasons


def test_an_error_of_a_variant_is_found(write):
    text = SUSPECT.replace("parameters.size: 5", "tables.people.columns.name: who.full_nam")
    done = run("check", write(text))
    assert done.code == 2 and "no such field: full_nam" in done.err and done.err.count("error: ") == 1


def test_check_takes_what_generate_takes(write, tmp_path):
    for path in sorted((ROOT / "datasets").glob("*.yaml")) + sorted((ROOT / "examples").glob("*.yaml")):
        done = run("check", path)
        assert done.code == 0 and "nothing reads this parameter" not in done.out, done.out + done.err
    dictionary = write(json.dumps({"dataset_id": DATASET, "target_rows": 500}), "runtime.json")
    assert run("check", dictionary).code == 0
    for words, part in (([tmp_path / "none.yaml"], "none.yaml"), ([write("", "empty.yaml")], "a dataset file is a mapping"),
                        ([write("a: [1", "cut.yaml")], "cut.yaml"), ([], "FILE")):
        done = run("check", *words)
        assert done.code == 2 and part in done.err and "terminate" not in done.err, done.err
