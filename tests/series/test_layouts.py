"""Days that are done in one layout are not done in another: they are made, or refused, but never passed over."""

import pytest

DATASET = """\
dataset: tills
window: {from: 2024-01-01, to: 2024-01-05}
tables:
  sales:
    events: {per_day: 10}
    columns:
      sale_id: {key: {}}
      day: $day
      till: {uniform: [1, 3]}
"""


@pytest.fixture
def made(program, tmp_path):
    (tmp_path / "tills.yaml").write_text(DATASET)

    def call(*words):
        return program.run("generate-series", "--custom-schema", tmp_path / "tills.yaml", "-s", "2024-01-01", "-e", "2024-01-03",
                           "--output", tmp_path / "out", *words)

    first = call("--table-format", "delta")
    assert first.returncode == 0 and "3 days made" in first.stdout, first.stderr
    return call


def test_the_same_again_is_done(made):
    again = made("--table-format", "delta")
    assert again.returncode == 0 and "0 days made" in again.stdout and "3 done before" in again.stdout


@pytest.mark.parametrize("words", [
    ("--table-format", "iceberg"), ("--table-format", "delta", "--partition-by", "till"),
    ("--table-format", "delta", "--sort-by", "till"), ("--table-format", "delta", "--z-order-by", "till,sale_id"),
    ("--table-format", "delta", "--bloom-filters", "sale_id"), ("--table-format", "delta", "--parquet-profile", "compat"),
], ids=" ".join)
def test_another_layout_is_not(made, words):
    done = made(*words, "--if-exists", "overwrite")
    assert done.returncode == 2 or "3 days made" in done.stdout, done.stdout + done.stderr
    if done.returncode == 2:
        assert "hint: " in done.stderr
