"""Credentials that an Iceberg REST catalog vends are those that write; moto checks each signature against its roles."""

import json
import time

import boto3
import pytest
import rest_catalog
import store as object_store
from lake import done, parquet, run
from pyiceberg.catalog.rest import RestCatalog
from test_iceberg import comparable, rows

ORDERS = ("generate", "retail_oltp_small", "-r", "1000", "--quiet", "--tables", "orders,stores", "--table-format", "iceberg")
KEYS = {"orders": ["order_id"], "stores": ["store_id"]}
MAY_ALL = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
NOBODY = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "true"}


@pytest.fixture
def gate(behind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    with rest_catalog.gate(behind) as one:
        one.metadata = tmp_path / "metadata"
        yield one
    catalog = RestCatalog("rest", uri=behind)
    for name in KEYS:
        if catalog.table_exists(("retail_oltp_small", name)):
            catalog.drop_table(("retail_oltp_small", name))


@pytest.fixture(scope="module")
def vended(store):
    """Keys of a role for an hour, as properties of Iceberg."""
    words = {"endpoint_url": store.url, "region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
    iam = boto3.client("iam", **words)
    role = iam.create_role(RoleName="writer", AssumeRolePolicyDocument=MAY_ALL)["Role"]["Arn"]
    iam.put_role_policy(RoleName="writer", PolicyName="all", PolicyDocument=MAY_ALL)
    keys = boto3.client("sts", **words).assume_role(RoleArn=role, RoleSessionName="run")["Credentials"]
    return {"s3.access-key-id": keys["AccessKeyId"], "s3.secret-access-key": keys["SecretAccessKey"],
            "s3.session-token": keys["SessionToken"], "s3.endpoint": store.url, "client.region": "us-east-1",
            "s3.path-style-access": "true"}


@pytest.fixture
def bucket(store):
    """One that only who may can reach, from the first request of a test on."""
    name = store.bucket()
    store.guard(True)
    yield name
    store.guard(False)


def url(gate) -> str:
    return f"{gate.url}?credentials=vended"


def outside(path, name: str):
    done("generate", "retail_oltp_small", "-r", "1000", "--quiet", "--tables", name, "-o", "parquet", "--output", path / name)
    return comparable(parquet(path / name, "retail_oltp_small", name, KEYS[name]))


@pytest.mark.parametrize("said", ["config", "storage-credentials", "of_the_warehouse"])
def test_they_write_and_pyiceberg_reads_with_them(gate, store, bucket, vended, tmp_path, said):
    output = f"s3://{bucket}/out"
    wrong = {**vended, "s3.secret-access-key": "wrong"}
    if said == "config":
        gate.vended = {"config": vended}
    elif said == "storage-credentials":  # The longest prefix counts, and what is said for it before all else.
        gate.vended = {"config": wrong, "storage-credentials": [
            {"prefix": "s3://", "config": wrong}, {"prefix": f"s3://{bucket}/", "config": vended},
            {"prefix": f"s3://{bucket}/other", "config": wrong}]}
    else:
        gate.properties = vended
    for words in ((), ("--if-exists", "overwrite", "--seed", "7")):
        ended = run(*ORDERS, *words, "--catalog", url(gate), "--output", output, env=NOBODY)
        assert ended.returncode == 0, ended.stderr
    done(*ORDERS, "--if-exists", "overwrite", "--catalog", url(gate), "--output", output, env=NOBODY)
    gate.vended = {}
    catalog = RestCatalog("rest", uri=gate.url, **vended)
    for name, keys in KEYS.items():
        table = catalog.load_table(("retail_oltp_small", name))
        assert comparable(rows(table, keys)).equals(outside(tmp_path, name)), name


@pytest.mark.parametrize("change,code,reason", [
    ({"s3.secret-access-key": "wrong"}, 2, "the store refuses these credentials"),
    ({"s3.access-key-id": "AKIANOBODY"}, 2, "the catalog has vended them"),
    ({"s3.endpoint": "http://127.0.0.1:9"}, 1, "cannot reach the store of bucket"),
    ({"s3.access-key-id": ""}, 2, "no credentials"),
])
def test_those_that_do_not_hold_are_told_before_a_row_is_made(gate, store, bucket, vended, tmp_path, change, code, reason):
    gate.vended = {"config": vended | change}
    begin = time.monotonic()
    ended = run(*ORDERS, "--catalog", url(gate), "--output", f"s3://{bucket}/out", env=NOBODY)
    assert ended.returncode == code and reason in ended.stderr, ended.stderr
    assert time.monotonic() - begin < 10
    for secret in (vended["s3.secret-access-key"], vended["s3.session-token"]):
        assert secret not in ended.stderr
    store.guard(False)
    assert store.keys(bucket) == {}


@pytest.mark.parametrize("said,reason", [
    ({}, "the Iceberg catalog vends no credentials for s3://"),
    ({"storage-credentials": [{"prefix": "s3://bucket/out/Tables/orders", "config": {"s3.access-key-id": "a"}}]},
     "vends credentials for other places"),
], ids=["none", "of_the_table_alone"])
def test_who_vends_none_that_would_do(gate, store, bucket, said, reason):
    gate.vended = said
    ended = run(*ORDERS, "--catalog", url(gate), "--output", f"s3://{bucket}/out", env=NOBODY)
    assert ended.returncode == 2 and reason in ended.stderr, ended.stderr


@pytest.fixture
def turns(store):
    """A way to the store that knows keys only until it is told of others."""
    with object_store.expiring(store) as one:
        yield one


def own_keys(turns, number: int, **more) -> dict:
    return {"s3.access-key-id": f"AKIATURN{number}", "s3.secret-access-key": "of-this-turn", "s3.session-token": f"turn-{number}",
            "s3.endpoint": turns.url, "client.region": "us-east-1", "s3.path-style-access": "true", **more}


@pytest.mark.parametrize("knows_end", [False, True])
def test_others_are_asked_for_when_they_run_out(gate, store, turns, tmp_path, knows_end):
    """Each time that the table is loaded again gives the next keys: before their end, when the catalog says it, or once they
    are refused."""
    bucket = store.bucket()
    asked = []

    def vend() -> dict:
        asked.append(time.time())
        number = len(asked)
        turns.keys.append(f"AKIATURN{number}")
        more = {"s3.session-token-expires-at-ms": str(int(1000 * (time.time() + 0.1)))} if knows_end else {}
        return {"config": own_keys(turns, number, **more)}

    gate.vend = vend
    turns.most = None if knows_end else 25
    ended = run("generate", "retail_oltp_small", "-r", "4000", "--quiet", "--tables", "orders,stores", "--table-format", "iceberg",
                "--file-rows-target", "200", "--catalog", url(gate), "--output", f"s3://{bucket}/out", env=NOBODY)
    assert ended.returncode == 0, ended.stderr
    assert len(asked) > 2 and len(turns.served) > 2
    assert (turns.refused > 0) != knows_end
    gate.vend = None
    table = RestCatalog("rest", uri=gate.url, **{**own_keys(turns, 1), "s3.endpoint": store.url}).load_table(
        ("retail_oltp_small", "orders"))
    assert table.scan().to_arrow().num_rows == 4000


def test_who_gives_none_that_hold_is_told_so(gate, store, turns, tmp_path):
    bucket = store.bucket()
    gate.vended = {"config": own_keys(turns, 1)}
    turns.keys, turns.most = ["AKIATURN1"], 25
    ended = run(*ORDERS, "--catalog", url(gate), "--output", f"s3://{bucket}/out", env=NOBODY)
    assert ended.returncode == 1 and "of-this-turn" not in ended.stderr and "turn-1" not in ended.stderr, ended.stderr
    assert turns.refused < 60  # It does not ask without an end.


def test_nobody_asks_for_them_without_being_told_to(gate, store, vended, tmp_path):
    bucket = store.bucket()
    gate.vended = {"config": {**vended, "s3.secret-access-key": "wrong"}}
    done(*ORDERS, "--catalog", gate.url, "--output", f"s3://{bucket}/out", env=store.environment)
    ended = run(*ORDERS, "--catalog", f"{gate.url}?credentials=lent", "--output", f"s3://{bucket}/other", env=store.environment)
    assert ended.returncode == 2 and "unknown credentials of --catalog: lent" in ended.stderr, ended.stderr
