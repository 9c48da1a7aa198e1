"""null://: everything is made and encoded, nothing is kept."""

import json

import pytest
from program import data_below, generate, run


@pytest.mark.parametrize("mode", ("parquet", "csv", "json", "arrow"))
def test_as_many_bytes_as_on_a_disk(tmp_path, mode):
    def made(output):
        report = json.loads(generate(output, "--json", mode=mode).out)
        return {table["table"]: (table["rows"], table["bytes"]) for table in report["tables"]}

    assert made("null://") == made(tmp_path / "disk")
    assert [path.name for path in tmp_path.iterdir()] == ["disk"]


def test_beside_a_target_that_keeps(tmp_path):
    assert generate("null://", "--also", f"parquet:{tmp_path}/kept").code == 0
    assert generate(tmp_path / "alone").code == 0
    assert data_below(tmp_path / "kept") == data_below(tmp_path / "alone") != {}


def test_every_run_finds_it_empty():
    assert [generate("null://").code for _ in range(2)] == [0, 0]


@pytest.mark.parametrize("output, words", (("null://folder", ()), ("null://", ("--table-format", "delta"))))
def test_what_it_cannot_do_is_refused(output, words):
    refused = run("generate", "retail_oltp_small", "--output", output, *words)
    assert refused.code == 2 and refused.out == ""
    assert output in refused.err and "hint: " in refused.err
