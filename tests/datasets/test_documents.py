"""ecommerce_nested: documents that add up inside, the same in every format, and found out when one value inside is wrong."""

import json

import pytest

from mutation import Mutation

DATASET = "ecommerce_nested"


@pytest.fixture(scope="module")
def shop(data_of):
    return data_of(DATASET, rows=2000)


def test_orders_add_up_inside(shop):
    """As DuckDB reads them: lines, amounts, payment; and beside other documents."""
    assert shop.value("""select count(*) from orders where len(lines) != num_lines or num_lines = 0
        or list_sum(list_transform(lines, lambda l: l.total)) != amounts.items
        or amounts.items + amounts.shipping + amounts.tax != amounts.total or payment.amount != amounts.total
        or (payment.card is null) != (payment.method in ('PayPal', 'Apple Pay'))""") == 0
    assert shop.value("""select count(*) from (select order_id, unnest(lines, recursive := true) from orders) l
        left join products p using (product_id) where l.unit_price is distinct from p.price or l.sku is distinct from p.sku
        or l.total != l.quantity * l.unit_price - l.discount""") == 0
    assert shop.value("""select count(*) from orders o left join customers c using (customer_id)
        where o.shipping_address is distinct from c.address or o.ordered_at < c.registered_at""") == 0
    assert shop.ask("""select 1 from (select order_id, unnest(lines).product_id as product from orders)
        group by order_id, product having count(*) > 1""") == []


def test_lists_have_the_lengths_of_their_laws(shop):
    (orders, lines), = shop.ask("select count(*), sum(len(lines)) from orders")
    assert orders == 2000 and lines == 4800
    (customers, phones), = shop.ask("select count(*), sum(len(phones)) from customers")
    assert abs(phones - 1.16 * customers) <= 1
    assert shop.ask("select distinct len(stars) from products") == [(5,)]
    assert shop.value("select count(*) from products where list_sum(stars) != review_count") == 0


def test_events_have_their_context(shop):
    assert shop.value("""select count(*) from web_events where (items is not null) != (event_type in ('product_view', 'add_to_cart'))
        or (value is not null) != (event_type = 'add_to_cart')
        or value != list_sum(list_transform(items, lambda i: i.price * i.quantity))
        or context.page.url not like 'https://shop.example/%'""") == 0
    assert shop.value("""select count(*) from web_events where items is not null
        and context.page.url != 'https://shop.example/p/' || list_min(list_transform(items, lambda i: i.product_id))""") == 0
    assert shop.value("select count(distinct context.device.os) from web_events") >= 4
    assert 0.3 < shop.value("select avg((customer_id is null)::int) from web_events") < 0.5


def test_every_fold_is_checked(program, shop):
    """Rules and columns that fold a list are computed from the files, none is left out."""
    done = program.run("validate", shop.output.folder, "--dataset-id", DATASET, "--json", "--no-recompute")
    assert done.returncode == 0, done.stdout
    checks = {(one["table"], one["rule"]): one for one in json.loads(done.stdout)["checks"]}
    skipped = {name: one["skipped"] for name, one in checks.items() if one.get("skipped")}
    assert [name for name in skipped if name[1].startswith("rule:")] == []
    for name in (("products", "expression:review_count"), ("orders", "expression:num_lines"), ("web_events", "expression:value")):
        assert name in checks and name not in skipped


@pytest.mark.parametrize("words", [
    ("-o", "csv"), ("-o", "json"), ("-o", "arrow"), ("--table-format", "delta"), ("--table-format", "iceberg"),
    ("--table-format", "ducklake")], ids=lambda words: words[1])
def test_valid_in_every_format(program, tmp_path, words):
    done = program.run("generate", DATASET, "--target-rows", 300, "--output", tmp_path, "--quiet", "--validate", *words)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("words", [("-o", "csv"), ("-o", "json")], ids=lambda words: words[1])
def test_a_wrong_amount_inside_a_text_is_found(program, tmp_path, words):
    program.run("generate", DATASET, "--target-rows", 50, "--output", tmp_path, "--quiet", *words)
    (file,) = tmp_path.rglob(f"orders.{words[1]}")
    text = file.read_text()
    quote = '""' if words[1] == "csv" else '"'
    first = text.index(f"{quote}items{quote}:") + len(f"{quote}items{quote}:")
    digit = "1" if text[first] != "1" else "2"
    file.write_text(text[:first] + digit + text[first + 1:])
    done = program.run("validate", tmp_path, "--dataset-id", DATASET, "--no-recompute", "--json")
    broken = {one["rule"] for one in json.loads(done.stdout)["checks"] if one["table"] == "orders" and one["violations"]}
    assert done.returncode == 4 and {"rule:items_are_the_lines", "rule:total_adds_up"} <= broken


def test_a_value_of_an_element_is_made_again(program, shop, tmp_path):
    """A name inside a line that no rule reads."""
    data = Mutation(program, shop.output, tmp_path)
    data.change("orders", 7, {"lines": lambda row: [row["lines"][0] | {"name": "Something else"}, *row["lines"][1:]]})
    (check,) = data.broken_checks()
    assert (check["table"], check["rule"], check["violations"]) == ("orders", "cells", 1)


def test_described(program):
    text = program.run("describe", DATASET).stdout
    assert "list(struct(line_number int64" in text and "struct(line1 text" in text
    ddl = program.run("describe", DATASET, "--format", "ddl", "--dialect", "spark").stdout
    assert "`phones` ARRAY<STRUCT<`kind`: STRING, `number`: STRING>>" in ddl
