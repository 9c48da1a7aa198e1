"""Orders and their items as a fast script makes them: numpy values, or one SQL statement, then one writer.

    python orders_and_items.py WRITER ORDERS FOLDER      WRITER: pyarrow, polars, duckdb

Eight columns of orders, six of items, 1 to 5 items an order, no rule between tables but the key.
"""

import pathlib
import sys

STATUS = ["pending", "paid", "shipped", "delivered", "cancelled"]
CHANNEL = ["web", "store", "app", "phone", "partner", "other"]


def with_numpy(writer: str, orders: int, folder: pathlib.Path) -> int:
    import numpy as np
    import pyarrow as pa

    random = np.random.default_rng(42)
    items_of = random.integers(1, 6, orders)
    items = int(items_of.sum())
    start = np.datetime64("2024-01-01", "us").astype("int64")
    times = np.sort(start + random.integers(0, 366 * 86_400_000_000, orders))

    def words(texts, n):
        return pa.DictionaryArray.from_arrays(random.integers(0, len(texts), n, dtype=np.int8), texts).cast(pa.string())

    def amounts(n):
        return np.round(random.lognormal(4.0, 0.8, n), 2)

    tables = {
        "orders": pa.table({
            "order_id": np.arange(1, orders + 1), "customer_id": random.integers(1, 1_000_001, orders),
            "ordered_at": pa.array(times).cast(pa.timestamp("us")), "status": words(STATUS, orders),
            "channel": words(CHANNEL, orders), "amount": amounts(orders), "is_gift": random.random(orders) < 0.1,
            "store_id": random.integers(1, 501, orders)}),
        "items": pa.table({
            "item_id": np.arange(1, items + 1), "order_id": np.repeat(np.arange(1, orders + 1), items_of),
            "product_id": random.integers(1, 50_001, items), "quantity": random.integers(1, 11, items),
            "unit_price": amounts(items), "discount": np.round(random.random(items) * 0.3, 2)}),
    }
    for name, table in tables.items():
        if writer == "pyarrow":
            import pyarrow.parquet as pq
            pq.write_table(table, folder / f"{name}.parquet")
        else:
            import polars as pl
            pl.from_arrow(table).write_parquet(folder / f"{name}.parquet")
    return sum(table.num_rows * table.num_columns for table in tables.values())


def with_duckdb(orders: int, folder: pathlib.Path) -> int:
    import duckdb

    connection = duckdb.connect(config={"threads": 1, "preserve_insertion_order": False})
    connection.execute("select setseed(0.42)")

    def pick(texts):
        return f"{texts}[1 + floor(random() * {len(texts)})::int]"

    def amount():  # Lognormal by Box and Muller.
        return "round(exp(4.0 + 0.8 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())), 2)"

    connection.execute(f"""copy (select i + 1 as order_id, 1 + floor(random() * 1000000)::bigint as customer_id,
        timestamp '2024-01-01' + to_microseconds(((i + random()) * (366 * 86400000000.0 / {orders}))::bigint) as ordered_at,
        {pick(STATUS)} as status, {pick(CHANNEL)} as channel, {amount()} as amount, random() < 0.1 as is_gift,
        1 + floor(random() * 500)::bigint as store_id
        from range({orders}) t(i)) to '{folder}/orders.parquet' (format parquet)""")
    connection.execute(f"""copy (select row_number() over () as item_id, o.i + 1 as order_id,
        1 + floor(random() * 50000)::bigint as product_id, 1 + floor(random() * 10)::bigint as quantity,
        {amount()} as unit_price, round(random() * 0.3, 2) as discount
        from (select i, 1 + floor(random() * 5)::bigint as n from range({orders}) t(i)) o, unnest(range(o.n)) u(k))
        to '{folder}/items.parquet' (format parquet)""")
    items = connection.execute(f"select count(*) from '{folder}/items.parquet'").fetchone()[0]
    return orders * 8 + items * 6


if __name__ == "__main__":
    writer, orders, folder = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3])
    print(with_duckdb(orders, folder) if writer == "duckdb" else with_numpy(writer, orders, folder))
