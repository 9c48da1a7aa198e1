"""Plain files in stores without a PUT that refuses to replace: whole, once, and with clear errors."""

import time

import azurite
import gcs
import pytest
from lake import SERIES, TYPES, done, parquet, plain, run, types
from server_process import free_port

ORDERS = ("generate", "retail_oltp_small", "-r", 2000, "--quiet", "--file-rows-target", 700, "-o", "parquet")
KEYS = {"customers": "customer_id", "orders": "order_id", "order_items": "order_item_id"}


@pytest.fixture(scope="module", params=[gcs, azurite], ids=lambda kind: kind.__name__)
def store(request, tmp_path_factory):
    with request.param.running(tmp_path_factory.mktemp(request.param.__name__)) as server:
        yield server


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    root = tmp_path_factory.mktemp("local")
    done(*ORDERS, "--output", root)
    return root


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The state of runs into a store is kept where the program runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_objects_are_the_files_of_a_directory(store, local, home):
    bucket = store.bucket()
    done(*ORDERS, "--output", store.output(bucket, "a b/out"), env=store.environment)
    files = {"a b/out/" + str(path.relative_to(local)): path.read_bytes()
             for path in sorted(local.rglob("*")) if path.is_file() and ".lakeseed" not in path.parts}
    assert {key: store.bytes(bucket, key) for key in store.keys(bucket)} == files  # Nothing staged is left.


def test_others_read_what_was_written_and_validate_does(store, local, home):
    bucket = store.bucket()
    output = store.output(bucket, "out")
    done(*ORDERS, "--output", output, "--validate", env=store.environment)
    for name, key in KEYS.items():
        files = [one for one in store.keys(bucket) if one.endswith(f"{name}.parquet") or f"/{name}/" in one]
        assert plain(store.read(bucket, files), [key]).equals(parquet(local, "retail_oltp_small", name, [key]))


def test_what_is_there_is_refused_kept_or_replaced(store, home):
    bucket = store.bucket()
    output = store.output(bucket, "out")
    words = ("-o", "parquet")
    assert types(output, *words, env=store.environment).returncode == 0
    before = {key: store.bytes(bucket, key) for key in store.keys(bucket)}
    refused = types(output, *words, env=store.environment)
    assert refused.returncode == 2 and "output exists" in refused.stderr
    assert types(output, *words, "--if-exists", "resume", env=store.environment).returncode == 0
    assert {key: store.bytes(bucket, key) for key in store.keys(bucket)} == before
    again = types(output, *words, "--if-exists", "overwrite", "--seed", 5, env=store.environment)
    assert again.returncode == 0, again.stderr
    after = {key: store.bytes(bucket, key) for key in store.keys(bucket)}
    assert set(after) == set(before) and after != before


def test_series_by_day(store, home):
    bucket = store.bucket()
    words = ("generate-series", SERIES, "--tables", "orders", "--scale-factor", "0.05", "--quiet", "-s", "2024-01-01", "-e",
             "2024-01-03")
    done(*words, "--output", store.output(bucket, "out"), env=store.environment)
    done(*words, "--output", home / "here")
    expected = {"out/" + str(path.relative_to(home / "here")): path.read_bytes()
                for path in (home / "here").rglob("*.parquet")}
    assert len(expected) == 3
    assert {key: store.bytes(bucket, key) for key in store.keys(bucket) if key.endswith(".parquet")} == expected


def test_large_files_go_in_parts(store, home):
    bucket = store.bucket()
    words = ("generate", "retail_oltp_small", "-r", 900_000, "--tables", "order_items", "-o", "parquet", "--compression",
             "none", "--json", "--parallel-workers", 1)
    done(*words, "--output", store.output(bucket, "out"), env=store.environment)
    done(*words, "--output", home / "local")
    [key] = [key for key in store.keys(bucket) if key.endswith("order_items.parquet")]
    local = next((home / "local").rglob("order_items.parquet"))
    assert local.stat().st_size > 12 << 20
    assert store.bytes(bucket, key) == local.read_bytes()


