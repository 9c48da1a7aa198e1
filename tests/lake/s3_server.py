"""moto as an S3 server whose conditional PUTs have one winner, as those of S3 have.

    python s3_server.py PORT

moto looks whether an object is there and writes it later, and its server answers each request in a thread of its own: of two
PUTs with `If-None-Match: *` at the same moment both were answered 200, which the stores that it stands for never do. Here they
go one after the other; all other requests are moto's own.
"""

import sys
import threading

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import run_simple


class OneWinner:
    def __init__(self, application):
        self.application = application
        self.lock = threading.Lock()

    def __call__(self, environ, start_response):
        if "HTTP_IF_NONE_MATCH" not in environ:
            return self.application(environ, start_response)
        with self.lock:
            return list(self.application(environ, start_response))


def main() -> None:
    moto = DomainDispatcherApplication(create_backend_app)
    run_simple("127.0.0.1", int(sys.argv[1]), OneWinner(moto), threaded=True, request_handler=MotoRequestHandler)


if __name__ == "__main__":
    main()
