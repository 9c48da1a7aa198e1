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


def test_late_rows_lie_in_the_files_of_their_arrival(program, tmp_path):
    file = tmp_path / "shop.yaml"
    file.write_text(re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.M | re.S)[1])
    done = program.run("generate-series", "--custom-schema", file, "-s", "2024-01-01", "-e", "2024-01-20", "--output",
                       tmp_path / "out", "--validate", "--json", "--quiet")
    assert done.returncode == 0, done.stdout + done.stderr
    rules = {check["rule"] for check in json.loads(done.stdout)["validation"]["checks"]}
    assert {"arrival:day", "arrival:shares"} <= rules
    sold = json.loads(done.stdout)["generated_tables"]["sales"]["total_rows"]
    assert 19 * 200 < sold < 20 * 200  # The last days' late rows have not arrived.


def test_the_example_runs_day_by_day(program, tmp_path):
    file = tmp_path / "gym.yaml"
    file.write_text(re.search(r"^```yaml\n(.*?)^```$", PAGE, re.M | re.S)[1])
    done = program.run("generate-series", "--custom-schema", file, "-s", "2024-01-01", "-e", "2024-01-15", "--output",
                       tmp_path / "out", "--validate", "--json", "--quiet")
    assert done.returncode == 0, done.stdout + done.stderr
    made = json.loads(done.stdout)
    assert made["generated_tables"]["members"]["generation_count"] == 3  # Mondays.
    assert made["generated_tables"]["visits"]["generation_count"] == 15
    assert made["validation"]["passed"] and made["validation"]["violations"] == 0
