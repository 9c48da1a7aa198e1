"""Show what `make demo` made, through an outside reader: DuckDB joins the files.

    show_demo.py DIRECTORY      the directory that holds customers.parquet, orders.parquet …
"""

import pathlib
import sys

import duckdb

TABLES = ("customers", "products", "stores", "orders", "order_items", "inventory")

JOINED = """
    select o.order_id, strftime(o.order_date at time zone 'UTC', '%Y-%m-%d %H:%M') as ordered_utc,
           c.first_name || ' ' || c.last_name as customer, c.city || ', ' || c.state as lives_in,
           p.product_name, i.quantity, i.line_total, o.order_total, o.status
    from order_items i join orders o using (order_id) join customers c using (customer_id)
         join products p using (product_id)
    order by i.order_item_id limit 12"""

FACTS = """
    select (select count(*) from order_items anti join orders using (order_id)) as items_without_order,
           (select count(*) from orders anti join customers using (customer_id)) as orders_without_customer,
           (select count(*) from order_items anti join products using (product_id)) as items_without_product,
           (select count(*) from orders o join
              (select order_id, sum(line_total - coalesce(discount_amount, 0)) as s from order_items group by all) t
              using (order_id) where o.subtotal <> t.s) as orders_with_a_wrong_subtotal"""


def main(directory: str) -> None:
    session = duckdb.connect()
    for table in TABLES:
        single = pathlib.Path(directory, f"{table}.parquet")
        files = single if single.exists() else pathlib.Path(directory, table, "*.parquet")
        session.execute(f"create view {table} as from read_parquet('{files}')")
    print("\nAn outside reader (DuckDB) joins what was written:")
    session.sql(JOINED).show(max_width=170)
    print("and finds no orphan and no wrong total:")
    session.sql(FACTS).show(max_width=170)


if __name__ == "__main__":
    main(sys.argv[1])
