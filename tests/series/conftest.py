import pytest
from spec_run import run_of


@pytest.fixture(scope="module")
def whole(program, request, tmp_path_factory):
    """The window of a module's SPEC at once."""
    folder = tmp_path_factory.mktemp("whole")
    run_of(request.module.SPEC)(program, "generate", "-o", "parquet", "--output", folder, "--quiet")
    return folder