@pytest.mark.parametrize("kind", ["kill", "fail"])
def test_a_crash_at_any_call_leaves_all_or_nothing(store, home, kind):
    reference = store.bucket()
    words = ("-o", "parquet")
    assert types(store.output(reference, "out"), *words, rows=200, env=store.environment).returncode == 0
    whole = {key: store.bytes(reference, key) for key in store.keys(reference)}
    for call in range(1, 200, 3):
        bucket = store.bucket()
        output = store.output(bucket, "out")
        ended = types(output, *words, rows=200, env=store.environment | {"LAKESEED_FAULT": f"{kind}:{call}"})
        for key in store.keys(bucket):
            if key.endswith(".parquet") and not key.startswith("out/_lakeseed/"):
                assert store.bytes(bucket, key) == whole[key], (call, key)
        if ended.returncode == 0:
            break
        assert types(output, *words, "--if-exists", "resume", rows=200, env=store.environment).returncode == 0, call
        assert {key: store.bytes(bucket, key) for key in store.keys(bucket)} == whole, call
    assert call > 10


@pytest.mark.parametrize("form", ["delta", "iceberg", "ducklake"])
def test_tables_are_refused_by_name(store, home, form):
    bucket = store.bucket()
    catalog = () if form == "delta" else ("--catalog", "sqlite:///catalog.sqlite")
    ended = types(store.output(bucket, "out"), "--table-format", form, *catalog, env=store.environment)
    assert ended.returncode == 2 and f"{form} tables cannot be in this store" in ended.stderr, ended.stderr
    assert store.keys(bucket) == []


def told(output: str, environment) -> tuple[int, str]:
    begin = time.monotonic()
    ended = types(output, "-o", "parquet", rows=20, env=environment)
    assert time.monotonic() - begin < 15
    return ended.returncode, ended.stderr


def test_a_missing_bucket_is_named(store, home):
    code, reason = told(store.output("not-there", "out"), store.environment)
    assert code == 2 and "there is no such bucket: not-there" in reason, reason


def test_a_store_that_cannot_be_reached_is_told(store, home):
    code, reason = told(store.output("some-bucket", "out", port=free_port()), store.environment)
    assert code == 1 and "cannot reach the store of bucket some-bucket" in reason, reason


def test_missing_and_wrong_credentials_are_told(store, home):
    bucket = store.bucket()
    for output, environment in store.strangers(bucket):
        code, reason = told(output, environment | {"HOME": str(home)})
        assert code == 2 and "refuses these credentials" in reason and store.hint in reason, reason
        assert store.keys(bucket) == []


@pytest.mark.parametrize("output,reason", [
    ("gs://", "output is no bucket"),
    ("gs://me:secret@bucket/out", "an output's name must not hold credentials"),
    ("abfss://", "output is no container"),
    ("abfss://container:secret@account.dfs.core.windows.net/out", "an output's name must not hold credentials"),
    ("abfss://container@account.dfs.core.windows.net/out?sv=2024&sig=secret@", "an output's name must not hold credentials"),
    ("az://container/out", "output names no account: az://container/out"),
    ("ftp://bucket/out", "output is in no store that can be written to: ftp://bucket/out"),
])
def test_outputs_that_are_none(home, output, reason):
    ended = types(output, "-o", "parquet")
    assert ended.returncode == 2 and reason in ended.stderr, ended.stderr
    assert "secret@" not in ended.stderr


def test_an_account_and_its_signature_from_the_environment(home, tmp_path):
    """Who has no key, but what a key has signed, reads it; the container alone is named."""
    with azurite.running(tmp_path) as store:
        bucket = store.bucket()
        assert types(store.output(bucket, "out"), "-o", "parquet", rows=20, env=store.environment).returncode == 0
        output = store.output(bucket, "out", store.port).replace(f"@{azurite.ACCOUNT}.dfs.core.windows.net", "")
        words = ("validate", output.replace("abfss:", "az:"), "--custom-schema", TYPES)
        environment = {"AZURE_STORAGE_ACCOUNT": azurite.ACCOUNT, "AZURE_STORAGE_SAS_TOKEN": store.signature()}
        assert "0 broken" in done(*words, env=environment)
        refused = run(*words, env=environment | {"AZURE_STORAGE_SAS_TOKEN": ""})
        assert refused.returncode == 2 and store.hint in refused.stderr, refused.stderr
