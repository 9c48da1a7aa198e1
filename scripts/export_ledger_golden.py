#!/usr/bin/env python3
"""Writes tests/golden/ledger.json: postings and balances as the reference model has them.

    python scripts/export_ledger_golden.py REFERENCE_MODEL_FOLDER
"""

import json
import pathlib
import sys

sys.path.insert(0, sys.argv[1])

import numpy as np  # noqa: E402
from refmodel import function  # noqa: E402
from refmodel.amounts import Amounts  # noqa: E402
from refmodel.key import stream  # noqa: E402
from refmodel.ledger import Ledger, Stream  # noqa: E402
from refmodel.quantiles import fill  # noqa: E402
from refmodel.schedule import Schedule  # noqa: E402

MEMBERS = 23
DAYS = [*range(0, 14), 59, 60, 61, 364, 365, 10_950, 10_951]
KEY = stream(42, "bank", "transactions", "amount")


def quantiles(median: int, sigma: float, block: int) -> list[int]:
    law = median * function.exp(sigma * function.normal((np.arange(block) + .5) / block))
    table = np.rint(law).astype(np.int64)
    return [int(q) for q in fill(table, int(table.sum()), 1, 10 ** 9)]


def main() -> None:
    streams = [("salary", 30, 1, 2, [50_000] * 12, 1, False), ("card", 2, 3, 4, quantiles(3500, 1.0, 64), -1, False),
               ("transfer", 5, 5, 6, quantiles(20_000, .8, 12), 0, True)]
    ledger = Ledger(KEY.sub(9), lambda i: 0, [
        Stream(name, Schedule(KEY.sub(a), MEMBERS, period), Amounts(KEY.sub(b), table), sign, transfer)
        for name, period, a, b, table, sign, transfer in streams])
    days = []
    for day in DAYS:
        rows = list(ledger.postings(day))
        days.append({"day": day, "place": [r[0] for r in rows], "member": [r[1] for r in rows],
                     "moved": [r[2] for r in rows], "other": [-1 if r[3] is None else r[3] for r in rows],
                     "running": [int(r[4]) for r in rows]})
    golden = {"key": [f"{KEY.a:016x}", f"{KEY.b:016x}"], "members": MEMBERS,
              "streams": [{"name": n, "period": p, "schedule": a, "amounts": b, "table": t, "sign": s, "transfer": x}
                          for n, p, a, b, t, s, x in streams],
              "days": days}
    file = pathlib.Path(__file__).resolve().parent.parent / "tests" / "golden" / "ledger.json"
    file.write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
