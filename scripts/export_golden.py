#!/usr/bin/env python3
"""Export golden vectors: what the reference model, the calendar and the zone data say, for the C++ tests.

    python scripts/export_golden.py --refmodel DIR [--out tests/golden]

DIR holds the package `refmodel`. Doubles and cells are the 16 hexadecimal digits of their bits; all else is an
integer. The files are committed: a difference in one is a change of law and must be meant."""
import csv
import datetime as dt
import zoneinfo

import numpy as np

from golden_files import export

EPOCH = dt.date(1970, 1, 1)
MASK = (1 << 64) - 1


def bits(x):
    """Bits of doubles (or unsigned integers) as hexadecimal text."""
    x = np.atleast_1d(np.asarray(x))
    words = x.view(np.uint64) if x.dtype == np.float64 else x.astype(np.uint64)
    return [f"{int(v):016x}" for v in words.ravel()]


def ints(x):
    return [int(v) for v in np.atleast_1d(np.asarray(x)).ravel()]


def key(k):
    return bits(np.array([k.a, k.b], np.uint64))


def cells():
    from refmodel.cell import below, cells, unit
    from refmodel.key import stream
    names = [(42, ["shop", "orders", "x"]), (0, []), (-1, ["ab", "c"]), (11, ["ä", ""]), (1, ["a", "bc"])]
    k = stream(42, "shop", "orders", "x")
    rows = [0, 1, 2, 63, 1 << 31, (1 << 40) + 7, -1, -(1 << 62)]
    n = [1, 2, 3, 1000, 1 << 40, (1 << 62) + 1]
    u = cells(k, np.arange(6))
    return {"streams": [{"seed": s, "names": p, "key": key(stream(s, *p))} for s, p in names],
            "subs": [{"n": v, "key": key(k.sub(v))} for v in (0, 1, -1, 1 << 40)],
            "cells": [{"row": r, "draw": d, "cell": bits(cells(k, r, d))[0]} for r in rows for d in (0, 1, 77)],
            "below": {"n": n, "value": ints(below(u, np.array(n)))}, "unit": bits(unit(u))}


def functions():
    from refmodel import function as f
    log = np.concatenate([np.geomspace(5e-324, 1.7e308, 60), 1 + np.linspace(-.6, 1.2, 40), [2.0 ** -1022, 1.0, .5]])
    exp = np.concatenate([np.linspace(-760, 720, 75), np.linspace(-1, 1, 21), [0.0, -0.0, 1e-300, 709.78, 1000., -1000.]])
    turns = np.concatenate([np.linspace(-3, 3, 61), [0.25, -0.25, .5, -.5, 1e9 + .3, -0.0]])
    p = np.concatenate([np.linspace(1e-6, 1 - 1e-6, 60), [1e-300, 1e-16, 1e-12, 2.0 ** -53, .075, .925, 1 - 2.0 ** -53]])
    base, to = np.geomspace(1e-3, 1e6, 30), [-1.1, .5, 3.0]
    with np.errstate(all="ignore"):
        return {"log": [bits(log), bits(f.log(log))], "exp": [bits(exp), bits(f.exp(exp))],
                "sine": [bits(turns), bits(f.sine(turns))], "inverse_normal": [bits(p), bits(f.normal(p))],
                "power": [{"p": bits(q)[0], "x": bits(base), "y": bits(f.power(base, q))} for q in to]}


def bijections():
    from refmodel.bijection import Bijection
    from refmodel.cell import below, cells
    from refmodel.key import stream
    k, out = stream(42, "shop", "orders", "x"), []
    for n in (1, 2, 3, 5, 16, 64, 65, 111, 1000, 1023, 1024, 1025, 65537, 10 ** 9, 2 ** 31 + 1, 2 ** 33 + 17,
              10 ** 12 + 39, 2 ** 52 + 1):
        x = np.unique(below(cells(k, np.arange(20), 77), n))
        out.append({"n": n, "rounds": 0, "x": ints(x), "y": ints(Bijection(k, n).forward(x))})
    for rounds in (3, 6):
        x = np.arange(16)
        out.append({"n": 16, "rounds": rounds, "x": ints(x), "y": ints(Bijection(k, 16, rounds).forward(x))})
    return {"key": key(k), "cases": out}


