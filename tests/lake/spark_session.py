"""One Spark that reads and writes Delta and Iceberg tables, in an environment of its own: SQL in, rows out.

Run by that environment's Python; `Session` starts it from a test. Tables go from Spark to the test as Parquet.
"""

import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOME = ROOT / ".venv-spark"
PYTHON = HOME / "bin" / "python"


class Session:
    """One process. `iceberg` is the output whose catalog Spark knows as `lakeseed`; `<iceberg>-files`, whose tables have
    none, it knows as `files`. `store` is the address of an S3 server, and `keys` are those of the environment to it."""

    def __init__(self, scratch: pathlib.Path, iceberg: pathlib.Path, store: str, keys: dict[str, str]):
        assert PYTHON.exists(), f"{PYTHON} is missing: scripts/bootstrap installs Spark"
        self.scratch = scratch
        self.count = 0
        self.log = open(scratch / "spark.log", "wb")
        self.process = subprocess.Popen([str(PYTHON), __file__, str(scratch), str(iceberg), store], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.log, text=True, cwd=scratch,
                                        env={**os.environ, **keys, "TZ": "UTC", "SPARK_LOCAL_IP": "127.0.0.1"})

    def ask(self, **question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, (self.scratch / "spark.log").read_text()[-3000:]
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return [tuple(row) for row in answer["rows"]]

    def sql(self, *statements):
        """The rows of the last, each value as text."""
        return self.ask(sql=statements)

    def table(self, query: str):
        """The rows of a query with their types."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.count += 1
        folder = self.scratch / f"answer{self.count}"
        self.ask(query=query, folder=str(folder))
        return pa.concat_tables([pq.ParquetFile(file).read() for file in sorted(folder.glob("*.parquet"))])

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.log.close()


def settings(scratch: str, iceberg: str, store: str) -> dict[str, str]:
    return {
        "spark.jars": ",".join(str(jar) for jar in sorted((HOME / "jars").glob("*.jar"))),
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        "spark.sql.warehouse.dir": f"{scratch}/warehouse",
        "spark.databricks.delta.snapshotPartitions": "1",
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension,"
                                "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.catalog.lakeseed": "org.apache.iceberg.spark.SparkCatalog",
        "spark.sql.catalog.lakeseed.type": "jdbc",
        "spark.sql.catalog.lakeseed.uri": f"jdbc:sqlite:file:{iceberg}/iceberg.sqlite",
        "spark.sql.catalog.lakeseed.jdbc.schema-version": "V1",
        "spark.sql.catalog.lakeseed.cache-enabled": "false",
        "spark.sql.catalog.lakeseed.warehouse": f"{iceberg}/Tables",
        "spark.sql.catalog.files": "org.apache.iceberg.spark.SparkCatalog",
        "spark.sql.catalog.files.type": "hadoop",
        "spark.sql.catalog.files.cache-enabled": "false",
        "spark.sql.catalog.files.warehouse": f"{iceberg}-files/Tables",
        "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
        "spark.hadoop.fs.s3a.endpoint": store,
        "spark.hadoop.fs.s3a.endpoint.region": "us-east-1",
        "spark.hadoop.fs.s3a.path.style.access": "true",
        "spark.hadoop.fs.s3a.aws.credentials.provider":
            "software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider",
    }


def answer(spark, question: dict) -> list:
    if "query" in question:
        spark.sql(question["query"]).coalesce(1).write.parquet(question["folder"])
        return []
    rows = []
    for statement in question["sql"]:
        rows = spark.sql(statement).collect()
    return [[None if value is None else str(value) for value in row] for row in rows]


def serve(scratch: str, iceberg: str, store: str):
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # What Spark prints is no answer.
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]").appName("reader")
    for key, value in settings(scratch, iceberg, store).items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    for line in sys.stdin:
        try:
            said = {"rows": answer(spark, json.loads(line))}
        except Exception as error:  # Py4J's, Spark's: all of them are the answer.
            said = {"error": str(error)[:3000]}
        print(json.dumps(said), file=answers, flush=True)
    spark.stop()


if __name__ == "__main__":
    serve(*sys.argv[1:])
