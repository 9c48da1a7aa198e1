"""What the README shows is what the program prints, and its example is the example file."""

import pathlib
import re
import shlex

import duckdb
import pytest
from test_tutorial import run, without_clock

ROOT = pathlib.Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
CONSOLE = [(command, output) for block in re.findall(r"^```console\n(.*?)^```$", README, re.M | re.S)
           for command, output in re.findall(r"^\$ build/lakeseed ([^\n]*)\n((?:[^$\n][^\n]*\n|\n)*)", block, re.M)
           if output.strip()]
# Commands whose output is the same on every machine, and those that make files, which say how fast they were.
SHOWN = [(command, output) for command, output in CONSOLE if "--output " not in command]
MADE = [(command, output) for command, output in CONSOLE if "--output " in command]


def test_commands_are_shown():
    assert len(SHOWN) >= 3


@pytest.mark.parametrize("command, shown", SHOWN, ids=[command.split()[0] + str(i) for i, (command, _) in enumerate(SHOWN)])
def test_output_is_real(program, command, shown):
    words = [str(ROOT / word) if word.startswith("examples/") else word for word in shlex.split(command)]
    done = program.run(*words)
    assert (done.stdout + done.stderr).strip() == shown.strip()


def test_what_is_made_is_what_is_shown(program, tmp_path, monkeypatch):
    assert len(MADE) >= 3
    for command, shown in MADE:
        assert run(f"lakeseed {command}", tmp_path, program) == f"$ lakeseed {command}\n{without_clock(shown)}\n"
    query, answer = re.search(r'^\$ duckdb -c "(.*?)"\n(.*?)^```$', README, re.M | re.S).groups()
    monkeypatch.chdir(tmp_path)
    assert str(duckdb.sql(query)).strip() == answer.strip()


def test_example_is_the_file():
    block = re.search(r"^```yaml\n(dataset: bike_rental.*?)^```$", README, re.M | re.S)[1]
    assert block == (ROOT / "examples" / "bike_rental.yaml").read_text()


def test_example_passes_its_rules(program, tmp_path):
    done = program.run("generate", "--custom-schema", ROOT / "examples" / "bike_rental.yaml", "--output", tmp_path,
                       "--output-mode", "csv", "--validate", "--quiet")
    assert done.returncode == 0, done.stdout + done.stderr
