#!/usr/bin/env python3
"""Export golden vectors of matches and funnels: what the reference model says, for the C++ tests.

    python scripts/export_match_golden.py --refmodel DIR [--out tests/golden]

All numbers are integers; the key is the 16 hexadecimal digits of its two words.
"""
import numpy as np

from golden_files import export


def matches():
    from refmodel.key import stream
    from refmodel.match import Funnel, Stratified
    key = stream(42, "web", "sessions", "converts")
    cases = []
    for rows, chosen in ((1, 0), (1, 1), (7, 7), (20, 3), (1000, 27), (5000, 4999), (40_000, 1_100), (10 ** 9, 10 ** 6 + 7)):
        match = Stratified(key, rows, chosen)
        at = np.arange(rows) if rows <= 1000 else np.arange(100) * (rows // 101)
        j = np.arange(min(chosen, 40))
        if chosen:
            at = np.unique(np.concatenate([at, match.row_of(j)]))
        cases.append({"rows": rows, "chosen": chosen, "row": at.tolist(), "match": match.match_of(at).tolist(),
                      "free": match.free_index(at).tolist(), "row_of": match.row_of(j).tolist() if chosen else []})
    reach = []
    for rows, chosen, shares in ((1000, 27, (.6, .3, .1)), (50, 20, (.6, .3, .1)), (10, 10, (.5,)), (10, 0, (.5, .2))):
        reach.append({"rows": rows, "chosen": chosen, "shares": list(shares),
                      "reach": Funnel(key.sub(1), Stratified(key, rows, chosen), shares).reach})
    return {"key": [f"{word:016x}" for word in (int(key.a), int(key.b))], "cases": cases, "funnels": reach}


if __name__ == "__main__":
    export(__doc__, {"match": matches})
