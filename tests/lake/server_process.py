"""Servers that are programs of others: a process on a free port of this machine, for as long as a test needs it."""

import contextlib
import socket
import subprocess
import time
import urllib.error
import urllib.request


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=1)
    except urllib.error.HTTPError:
        return True  # It does.
    except OSError:
        return False
    return True


@contextlib.contextmanager
def started(words, url: str, log, **options):
    """`url`: what it answers once it is ready, with whichever status. `options`: of subprocess.Popen."""
    with open(log, "wb") as out:
        process = subprocess.Popen(words, stdout=out, stderr=out, **options)
    try:
        for _ in range(600):
            if answers(url):
                break
            assert process.poll() is None, open(log).read()
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)
