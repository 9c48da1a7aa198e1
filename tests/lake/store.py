"""An S3 server of our own for tests: moto (s3_server.py), on a free port of this machine."""

import contextlib
import http.client
import os
import pathlib
import socket
import sys
import threading
import urllib.request

import boto3
import served
from server_process import free_port, started

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test-secret", "AWS_EC2_METADATA_DISABLED": "true"}


class Store:
    def __init__(self, port: int):
        self.url = f"http://127.0.0.1:{port}"
        self.environment = KEYS | {"S3_ENDPOINT_URL": self.url, "AWS_REGION": "us-east-1"}
        self.client = boto3.client("s3", endpoint_url=self.url, region_name="us-east-1",
                                   aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
                                   aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"])
        self.count = 0

    def bucket(self) -> str:
        self.count += 1
        name = f"bucket-{self.count}"
        self.client.create_bucket(Bucket=name)
        return name

    def guard(self, needed: bool) -> None:
        """From now on, whether keys must be those of somebody who may."""
        body = b"0" if needed else b"inf"
        request = urllib.request.Request(f"{self.url}/moto-api/reset-auth", data=body, headers={"Content-Type": "text/plain"})
        urllib.request.urlopen(request, timeout=5)

    def keys(self, bucket: str, prefix: str = "") -> dict[str, int]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return {one["Key"]: one["Size"] for page in pages for one in page.get("Contents", [])}

    def bytes(self, bucket: str, key: str) -> bytes:
        return self.client.get_object(Bucket=bucket, Key=key)["Body"].read()

    def uploads(self, bucket: str) -> list:
        return self.client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])

    @property
    def options(self) -> dict[str, str]:
        """For deltalake."""
        return {"AWS_ENDPOINT_URL": self.url, "AWS_REGION": "us-east-1", "AWS_ALLOW_HTTP": "true",
                "AWS_ACCESS_KEY_ID": KEYS["AWS_ACCESS_KEY_ID"], "aws_conditional_put": "etag",
                "AWS_SECRET_ACCESS_KEY": KEYS["AWS_SECRET_ACCESS_KEY"]}


@contextlib.contextmanager
def running(log):
    port = free_port()
    words = [sys.executable, str(pathlib.Path(__file__).with_name("s3_server.py")), str(port)]
    environment = os.environ | {"MOTO_S3_CUSTOM_ENDPOINTS": ""}
    with started(words, f"http://127.0.0.1:{port}/moto-api/", log, env=environment):
        yield Store(port)


def pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            sink.sendall(data)
    for one in (source, sink):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


def carry(client: socket.socket, port: int, suffix: str, lost: list[str]) -> None:
    first = client.recv(1 << 16)
    path = first.split(b" ", 2)[1].decode() if first.startswith(b"PUT ") else ""
    server = socket.create_connection(("127.0.0.1", port))
    server.sendall(first)
    if path.endswith(suffix) and path not in lost and b"if-none-match" in first.lower():
        lost.append(path)
        threading.Thread(target=pump, args=(client, server), daemon=True).start()
        server.recv(1 << 16)  # The store has done it, and nobody hears of it.
        client.shutdown(socket.SHUT_RDWR)
        return
    threading.Thread(target=pump, args=(server, client), daemon=True).start()
    pump(client, server)


@contextlib.contextmanager
def losing_answers(store: Store, suffix: str):
    """A way to a store on which the first answer to each PUT of such a name is lost; gives its URL and the paths."""
    lost: list[str] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                port = int(store.url.rpartition(":")[2])
                threading.Thread(target=carry, args=(client, port, suffix, lost), daemon=True).start()
    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", lost
    finally:
        listener.close()


class Turns:
    """Keys that hold in turn, each for so many requests."""

    def __init__(self):
        self.url = ""
        self.keys: list[str] = []
        self.most: int | None = None
        self.served: dict[str, int] = {}
        self.refused = 0
        self.lock = threading.Lock()

    def holds(self, key: str) -> bool:
        with self.lock:
            self.served[key] = self.served.get(key, 0) + 1
            holds = key in self.keys and (self.most is None or self.served[key] <= self.most)
            self.refused += not holds
            return holds

    def refuses(self, request) -> tuple[int, bytes] | None:
        key = request.headers.get("Authorization", "").partition("Credential=")[2].partition("/")[0]
        # Without keys it is asked whether it can be reached.
        return (400, EXPIRED) if key and not self.holds(key) else None


EXPIRED = b"<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>"
HANGS_UP = (0, b"")


@contextlib.contextmanager
def gated(store: Store, refuses):
    """A way to a store that asks of each request what it is answered instead: status and body, HANGS_UP, or None."""

    class Handler(served.Handler):
        def serve(self):
            body = self.body()
            refused = refuses(self)
            if refused == HANGS_UP:
                self.close_connection = True
                return
            status, headers, said = (refused[0], {}, refused[1]) if refused else self.forwarded(body)
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() not in ("content-length", "connection", "transfer-encoding", "date", "server"):
                    self.send_header(name, value)
            length = headers.get("Content-Length", "0") if self.command == "HEAD" and status == 200 else len(said)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(said)

        def body(self) -> bytes:
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return b"".join(parts)

        def forwarded(self, body: bytes):
            server = http.client.HTTPConnection("127.0.0.1", int(store.url.rpartition(":")[2]), timeout=30)
            headers = {name: value for name, value in self.headers.items()
                       if name.lower() not in ("transfer-encoding", "content-length", "connection")}
            server.request(self.command, self.path, body, headers)
            answer = server.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = serve

    with served.serving(Handler) as url:
        yield url


@contextlib.contextmanager
def expiring(store: Store):
    """A way to a store on which keys run out."""
    turns = Turns()
    with gated(store, turns.refuses) as turns.url:
        yield turns
