"""The data dictionary of every dataset: DDL that databases take, JSON schemas, an HTML page that stands alone; the lists."""

import glob
import html.parser
import json
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile

import duckdb
import pytest
from lakeseed_program import built_in
from program import DATASET, TABLES, run

EVERY = sorted(built_in())


def describe(dataset, *words):
    done = run("describe", dataset, *words)
    assert done.code == 0 and done.err == "", done.err
    return done.out


def ddl(dataset, dialect):
    return describe(dataset, "--format", "ddl", "--dialect", dialect)


@pytest.fixture(scope="module")
def pages():
    """What each dataset says of itself, as JSON."""
    return {dataset: json.loads(describe(dataset, "--json")) for dataset in EVERY}


@pytest.fixture(scope="module")
def postgres():
    """A server of its own in a directory of its own; connects by psql."""
    found = shutil.which("initdb") or next(iter(sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))), None)
    if found is None or shutil.which("psql") is None:
        pytest.skip("PostgreSQL is not installed")
    folder = tempfile.mkdtemp(prefix="lakeseed_pg_", dir="/tmp")
    as_user = []
    if os.geteuid() == 0:  # The server refuses root.
        try:
            user = pwd.getpwnam("postgres")
        except KeyError:
            pytest.skip("no user `postgres`")
        os.chown(folder, user.pw_uid, user.pw_gid)
        as_user = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    binaries = os.path.dirname(found)
    subprocess.run([*as_user, found, "-D", f"{folder}/db", "-U", "test", "-A", "trust"], check=True, capture_output=True,
                   cwd=folder)
    server = subprocess.Popen([*as_user, f"{binaries}/postgres", "-D", f"{folder}/db", "-p", str(port), "-k", folder, "-h", ""],
                              cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = ["psql", "-h", folder, "-p", str(port), "-U", "test", "-v", "ON_ERROR_STOP=1", "-Atq"]
    for _ in range(100):
        if subprocess.run([*base, "-c", "select 1", "postgres"], capture_output=True).returncode == 0:
            break
        subprocess.run(["sleep", "0.1"], check=True)

    def psql(database, script):
        return subprocess.run([*base, database], input=script, text=True, capture_output=True)

    yield psql
    server.terminate()
    server.wait()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("dataset", EVERY)
def test_duckdb_takes_the_ddl(dataset, pages):
    session = duckdb.connect()
    session.execute(ddl(dataset, "duckdb"))
    for table in pages[dataset]["tables"]:
        rows = session.execute("select column_name, is_nullable = 'YES', data_type from information_schema.columns "
                               "where table_name = ? order by ordinal_position", [table["table_name"]]).fetchall()
        expected = [(c["name"], c["nullable"] and not c["primary_key"]) for c in table["columns"]]
        assert [row[:2] for row in rows] == expected
        types = {"DECIMAL": "DECIMAL", "VARCHAR": "VARCHAR", "BIGINT": "BIGINT", "DATE": "DATE"}
        for (name, _, found), column in zip(rows, table["columns"]):
            stated = column["type"].split("(")[0]
            assert found.startswith(types.get(stated, found)), name
    kinds = dict(session.execute("select constraint_type, count(*) from duckdb_constraints() group by 1").fetchall())
    tables = pages[dataset]["tables"]
    assert kinds.get("PRIMARY KEY", 0) == sum(any(c["primary_key"] for c in t["columns"]) for t in tables)
    assert kinds.get("FOREIGN KEY", 0) == sum(len(t["relationships"]) for t in tables)


def test_postgres_takes_the_ddl(postgres, pages):
    for number, dataset in enumerate(EVERY):
        database = f"d{number}"
        assert postgres("postgres", f"create database {database};").returncode == 0
        done = postgres(database, ddl(dataset, "postgresql"))
        assert done.returncode == 0, done.stderr
        counted = postgres(database, "select count(*) from information_schema.columns where table_schema = 'public';")
        assert int(counted.stdout) == sum(len(t["columns"]) for t in pages[dataset]["tables"])


def test_spark_ddl():
    text = ddl(DATASET, "spark")
    tables = re.findall(r"^CREATE TABLE `(\w+)` \((.*?)^\) USING DELTA$", text, re.M | re.S)
    assert sorted(name for name, _ in tables) == sorted(TABLES)
    types = set(re.findall(r"^  `\w+` (\w+)", text, re.M))
    assert types <= {"BIGINT", "STRING", "DATE", "TIMESTAMP", "DECIMAL", "DOUBLE", "BOOLEAN", "INT"} and len(types) > 4
    assert '"' not in re.sub(r"'(\\.|[^'\\])*'", "", text) and "-- FOREIGN KEY (`customer_id`)" in text
    assert "COMMENT 'derived from the name'" in text and "COMMENT 'The retailer\\'s shops'" in text
    assert run("describe", DATASET, "--dialect", "spark").code == 2
    assert "`spark`" in run("describe", DATASET, "--format", "ddl", "--dialect", "sparc").err


@pytest.mark.parametrize("dataset", EVERY)
def test_json_schemas(dataset, pages):
    """The form of the source: table_name, description, columns, indexes; and what it promises beside."""
    for table in pages[dataset]["tables"]:
        assert list(table) == ["table_name", "description", "kind", "rows", "columns", "indexes", "relationships",
                               "business_rules"]
        for column in table["columns"]:
            assert list(column)[:5] == ["name", "type", "description", "primary_key", "nullable"]
            values = column.get("allowed_values")
            assert values is None or len(values) == len(set(map(str, values))) > 0
            if "min" in column and "max" in column and isinstance(column["min"], int):
                assert column["min"] <= column["max"]
        names = {column["name"] for column in table["columns"]}
        assert all(set(index["columns"]) <= names for index in table["indexes"])
        assert {link["column"] for link in table["relationships"]} <= names


def test_json_schema_says_values_and_bounds(pages):
    tables = {table["table_name"]: table for table in pages[DATASET]["tables"]}
    customers = {column["name"]: column for column in tables["customers"]["columns"]}
    assert customers["customer_segment"]["allowed_values"] == ["Premium", "Standard", "Basic"]
    assert customers["email"]["unique"] is True
    assert {"name": "idx_customers_email", "columns": ["email"], "unique": True} in tables["customers"]["indexes"]
    reorder = next(c for c in tables["products"]["columns"] if c["name"] == "reorder_level")
    assert reorder["min"] == 10 and reorder["max"] == 100


def test_values_lie_where_the_schema_says(pages, small):
    session = duckdb.connect()
    for table in pages[DATASET]["tables"]:
        file = small / "Files" / "synthetic_data" / DATASET / f"{table['table_name']}.parquet"
        for column in table["columns"]:
            if "allowed_values" in column:
                found = session.execute(f"select distinct {column['name']} from '{file}' where {column['name']} is not null")
                assert {row[0] for row in found.fetchall()} <= set(column["allowed_values"])
            if isinstance(column.get("min"), int) and isinstance(column.get("max"), int):
                low, high = session.execute(f"select min({column['name']}), max({column['name']}) from '{file}'").fetchone()
                assert column["min"] <= low and high <= column["max"], column["name"]


def test_files_instead_of_stdout(tmp_path):
    assert run("describe", DATASET, "--format", "json-schema", "--write", tmp_path / "a" / "schemas").out == ""
    files = sorted((tmp_path / "a" / "schemas").iterdir())
    assert [file.name for file in files] == sorted(f"{table}.json" for table in TABLES)
    assert json.loads(files[0].read_text())["table_name"] == files[0].stem
    for form in ("text", "markdown", "ddl", "html", "mermaid"):
        file = tmp_path / "b" / form
        assert run("describe", DATASET, "--format", form, "--write", file).out == ""
        assert file.read_text() == describe(DATASET, "--format", form)
    assert run("describe", DATASET, "--write", "/proc/none/x").code == 2


class Page(html.parser.HTMLParser):
    """Ids, links, sources and open tags of a page."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.open, self.boxes, self.lines = set(), set(), [], 0, 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        assert tag not in ("script", "link", "img", "iframe") and not {"src", "onclick", "onload"} & set(attributes)
        self.ids.add(attributes.get("id"))
        self.links.add(attributes.get("href"))
        self.boxes += tag == "rect" and attributes["class"] == "box"
        self.lines += tag == "path" and "marker-start" in attributes
        if tag not in ("meta", "rect", "path") or tag == "path" and attributes.get("class") == "open":
            self.open.append(tag)
        elif tag == "path":
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, tag


@pytest.mark.parametrize("dataset", EVERY)
def test_html_stands_alone(dataset, pages):
    text = describe(dataset, "--format", "html")
    page = Page(text)
    assert page.open == [] and "url(" not in text.replace("url(#", "") and "@import" not in text
    tables = pages[dataset]["tables"]
    assert {f"#{table['table_name']}" for table in tables} <= page.links
    assert {link[1:] for link in page.links - {None}} <= page.ids
    links = sum(len(table["relationships"]) for table in tables)
    assert page.lines == links and page.boxes == (len(tables) if links else 0)


def test_markdown_and_mermaid_name_all_columns(pages):
    for form in ("markdown", "mermaid", "text"):
        text = describe(DATASET, "--format", form)
        for table in pages[DATASET]["tables"]:
            for column in table["columns"]:
                assert re.search(rf"\b{column['name']}\b", text)


@pytest.mark.parametrize("dataset", [DATASET, "ecommerce_nested", "finance_star_small"])
def test_mermaid_is_of_its_grammar(dataset):
    """A type is one word there, also that of a struct."""
    first, *lines = describe(dataset, "--format", "mermaid").splitlines()
    assert first == "erDiagram"
    for line in lines:
        assert re.fullmatch(r"  \w+ \|\|--o\{ \w+ : \w+|  \w+ \{|  \}|    [A-Za-z_][\w()\[\]-]* \w+( PK| FK)?", line), line


def test_versions_and_series_are_relationships(tmp_path):
    for template, expected in (("star", {("fact_sales", "customer_key", "dim_customer.customer_key"),
                                         ("fact_sales", "customer_id", "customers.customer_id"),
                                         ("fact_sales", "product_key", "dim_product.product_key")}),
                               ("series", {("readings", "device_id", "devices.device_id")})):
        assert run("new", f"{template}.yaml", "--template", template, cwd=tmp_path).code == 0
        page = json.loads(run("describe", "--custom-schema", f"{template}.yaml", "--json", cwd=tmp_path).out)
        found = {(t["table_name"], one["column"], one["references"]) for t in page["tables"] for one in t["relationships"]}
        assert expected <= found


def test_list_datasets_columns_and_filters():
    every = list(built_in().values())
    for one in every:
        assert {"id", "name", "type", "pattern", "domain", "description", "tables", "fact_tables", "dimensions"} <= set(one)
        assert one["type"] in ("transactional", "analytical", "custom") and one["name"] and one["description"]
        assert set(one["fact_tables"]) | set(one["dimensions"]) <= set(one["tables"])
    small = next(one for one in every if one["id"] == DATASET)
    assert (small["name"], small["type"], small["pattern"]) == ("Retail OLTP - Small", "transactional", "oltp")
    retail = json.loads(run("list-datasets", "--domain", "retail", "--json").out)["datasets"]
    assert retail == [one for one in every if one["domain"] == "retail"]
    for word in ("transactional", "oltp"):
        assert json.loads(run("list-datasets", "--type", word, "--json").out)["datasets"] == [
            one for one in every if one["type"] == "transactional"]
    wrong = run("list-datasets", "--domain", "retial")
    assert wrong.code == 2 and "did you mean `retail`?" in wrong.err
    stars = json.loads(run("list-datasets", "--type", "star", "--json").out)["datasets"]
    assert stars and stars == [one for one in every if one["pattern"] == "star_schema"]
    wrong = run("list-datasets", "--type", "stat")
    assert wrong.code == 2 and "did you mean `star`?" in wrong.err
    text = run("list-datasets").out
    assert "Retail OLTP - Small" in text and "fact tables" in text and "dimensions" in text
    # What a dataset holds is said once, and of which of its variants if they differ; words of one name stay together.
    heads = [page.splitlines()[0] for page in text.split("\n\n")[1:]]
    assert len(set(heads)) == len(heads) and heads.count("ecommerce") == 1
    assert "retail_star_large, retail_star_large_incremental" in heads
    assert "Market OHLCV - Every Day" in text and "E-commerce DW - Dev, Incremental" in text


def test_list_incremental_datasets_filters():
    every = json.loads(run("list-incremental-datasets", "--json").out)["datasets"]
    shop = json.loads(run("list-incremental-datasets", "--type", "analytical", "--json").out)["datasets"]
    assert 0 < len(shop) < len(every) and shop == [one for one in every if one["type"] == "analytical"]
    assert next(one["name"] for one in every if one["id"] == "retail_oltp_incremental") == "Retail OLTP - Incremental"


def test_list_enhanced():
    listed = json.loads(run("list-enhanced", "--json").out)
    ids = set(built_in())
    templates = {one["id"]: one for one in listed["templates"]}
    assert "retail_oltp_enhanced" in templates and "ecommerce_full_stack" in templates
    for one in templates.values():
        assert one["datasets"] and set(one["datasets"]) <= ids
        assert "target_rows" in one["runtime_parameters"] and one["parameters"]
    assert {"nested_daily", "flat_with_date", "hive_partitioned"} <= set(listed["path_patterns"])
    text = run("list-enhanced").out
    example = re.search(r"lakeseed generate --custom-schema '(.*)'", text)[1]
    done = run("generate", "--custom-schema", example, "--dry-run", "--json")
    assert done.code == 0, done.err


def test_list_generic_templates():
    every = json.loads(run("list-generic-templates", "--json").out)["templates"]
    assert [one["name"] for one in every] == [
        "generic_incremental_series_lakehouse", "generic_incremental_series_warehouse", "generic_single_dataset_lakehouse",
        "generic_single_dataset_warehouse"]
    lake = json.loads(run("list-generic-templates", "-t", "lakehouse", "--json").out)["templates"]
    assert lake == [one for one in every if one["environment"] == "lakehouse"] and len(lake) == 2
    assert run("list-generic-templates", "-t", "lakehose").code == 2
    text = run("list-generic-templates", "--target-environment", "warehouse").out
    assert "generic_single_dataset_warehouse" in text and "lakehouse\n" not in text
