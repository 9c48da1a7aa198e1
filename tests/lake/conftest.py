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
