"""An Iceberg REST catalog of our own for tests, and a gate before it that changes what passes.

The catalog is that of the Iceberg project's own tests (RestCatalogServer.java), on a free port of this machine.
"""

import contextlib
import json
import pathlib
import urllib.error
import urllib.parse
import urllib.request

import served
from server_process import free_port, started

HOME = pathlib.Path(__file__).resolve().parents[2] / ".cache" / "rest-catalog"


@contextlib.contextmanager
def running(folder: pathlib.Path):
    """Gives its URL. `folder`: of its SQLite file and its warehouse."""
    port = free_port()
    words = ["java", "-cp", f"{HOME}:{HOME}/lib/*", "RestCatalogServer", str(port), str(folder / "rest.sqlite"),
             f"file://{folder}/warehouse"]
    url = f"http://127.0.0.1:{port}"
    with started(words, f"{url}/v1/config", folder / "rest.log"):
        yield url


class Gate:
    """What passes, and what is asked for before it does."""

    def __init__(self, behind: str):
        self.behind = behind
        self.url = ""
        self.prefix = ""  # "shops/west": all but the configuration and tokens lie below it.
        self.client: tuple[str, str] | None = None  # id and secret of OAuth.
        self.token = ""  # The one that must be shown.
        self.endpoints: list[str] | None = None
        self.read_only = False
        self.has_transactions = True
        self.lost: list[str] = []  # "before" or "after": what becomes of the next commits.
        self.conflicts = 0  # Of the next commits that many are refused.
        self.asked: list[str] = []  # "POST /v1/namespaces"
        self.properties: dict = {}  # Of the whole warehouse.
        self.vend = None  # What gives that, anew each time; instead of `vended`.
        self.vended: dict = {}  # What is said of a table to who asks for credentials, beside its metadata.
        self.metadata: pathlib.Path | None = None  # A folder for the metadata of tables whose place the catalog cannot reach.

    def config(self) -> dict:
        answer = {"defaults": self.properties, "overrides": {"prefix": self.prefix} if self.prefix else {}}
        return answer | ({"endpoints": self.endpoints} if self.endpoints is not None else {})

    def answer(self, method: str, path: str, headers, body: bytes) -> tuple[int, bytes] | None:
        """None: the answer is lost."""
        self.asked.append(f"{method} {path}")
        place = path.partition("?")[0]
        if place == "/v1/oauth/tokens":
            form = dict(urllib.parse.parse_qsl(body.decode()))
            if self.client != (form.get("client_id"), form.get("client_secret")) or form.get("scope") != "catalog":
                return refused(401, "NotAuthorizedException", "no such client")
            return 200, json.dumps({"access_token": self.token, "token_type": "bearer"}).encode()
        if self.token and headers.get("Authorization") != f"Bearer {self.token}":
            return refused(401, "NotAuthorizedException", "no such token")
        if place == "/v1/config":
            return 200, json.dumps(self.config()).encode()
        if self.prefix:
            if not path.startswith(f"/v1/{self.prefix}/"):
                return refused(404, "", "not below the prefix")
            path = "/v1/" + path.removeprefix(f"/v1/{self.prefix}/")
        if method != "POST":
            return self.with_credentials(headers, forward(self.behind + path, method, body))
        if self.read_only:
            return refused(403, "ForbiddenException", "this catalog is to be read")
        if place.endswith("/transactions/commit") and not self.has_transactions:
            return refused(404, "", "no such route")
        if "/tables/" in path or "/transactions/" in path:
            if self.conflicts:
                self.conflicts -= 1
                return refused(409, "CommitFailedException", "somebody was first")
            if self.lost:
                if self.lost.pop(0) == "after":
                    forward(self.behind + path, method, body)
                return None
        return self.with_credentials(headers, forward(self.behind + path, method, self.placed(body)))

    def with_credentials(self, headers, answer: tuple[int, bytes]) -> tuple[int, bytes]:
        wants = headers.get("X-Iceberg-Access-Delegation") == "vended-credentials"
        if not (self.vended or self.vend) or answer[0] != 200 or not answer[1] or not wants:
            return answer
        said = json.loads(answer[1])
        if "metadata" not in said:
            return answer
        return 200, json.dumps(said | (self.vend() if self.vend else self.vended)).encode()

    def placed(self, body: bytes) -> bytes:
        asked = json.loads(body)
        for change in asked.get("table-changes", [asked]):
            if self.metadata and any(one["action"] == "set-location" for one in change.get("updates", ())):
                place = self.metadata / change["identifier"]["name"]
                change["updates"].append({"action": "set-properties", "updates": {"write.metadata.path": f"file://{place}"}})
        return json.dumps(asked).encode()


def refused(status: int, kind: str, message: str) -> tuple[int, bytes]:
    error = {"message": message, "code": status} | ({"type": kind} if kind else {})
    return status, json.dumps({"error": error}).encode()


def forward(url: str, method: str, body: bytes) -> tuple[int, bytes]:
    request = urllib.request.Request(url, method=method, data=body or None, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@contextlib.contextmanager
def gate(behind: str):
    one = Gate(behind)

    class Handler(served.Handler):
        def serve(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = one.answer(self.command, self.path, self.headers, body)
            if answer is None:
                self.close_connection = True
                return
            self.send_response(answer[0])
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer[1])))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer[1])

        do_GET = do_POST = do_HEAD = do_DELETE = serve

    with served.serving(Handler) as one.url:
        yield one
