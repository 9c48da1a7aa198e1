"""Orders and goods of a web shop: open shops, speed that is paid for, materials of the things."""

import duckdb
import pytest

DATASET = "ecommerce_dw"


@pytest.fixture(scope="module")
def orders(program, tmp_path_factory):
    output = program.generate(tmp_path_factory.mktemp("orders"), "--tables", "orders", rows=2000, dataset=DATASET)
    con = duckdb.connect()
    con.execute(f"create view orders as select * from '{output.file('orders')}'")
    return con


def one(con, query):
    return con.execute(query).fetchone()


def test_shops_sell_while_they_are_open(orders):
    first, last, share, money = one(orders, """
        select min(hour(timezone('America/Chicago', order_date))), max(hour(timezone('America/Chicago', order_date))),
               count(*) / (select count(*) from orders), count(*) filter (payment_method in ('PayPal', 'Bank Transfer'))
        from orders where order_source = 'In-Store'""")
    assert first >= 8 and last <= 20 and 0.25 < share < 0.35 and money == 0


def test_what_is_paid_for_speed_is_faster(orders):
    days = dict(orders.execute("""
        select shipping_method, median(epoch(delivered_date) - epoch(shipped_date)) / 86400 from orders
        where delivered_date is not null and shipping_method is not null group by 1""").fetchall())
    assert days["Overnight"] < 1.1 and 1.5 < days["Two-Day"] < 2.2 and 1.5 < days["Express"] < 2.5
    assert min(days["Ground"], days["Standard"]) > 2.5


def test_materials_are_those_of_the_things(program, tmp_path):
    output = program.generate(tmp_path, "--tables", "products", rows=20000, dataset=DATASET)
    goods = duckdb.sql(f"""select material, category_name, subcategory_name, product_name from '{output.file("products")}'
                           where material is not null""").fetchall()
    for material, category, subcategory, name in goods:
        assert category in ("Clothing", "Home & Garden", "Sports & Outdoors")
        if category == "Clothing" and subcategory != "Jewelry & Watches":
            assert material in ("Cotton", "Polyester", "Leather", "Wool", "Linen"), name
        for word in ("Leather", "Wool", "Linen"):
            assert word + " " not in name or material == word, name
    assert 0.4 < len(goods) / 2000 < 0.6
