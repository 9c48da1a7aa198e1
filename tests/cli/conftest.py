import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from program import PROGRAM, generate  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def program_is_built():
    if not PROGRAM.exists():
        pytest.fail(f"{PROGRAM} is missing: run `make build`")


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """A finished output of 300 orders; tests only read it."""
    folder = tmp_path_factory.mktemp("small") / "data"
    assert generate(folder).code == 0
    return folder