def zipfs():
    from refmodel import zipf
    from refmodel.key import stream
    k, rows = stream(42, "shop", "orders", "x"), np.arange(60)
    exact, fast, mass = [], [], []
    for s in (0.0, .5, .8, 1.0, 1.1, 2.0, 3.0):
        for n in (1, 2, 10, 1000, 10 ** 6):
            for v in (1.0, 0.01):
                exact.append({"s": bits(s)[0], "n": n, "v": bits(v)[0], "k": ints(zipf.exact(k, rows, n, s, v))})
                mass.append({"s": bits(s)[0], "n": n, "v": bits(v)[0], "mass": bits(zipf.mass(n, s, v))[0],
                             "area": bits(zipf.area(n - .5, s, v))[0]})
    for s in (.5, 1.0, 1.1, 2.0):
        for n in (1, 10, 64, 65, 1000, 10 ** 6):
            z = zipf.Fast(n, s)
            fast.append({"s": bits(s)[0], "n": n, "p": bits(z.p[:3]), "cut": bits(z.cut[:3]),
                         "k": ints(z(k, np.arange(100)))})
    return {"key": key(k), "exact": exact, "fast": fast, "mass": mass}


def quantile_tables():
    from refmodel import quantiles as q
    tables = []
    for mean, lo, hi, size in ((2.5, 1, 12, 1024), (2.25, 1, 5, 1024), (1.0, 0, 4, 64), (3.3, 1, 40, 1024)):
        pmf = q.geometric(mean, lo, hi)
        tables.append({"mean": bits(mean)[0], "lo": lo, "hi": hi, "size": size, "pmf": bits(pmf),
                       "table": ints(q.table(pmf, lo, size, mean)), "free": ints(q.table(pmf, lo, 100))})
    fills = []
    base = q.table(q.geometric(2.5, 1, 12), 1, 37)
    for want in (37, 38, 92, 93, 200, 443, 444):
        fills.append({"table": ints(base), "want": want, "lo": 1, "hi": 12, "filled": ints(q.fill(base, want, 1, 12))})
    return {"geometric": tables, "fill": fills}


def ratios():
    from refmodel.order import ratio
    rng = np.random.default_rng(5)
    out = [[a, n, d, ratio(a, n, d)] for a in (-15, -5, 0, 5, 15, 25) for n in (-1, 1, 3) for d in (2, 10)]
    for _ in range(60):
        a, n, d = int(rng.integers(-10 ** 12, 10 ** 12)), int(rng.integers(-10 ** 5, 10 ** 5)), int(rng.integers(1, 10 ** 5))
        out.append([a, n, d, ratio(a, n, d)])
    return {"amount_n_d_result": out}


