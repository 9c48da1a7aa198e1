"""What the README shows is what the program prints, and its example is the example file."""

import pathlib
import re
import shlex

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
# Commands whose output is the same on every machine.
SHOWN = [(command, output) for block in re.findall(r"^```console\n(.*?)^```$", README, re.M | re.S)
         for command, output in re.findall(r"^\$ build/lakeseed ([^\n]*)\n((?:[^$\n][^\n]*\n|\n)*)", block, re.M)
         if output.strip() and "--output " not in command]


def test_commands_are_shown():
    assert len(SHOWN) >= 3


@pytest.mark.parametrize("command, shown", SHOWN, ids=[command.split()[0] + str(i) for i, (command, _) in enumerate(SHOWN)])
def test_output_is_real(program, command, shown):
    words = [str(ROOT / word) if word.startswith("examples/") else word for word in shlex.split(command)]
    done = program.run(*words)
    assert (done.stdout + done.stderr).strip() == shown.strip()


def test_example_is_the_file():
    block = re.search(r"^```yaml\n(dataset: bike_rental.*?)^```$", README, re.M | re.S)[1]
    assert block == (ROOT / "examples" / "bike_rental.yaml").read_text()


def test_example_passes_its_rules(program, tmp_path):
    done = program.run("generate", "--custom-schema", ROOT / "examples" / "bike_rental.yaml", "--output", tmp_path,
                       "--output-mode", "csv", "--validate", "--quiet")
    assert done.returncode == 0, done.stdout + done.stderr
