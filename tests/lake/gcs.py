"""A server of our own for tests that speaks as Google Cloud Storage does, on a free port of this machine."""

import contextlib
import pathlib
import sys

import pyarrow as pa
import pyarrow.fs as fs
import pyarrow.parquet as pq
from server_process import free_port, started


class Gcs:
    """With pyarrow as the other reader."""

    def __init__(self, port: int):
        self.port = port
        self.count = 0
        self.environment = {"STORAGE_EMULATOR_HOST": f"http://127.0.0.1:{port}"}
        self.fs = fs.GcsFileSystem(anonymous=True, scheme="http", endpoint_override=f"127.0.0.1:{port}", project_id="tests")

    def bucket(self) -> str:
        self.count += 1
        name = f"bucket-{self.count}"
        self.fs.create_dir(name)
        return name

    def keys(self, bucket: str) -> list[str]:
        found = self.fs.get_file_info(fs.FileSelector(bucket, recursive=True))
        return sorted(one.path.removeprefix(bucket + "/") for one in found if one.is_file)

    def bytes(self, bucket: str, key: str) -> bytes:
        with self.fs.open_input_file(f"{bucket}/{key}") as file:
            return file.read()

    def read(self, bucket: str, keys: list[str]) -> pa.Table:
        return pa.concat_tables([pq.read_table(f"{bucket}/{key}", filesystem=self.fs) for key in keys])

    hint = "set GOOGLE_APPLICATION_CREDENTIALS"

    def strangers(self, bucket: str):
        """Outputs and environments of those who may not write. No emulator, by its name alone."""
        yield self.output(bucket, "out", self.port).replace("anonymous@", ""), {"GOOGLE_APPLICATION_CREDENTIALS": ""}

    def output(self, bucket: str, prefix: str, port: int | None = None) -> str:
        """`port`: the server is named by the output, not by the environment."""
        place = f"?scheme=http&endpoint_override=127.0.0.1%3A{port}" if port else ""
        return f"gs://{'anonymous@' if port else ''}{bucket}/{prefix}{place}"


@contextlib.contextmanager
def running(folder: pathlib.Path):
    port = free_port()
    words = [sys.executable, "-m", "gcp_storage_emulator", "start", "--host", "127.0.0.1", "--port", str(port), "--in-memory"]
    with started(words, f"http://127.0.0.1:{port}/", folder / "log", cwd=folder):
        yield Gcs(port)
