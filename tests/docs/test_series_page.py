"""The page on runs by day says what the program does."""

import json
import pathlib
import re

from lakeseed_program import data_of

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "series.md").read_text()
ROWS = re.findall(r"^\| (`[a-z_`, ]+`) \| `(\S+)`", PAGE, re.M)


def test_path_formats_are_as_printed(program, tmp_path):
    names = [(name, path) for cell, path in ROWS for name in re.findall(r"`(\w+)`", cell)]
    assert len(names) == 11
    for name, path in names:
        done = program.run("generate-incremental", "retail_oltp_small", "--date", "2024-01-15", "--tables", "orders",
                           "--path-format", name, "--output", tmp_path / name, "--quiet")
        assert done.returncode == 0, done.stderr
        assert list(data_of(tmp_path / name)) == [f"Files/synthetic_data/retail_oltp_small/{path}"]


def validated(program, folder, number: int, last_day: str) -> dict:
    """What a series of the page's dataset says, checked."""
    file = folder / "dataset.yaml"
    file.write_text(re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.M | re.S)[number])
    done = program.run("generate-series", "--custom-schema", file, "-s", "2024-01-01", "-e", last_day, "--output",
                       folder / "out", "--validate", "--json", "--quiet")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_the_example_runs_day_by_day(program, tmp_path):
    made = validated(program, tmp_path, 0, "2024-01-15")
    assert made["generated_tables"]["members"]["generation_count"] == 3  # Mondays.
    assert made["generated_tables"]["visits"]["generation_count"] == 15
    assert made["validation"]["passed"] and made["validation"]["violations"] == 0


def test_late_rows_lie_in_the_files_of_their_arrival(program, tmp_path):
    made = validated(program, tmp_path, 1, "2024-01-20")
    assert {"arrival:day", "arrival:shares"} <= {check["rule"] for check in made["validation"]["checks"]}
    sold = made["generated_tables"]["sales"]["total_rows"]
    assert 19 * 200 < sold < 20 * 200  # The last days' late rows have not arrived.
