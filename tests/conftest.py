"""The program and what it wrote, once per test session and format."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from lakeseed_program import PROGRAM, Program  # noqa: E402


@pytest.fixture(scope="session")
def program():
    if not PROGRAM.exists():
        pytest.fail(f"{PROGRAM} is missing: build it first")
    return Program()


@pytest.fixture(scope="session")
def parquet(program, tmp_path_factory):
    return program.generate(tmp_path_factory.mktemp("parquet"))


@pytest.fixture(scope="session")
def csv(program, tmp_path_factory):
    return program.generate(tmp_path_factory.mktemp("csv"), mode="csv")


@pytest.fixture(scope="session")
def json_lines(program, tmp_path_factory):
    return program.generate(tmp_path_factory.mktemp("json"), mode="json")


@pytest.fixture(scope="session")
def arrow_file(program, tmp_path_factory):
    return program.generate(tmp_path_factory.mktemp("arrow"), mode="arrow")
