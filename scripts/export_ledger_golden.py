#!/usr/bin/env python3
"""Export golden vectors of ledgers: postings and balances as the reference model has them, for the C++ tests.

    python scripts/export_ledger_golden.py --refmodel DIR [--out tests/golden]
"""
import numpy as np

from golden_files import export

MEMBERS = 23
DAYS = [*range(0, 14), 59, 60, 61, 364, 365, 10_950, 10_951]


def quantiles(median: int, sigma: float, block: int) -> list[int]:
    from refmodel import function
    from refmodel.quantiles import fill
    law = median * function.exp(sigma * function.normal((np.arange(block) + .5) / block))
    table = np.rint(law).astype(np.int64)
    return [int(q) for q in fill(table, int(table.sum()), 1, 10 ** 9)]


def postings():
    from refmodel.amounts import Amounts
    from refmodel.key import stream
    from refmodel.ledger import Ledger, Stream
    from refmodel.schedule import Schedule
    key = stream(42, "bank", "transactions", "amount")
    streams = [("salary", 30, 1, 2, [50_000] * 12, 1, False), ("card", 2, 3, 4, quantiles(3500, 1.0, 64), -1, False),
               ("transfer", 5, 5, 6, quantiles(20_000, .8, 12), 0, True)]
    ledger = Ledger(key.sub(9), lambda i: 0, [
        Stream(name, Schedule(key.sub(a), MEMBERS, period), Amounts(key.sub(b), table), sign, transfer)
        for name, period, a, b, table, sign, transfer in streams])
    days = []
    for day in DAYS:
        rows = list(ledger.postings(day))
        days.append({"day": day, "place": [r[0] for r in rows], "member": [r[1] for r in rows],
                     "moved": [r[2] for r in rows], "other": [-1 if r[3] is None else r[3] for r in rows],
                     "running": [int(r[4]) for r in rows]})
    return {"key": [f"{key.a:016x}", f"{key.b:016x}"], "members": MEMBERS,
            "streams": [{"name": n, "period": p, "schedule": a, "amounts": b, "table": t, "sign": s, "transfer": x}
                        for n, p, a, b, t, s, x in streams],
            "days": days}


if __name__ == "__main__":
    export(__doc__, {"ledger": postings})