def dates():
    """All days of 1600..2400 folded into one number, and some of them written out; the Easters folded likewise."""
    from dateutil.easter import easter
    first, last = dt.date(1600, 1, 1), dt.date(2400, 12, 31)
    fold, sample = 0, []
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        d = dt.date.fromordinal(ordinal)
        iso = d.isocalendar()
        row = [ordinal - EPOCH.toordinal(), d.year, d.month, d.day, d.weekday(), iso[0], iso[1],
               d.timetuple().tm_yday, (d.month + 2) // 3]
        for v in row:
            fold = (fold * 6364136223846793005 + (v & MASK)) & MASK
        if ordinal % 1999 == 0 or (d.month, d.day) in ((2, 29),) and d.year % 100 == 0:
            sample.append(row)
    easters = 0
    for year in range(1600, 2401):
        days = easter(year).toordinal() - EPOCH.toordinal()
        easters = (easters * 6364136223846793005 + (days & MASK)) & MASK
    return {"first": str(first), "last": str(last), "fold": f"{fold:016x}", "easters": f"{easters:016x}", "sample": sample}


def holiday_dates(out):
    """What the package `holidays` knows of the names of base/holiday.cc (days themselves, not the observed ones)."""
    import holidays
    us = holidays.country_holidays("US", years=range(1990, 2051), observed=False, categories=("public", "unofficial"))
    gb = holidays.country_holidays("GB", subdiv="ENG", years=range(1990, 2051), observed=False)
    christian = holidays.country_holidays("DE", years=range(1990, 2051), language="en_US")
    names = {"New Year's Day": "new_year", "Martin Luther King Jr. Day": "martin_luther_king_day",
             "Valentine's Day": "valentines_day", "Washington's Birthday": "presidents_day",
             "Mother's Day": "mothers_day", "Memorial Day": "memorial_day",
             "Juneteenth National Independence Day": "juneteenth", "Father's Day": "fathers_day",
             "Independence Day": "independence_day", "Labor Day": "labor_day", "Columbus Day": "columbus_day",
             "Columbus Day / Indigenous Peoples' Day": "columbus_day", "Halloween": "halloween",
             "Veterans Day": "veterans_day", "Thanksgiving Day": "thanksgiving", "Thanksgiving": "thanksgiving",
             "Black Friday": "black_friday", "Christmas Eve": "christmas_eve", "Christmas Day": "christmas",
             "New Year's Eve": "new_years_eve", "Easter Sunday": "easter", "Groundhog Day": "groundhog_day",
             "Saint Patrick's Day": "st_patricks_day"}
    rows = set()
    for day, label in us.items():
        rows.update((names[one], str(day)) for one in label.split("; ") if one in names)
    for day, label in gb.items():
        rows.update(("boxing_day", str(day)) for one in label.split("; ") if one == "Boxing Day")
        rows.update(("good_friday", str(day)) for one in label.split("; ") if one == "Good Friday")
    for day, label in christian.items():
        rows.update(("easter_monday", str(day)) for one in label.split("; ") if one == "Easter Monday")
    with open(out / "holidays.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["name", "date"])
        writer.writerows(r for r in sorted(rows) if int(r[1][:4]) % 5 < 3)


def time_zones(out):
    """Transitions of some zones, from the pinned package tzdata (never the system's)."""
    zoneinfo.reset_tzpath(())
    second = lambda t: int(t.timestamp())
    with open(out / "vocab" / "time_zones.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["zone", "from_utc:int", "offset_seconds:int", "is_dst:int", "abbreviation"])
        for name in ("America/Chicago", "America/New_York", "Europe/Berlin", "UTC"):
            zone = zoneinfo.ZoneInfo(name)

            def state(t):
                local = dt.datetime.fromtimestamp(t, zone)
                return (int(local.utcoffset().total_seconds()), int(bool(local.dst())), local.tzname())
            t, end = second(dt.datetime(1990, 1, 1, tzinfo=dt.UTC)), second(dt.datetime(2051, 1, 1, tzinfo=dt.UTC))
            now = state(t)
            writer.writerow([name, -(1 << 62), *now])
            while t < end:
                if state(t + 86400) != now:
                    low, high = t, t + 86400                            # the state changes in (low, high]
                    while high - low > 1:
                        mid = (low + high) // 2
                        low, high = (mid, high) if state(mid) == now else (low, mid)
                    now = state(high)
                    writer.writerow([name, high, *now])
                t += 86400


def dayindex():
    from refmodel.dayindex import DayIndex, weights
    from refmodel.key import stream
    k, epoch, days = stream(42, "shop", "orders", "x"), dt.date(2015, 1, 1), 4000
    retail = (0.8, 0.9, 1.0, 1.1, 1.3, 1.2, 0.7)
    month = (.8, .85, .9, 1., 1.05, 1.1, 1., .95, 1., 1.05, 1.4, 1.6)
    w = weights(epoch, days, 0.0005, retail, month, {dt.date(2024, 11, 29): 3.5}, 0.05, k)
    first, last = (dt.date(2023, 1, 1) - epoch).days, (dt.date(2024, 12, 31) - epoch).days
    cases = []
    for target in (1, 7, 10_000, 10_000_000, 10 ** 13):
        ix = DayIndex.of_target(w, target, first, last)
        rows = ix.before(first) + np.linspace(0, target - 1, min(target, 12)).astype(np.int64)
        cases.append({"target": target, "before_days": list(range(0, days + 1, 97)), "before": ints(ix.table[::97]),
                      "rows": ints(rows), "day": ints(ix.day(rows))})
    rate = DayIndex.of_rate(w, 8000)
    sparse = DayIndex(weights(epoch, 100), 3, 10 << 32)
    return {"key": key(k), "epoch": str(epoch), "days": days, "growth": bits(0.0005)[0], "noise": bits(0.05)[0],
            "weekday": bits(np.array(retail)), "month": bits(np.array(month)),
            "holiday": [["2024-11-29", bits(3.5)[0]]], "weights": w[::13], "weights_step": 13,
            "weights_sum": sum(w), "window": [first, last], "targets": cases,
            "rate": {"per_day": 8000, "before": ints(rate.table[::97])},
            "sparse": {"num": 3, "den": 10 << 32, "before": ints(sparse.table)}}


def hours():
    from refmodel.hours import Hours
    from refmodel.key import stream
    k = stream(42, "shop", "orders", "x")
    retail = [0.3] * 9 + [1.2] * 3 + [1.5] * 2 + [1.0] * 3 + [1.8] * 3 + [0.3] * 4
    office, out = [0] * 9 + [1] * 8 + [0] * 7, []
    for profile in (retail, office):
        for n in (1, 2, 5, 111, 20_000):
            i = np.arange(n) if n < 30 else np.linspace(0, n - 1, 30).astype(np.int64)
            out.append({"profile": bits(np.array(profile, np.float64)), "n": n, "first_row": 1000, "k": ints(i),
                        "microsecond": ints(Hours(k, profile).at(1000 + i, i, n))})
    return {"key": key(k), "cases": out}


def fanouts():
    from refmodel import quantiles
    from refmodel.fanout import Fanout
    from refmodel.key import stream
    k, cases = stream(42, "shop", "order_items", "fanout"), []
    geometric = quantiles.table(quantiles.geometric(2.5, 1, 12), 1, mean=2.5)
    zero = quantiles.table([.9, .08, .02], 0)
    orders = quantiles.table(quantiles.geometric(3.0, 1, 12), 1, mean=3.0)
    for name, table, num, den, cuts, parents in (
            ("plain", geometric, None, None, (), [0, 1, 500, 1023, 1024, 2047, 2999, 10 ** 12, 10 ** 12 + 1023]),
            ("zero", zero, 1003, 9001, (500, 9501), [0, 499, 500, 501, 1523, 1524, 9500, 9501, 20_000]),
            ("window", orders, 15_000, 5000, (70, 5070), [0, 69, 70, 71, 1093, 1094, 5069, 5070, 9999]),
            ("odd", orders, 10_003, 4001, (1234, 5235), [0, 1233, 1234, 4305, 4306, 5234, 5235, 6000])):
        f = Fanout(k, table, num, den, cuts)
        p = np.array(parents)
        near = np.arange(480, 560) if cuts else np.arange(1000, 1060)
        first = f.first_child(p)
        child = np.concatenate([first, first + np.maximum(f.count(p) - 1, 0), np.arange(0, 200, 7)])
        cases.append({"name": name, "table": ints(table), "num": f.num, "den": f.den, "cuts": list(cuts),
                      "parents": ints(p), "first_child": ints(first), "count": ints(f.count(p)),
                      "run": {"first_parent": int(near[0]), "count": ints(f.count(near))},
                      "children": ints(child), "parent": ints(f.parent(child))})
    return {"key": key(k), "cases": cases}


def population_case(p, k, parameters, days, picks):
    far, out = p.ever(max(days)), dict(parameters)
    out["days"] = []
    for d in days:
        n = p.living(d)
        i = np.unique(np.linspace(0, n - 1, 25).astype(np.int64)) if n else np.zeros(0, np.int64)
        ids = np.unique(np.linspace(0, far - 1, 25).astype(np.int64))
        out["days"].append({"day": d, "living": n, "ever": int(p.ever(d)), "k": ints(i), "member": ints(p.member(d, i)) if n else [],
                            "ids": ints(ids), "index": ints(p.index(d, ids)),
                            "births": ints(p.births_on(d)), "deaths": ints(p.deaths_on(d)) if d else []})
    ids = np.unique(np.linspace(0, far - 1, 120).astype(np.int64))
    out["ids"], out["birth"], out["death"] = ints(ids), ints(p.birth(ids)), ints(p.death(ids))
    out["standing"], out["cohort"] = ints(p.standing(ids)), ints(p.cohort(ids))
    out["shift"] = bits(p.shift(np.arange(40)))
    out["pick"] = [{"day": d, "s": bits(s)[0], "rows": [7, 8, 9] + list(range(100, 400, 5)),
                    "id": ints(p.pick(k, np.array([7, 8, 9] + list(range(100, 400, 5))), d, s))} for d, s in picks]
    return out


def populations():
    from refmodel.dayindex import DayIndex, weights
    from refmodel.key import stream
    from refmodel.population import Population, survival
    k, days = stream(42, "shop", "customers", "population"), 800
    w = weights(dt.date(2023, 1, 1), days, 0.002 - 0.001, noise=0.1, key=k)
    num = int(round(1000 * 0.002 * (1 << 16)))
    p = Population(k, 1000, DayIndex(w, num, 1 << 48), survival(0.001, days + 10))
    shop = population_case(p, k, {"name": "shop", "founders": 1000, "churn": bits(0.001)[0], "survival_days": days + 10,
                                  "weights": ints(w), "num": num, "den": 1 << 48},
                           [0, 1, 2, 100, 365, 499, 730], [(0, 1.1), (3, 1.1), (500, 1.1), (500, 1.0), (500, .7)])
    shop["survival"] = ints(p.S[:50])
    t = Population(k, 1, DayIndex([1 << 32] * 700, 2, 5 << 32), survival(0.01, 710))
    tiny = population_case(t, k, {"name": "tiny", "founders": 1, "churn": bits(0.01)[0], "survival_days": 710,
                                  "weights": [1 << 32] * 700, "num": 2, "den": 5 << 32},
                           [0, 1, 5, 77, 300], [(0, 1.1), (300, 1.3)])
    tiny["survival"] = ints(t.S[:50])
    return {"key": key(k), "cases": [shop, tiny]}


def change_case(name, p, c, h, parameters, last):
    out = {"name": name, **parameters, "cycles": [], "on": [], "versions": []}
    for n in range(last // c.P):
        ids = np.arange(0, p.ever(last), 5)
        out["cycles"].append({"cycle": n, "stayers": c.stayers(n), "planned": c.planned(n), "before": c.before_cycle(n),
                              "ids": ints(ids), "change": ints(c.change(n, ids))})
    for d in range(0, last, 7):
        out["on"].append({"day": d, "before": c.before(d), "ids": ints(c.on(d)), "keys_before": h.keys_before(d)})
    for i in range(0, int(p.ever(last)), 11):
        for d in (0, 45, 100, last):
            living = d >= int(p.birth(i))
            out["versions"].append([i, d, c.version_at(i, d), h.key_of(i, d) if living else -1])
    out["version_columns"] = ["id", "day", "version_at", "surrogate_key"]
    keys = range(0, h.keys_before(last + 1), 9)
    out["surrogate_keys"] = [[s, *(int(v) for v in h.version_of_key(s))] for s in keys]
    return out


def changes():
    from refmodel.changes import Changes
    from refmodel.dayindex import DayIndex
    from refmodel.history import History
    from refmodel.key import stream
    from refmodel.population import Population, survival
    k, cases = stream(7, "shop", "customers", "history"), []
    for name, founders, days, churn, period, rate, births, last in (
            ("usual", 150, 240, 0.006, 30, 0.35, (9, 5), 170), ("all", 40, 130, 0.05, 30, 1.0, (0, 1), 59),
            ("none", 40, 130, 0.0, 30, 0.0, (1, 7), 59)):
        p = Population(k, founders, DayIndex([1 << 32] * days, births[0], births[1] << 32), survival(churn, days + 10))
        c = Changes(k.sub(1), p, period, rate)
        h = History(k.sub(2), p, c, {"city": 500, "segment": 3, "active": 2})
        cases.append(change_case(name, p, c, h, {
            "founders": founders, "days": days, "churn": bits(churn)[0], "survival_days": days + 10, "period": period,
            "rate": bits(rate)[0], "births_num": births[0], "births_den": births[1] << 32, "weight": 1 << 32}, last))
    return {"population_key": key(k), "changes_key": key(k.sub(1)), "cases": cases}


def prices():
    from refmodel.bars import binomial
    from refmodel.brownian import Brownian
    from refmodel.cell import cells, unit
    from refmodel.key import stream
    k = stream(42, "market", "ohlcv", "path").sub(3)                      # the path of member 3
    path = Brownian(k, 0.02)
    lo, hi, v = path.days(np.array(days := [0, 255, 256, 1999, 2000, 2017, 32767]))
    n, p = [0, 1, 5, 40, 1000, 1000, 10 ** 9, 7, 7, 30], [.3, .5, .2, .5, .003, .5, .4, 0.0, 1.0, .97]
    u = unit(cells(k, np.arange(len(n))))
    return {"key": key(k), "sigma": bits(.02)[0], "days": {"day": days, "start": bits(lo), "end": bits(hi), "variance": bits(v)},
            "opens": {"day": [0, 2017], "open": [bits(path.minutes(d)[0])[0] for d in (0, 2017)]},
            "binomial": {"n": n, "p": bits(np.array(p)), "u": bits(u), "k": ints(binomial(np.array(n), np.array(p), u))}}


def noises():
    from refmodel import noise
    from refmodel.key import stream
    k, cases = stream(42, "iot", "readings", "value"), []
    for first, period, n, fall in ((-50, 64, 4, .5), (0, 1, 1, 1.0), (10 ** 12 + 3, 288, 6, .7), (-7, 128, 7, 1.0)):
        t = first + np.arange(150)
        cases.append({"first": first, "period": period, "octaves": n, "fall": bits(fall)[0],
                      "value": bits(noise.value(k, t, period)), "octave_value": bits(noise.octaves(k, t, period, n, fall))})
    return {"key": key(k), "cases": cases}


def faults():
    from refmodel.fault import Fault
    from refmodel.key import stream
    k, cases = stream(42, "iot", "readings", "fault"), []
    for devices, period, share, longest in ((1000, 288, .013, 144), (7, 10, .6, 10), (1, 50, 1.0, 3)):
        f = Fault(k, devices, period, share, longest)
        names = ("member", "start", "end")
        cycles = [{"cycle": c, "planned": int(f.planned(c)), **dict(zip(names, map(ints, f.labels(c))))} for c in (0, 1, 19, 20)]
        cases.append({"members": devices, "period": period, "share": bits(share)[0], "longest": longest, "cycles": cycles})
    return {"key": key(k), "cases": cases}


def dirts():
    from refmodel.dirt import Dirt
    from refmodel.key import stream
    k = stream(42, "1", "shop", "orders", "note", "dirt")
    cases = [{"share": bits(x)[0], "planned": [int(Dirt(k, x).planned(b)) for b in range(8)],
              "hits": ints(Dirt(k, x).hits(1000, 3100)[:400])} for x in (0.0, .0005, .01, .05, .3, 1.0)]
    return {"key": key(k), "cases": cases}


def main():
    out = export(__doc__, {
        "cell": cells, "function": functions, "bijection": bijections, "zipf": zipfs, "quantiles": quantile_tables,
        "ratio": ratios, "date": dates, "dayindex": dayindex, "hours": hours, "fanout": fanouts,
        "population": populations, "changes": changes, "prices": prices, "noise": noises, "fault": faults, "dirt": dirts})
    (out / "vocab").mkdir(exist_ok=True)
    holiday_dates(out)
    time_zones(out)


if __name__ == "__main__":
    main()
