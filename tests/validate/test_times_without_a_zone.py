"""Times written without their zone are read and made again as what they are, in every format."""

import re

import pytest


@pytest.mark.parametrize("mode", ["csv", "json", "arrow", "parquet"])
def test_sound(program, tmp_path, mode):
    done = program.run("generate", "retail_oltp_small", "--target-rows", 200, "--output-mode", mode, "--naive-timestamps",
                       "--validate", "--output", tmp_path)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr


@pytest.mark.parametrize("mode", ["csv", "json"])
def test_another_time_is_found(program, tmp_path, mode):
    made = program.run("generate", "retail_oltp_small", "--target-rows", 200, "--output-mode", mode, "--naive-timestamps",
                       "--output", tmp_path)
    assert made.returncode == 0, made.stderr
    path = next(tmp_path.rglob(f"orders.{mode}"))
    text = path.read_text()
    time = re.search(r"20\d\d-\d\d-\d\d[ T](\d\d:\d\d:\d\d[.]\d{6})(?!Z)", text)
    path.write_text(text[:time.start(1)] + "23:59:59.999999" + text[time.end(1):])
    done = program.run("validate", tmp_path)
    assert done.returncode == 4 and "orders  cells" in done.stdout and "23:59:59.999999" in done.stdout
