"""The program and what it wrote, once per test session and format."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from lakeseed_program import PROGRAM, Program  # noqa: E402


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes many seconds; `-m 'not slow'` leaves it out")
    config.addinivalue_line("markers", "soak: takes many minutes; runs only when asked for, by `-m soak`")
    config.addinivalue_line("markers", "xdist_group: read by pytest-xdist, which runs a group in one process")


def pytest_collection_modifyitems(config, items):
    if "soak" in config.option.markexpr:
        return
    left_out = [item for item in items if item.get_closest_marker("soak")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def pytest_itemcollected(item):
    if group := group_of(item):
        item.add_marker(pytest.mark.xdist_group(group))


def group_of(item) -> str:
    """Tests of one group run in one process, in their order: those that share what a fixture of their file made. Other
    tests run in any; what is of the whole session is cheap, and each process makes its own."""
    fixtures = item._fixtureinfo.name2fixturedefs
    shared = [name for name in item.fixturenames if name in fixtures and fixtures[name][-1].scope == "module"]
    if not shared:
        return ""
    params = item.callspec.params if hasattr(item, "callspec") else {}
    return "-".join([item.path.stem, *(str(item.callspec.indices[name]) for name in shared if name in params)])


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
