"""The tables of orders_and_items.py by dbldatagen on Spark, one thread of this machine, without a cluster.

    python orders_by_spark.py ORDERS FOLDER

dbldatagen knows no children of parents: items are made on their own, and each names some order. Amounts are uniform, as
its other distributions go row by row through Python.
"""

import os
import pathlib
import sys

import dbldatagen
from pyspark.sql import SparkSession

from orders_and_items import CHANNEL, STATUS


def orders(spark: SparkSession, rows: int) -> dbldatagen.DataGenerator:
    made = dbldatagen.DataGenerator(spark, rows=rows, partitions=1, randomSeedMethod="hash_fieldname")
    return (made.withColumn("order_id", "long", minValue=1, maxValue=rows, step=1)
            .withColumn("customer_id", "long", minValue=1, maxValue=1_000_000, random=True)
            .withColumn("ordered_at", "timestamp", begin="2024-01-01 00:00:00", end="2024-12-31 23:59:59",
                        interval="1 second", random=True)
            .withColumn("status", "string", values=STATUS, random=True)
            .withColumn("channel", "string", values=CHANNEL, random=True)
            .withColumn("amount", "decimal(12,2)", minValue=1, maxValue=400, step=0.01, random=True)
            .withColumn("is_gift", "boolean", expr="rand() < 0.1")
            .withColumn("store_id", "long", minValue=1, maxValue=500, random=True))


def items(spark: SparkSession, rows: int, parents: int) -> dbldatagen.DataGenerator:
    made = dbldatagen.DataGenerator(spark, rows=rows, partitions=1, randomSeedMethod="hash_fieldname")
    return (made.withColumn("item_id", "long", minValue=1, maxValue=rows, step=1)
            .withColumn("order_id", "long", minValue=1, maxValue=parents, random=True)
            .withColumn("product_id", "long", minValue=1, maxValue=50_000, random=True)
            .withColumn("quantity", "long", minValue=1, maxValue=10, random=True)
            .withColumn("unit_price", "decimal(12,2)", minValue=1, maxValue=400, step=0.01, random=True)
            .withColumn("discount", "decimal(3,2)", minValue=0, maxValue=0.3, step=0.01, random=True))


def main() -> None:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    rows, folder = int(sys.argv[1]), pathlib.Path(sys.argv[2])
    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config(
        "spark.ui.showConsoleProgress", "false").getOrCreate()
    made = {"orders": orders(spark, rows), "items": items(spark, 3 * rows, rows)}
    cells = 0
    for name, table in made.items():
        frame = table.build()
        frame.write.parquet(str(folder / name))
        cells += table.rowCount * len(frame.columns)
    gateway = spark.sparkContext._gateway
    spark.stop()
    # Its Java machine is waited for, or its time would not be counted as this process's.
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait()
    print(cells)


if __name__ == "__main__":
    main()
