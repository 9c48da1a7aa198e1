"""A server of our own for tests that speaks as Azure Blob Storage does: Azurite, on a free port of this machine."""

import contextlib
import datetime
import pathlib

import polars
import pyarrow as pa
from azure.storage.blob import AccountSasPermissions, BlobServiceClient, ResourceTypes, generate_account_sas
from server_process import free_port, started

SERVER = pathlib.Path(__file__).resolve().parents[2] / ".cache" / "azurite" / "node_modules" / ".bin" / "azurite-blob"
ACCOUNT = "devstoreaccount1"
# The one that everybody's emulator has.
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


class Azure:
    """With Azure's own library and polars as the other readers."""

    def __init__(self, port: int):
        self.port = port
        self.count = 0
        self.environment = {"AZURE_STORAGE_CONNECTION_STRING": self.connection(f"AccountKey={KEY}")}
        self.client = BlobServiceClient.from_connection_string(self.environment["AZURE_STORAGE_CONNECTION_STRING"])

    def connection(self, credentials: str, port: int | None = None) -> str:
        return f"BlobEndpoint=http://127.0.0.1:{port or self.port}/{ACCOUNT};AccountName={ACCOUNT};{credentials}"

    def bucket(self) -> str:
        self.count += 1
        name = f"container-{self.count}"
        self.client.create_container(name)
        return name

    def keys(self, bucket: str) -> list[str]:
        """Of blobs, without those of no bytes that stand for folders."""
        blobs = self.client.get_container_client(bucket).list_blobs(include=["metadata"])
        return sorted(blob.name for blob in blobs if not (blob.metadata or {}).get("is_directory"))

    def bytes(self, bucket: str, key: str) -> bytes:
        return self.client.get_blob_client(bucket, key).download_blob().readall()

    def read(self, bucket: str, keys: list[str]) -> pa.Table:
        options = {"account_name": ACCOUNT, "account_key": KEY, "endpoint": f"http://127.0.0.1:{self.port}/{ACCOUNT}",
                   "allow_http": "true"}
        read = polars.concat([polars.read_parquet(f"az://{bucket}/{key}", storage_options=options) for key in keys]).to_arrow()
        # Texts as long as polars lets them be are texts.
        fields = [pa.field(one.name, pa.string() if pa.types.is_large_string(one.type) else one.type) for one in read.schema]
        return read.cast(pa.schema(fields))

    hint = "AZURE_STORAGE_KEY"

    def strangers(self, bucket: str):
        """Outputs and environments of those who may not write."""
        for credentials in ("", f"AccountKey={KEY[:4]}{KEY[8:]}", f"SharedAccessSignature={self.signature()[:-9]}AAAA%3D"):
            yield self.output(bucket, "out"), {"AZURE_STORAGE_CONNECTION_STRING": self.connection(credentials)}

    def signature(self) -> str:
        """What lets its holder read, write and remove blobs of the account for an hour."""
        may = AccountSasPermissions(read=True, write=True, list=True, create=True, delete=True, add=True)
        return generate_account_sas(ACCOUNT, KEY, ResourceTypes(container=True, object=True), may,
                                    datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1))

    def output(self, bucket: str, prefix: str, port: int | None = None) -> str:
        """`port`: the server is named by the output, not by the environment."""
        place = f"127.0.0.1%3A{port}"
        query = f"?enable_tls=false&blob_storage_authority={place}&dfs_storage_authority={place}" if port else ""
        return f"abfss://{bucket}@{ACCOUNT}.dfs.core.windows.net/{prefix}{query}"


@contextlib.contextmanager
def running(folder: pathlib.Path):
    port = free_port()
    words = [SERVER, "--blobHost", "127.0.0.1", "--blobPort", str(port), "--inMemoryPersistence", "--silent", "--disableTelemetry",
             "--skipApiVersionCheck"]
    with started(words, f"http://127.0.0.1:{port}/", folder / "log", cwd=folder):
        yield Azure(port)
