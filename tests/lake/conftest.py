"""What several files of these tests are done with: servers, one of each for a file."""

import postgres
import pytest
import rest_catalog
import store as object_store


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with object_store.running(tmp_path_factory.mktemp("moto") / "log") as server:
        yield server


@pytest.fixture(scope="module")
def behind(tmp_path_factory):
    """The address of an Iceberg REST catalog."""
    with rest_catalog.running(tmp_path_factory.mktemp("rest")) as url:
        yield url


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL server."""
    with postgres.running() as one:
        yield one


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes many seconds; `-m 'not slow'` leaves it out")
    config.addinivalue_line("markers", "soak: takes many minutes; runs only when asked for, by `-m soak`")


def pytest_collection_modifyitems(config, items):
    if "soak" in config.option.markexpr:
        return
    left_out = [item for item in items if item.get_closest_marker("soak")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
