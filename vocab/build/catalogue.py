"""The retail catalogue: items with price and cost laws, brands, endings of prices, colors, sizes.

Source: `data/catalogue.yaml` and `data/price.yaml`, our own; brands are invented.

Rule. `category_weight` and `line_weight` are the shares of the whole category among products and
among order lines, in millionths, the same in all its rows; `item_weight` is the share of the one
row among products, in billionths, so drawing rows by it gives the categories their shares.
An item's median is the subcategory's times the item's factor; its spread is the square root of
the subcategory's, so that a television never costs what a streaming stick does and the
subcategory as a whole still covers about its own range.
"""

from collections import Counter
from decimal import Decimal

from vocab.build.data import read_yaml
from vocab.build.weight import apportion, zipf_shares

MILLION = 1_000_000
BILLION = 1_000_000_000
HOUSE_BRAND_SHARE = Decimal("0.18")
BRAND_ZIPF = "0.5"


def items():
    categories = read_yaml("catalogue.yaml")
    sku_weights = apportion([Decimal(c["sku_share"]) for c in categories.values()], MILLION)
    line_weights = apportion([Decimal(c["line_share"]) for c in categories.values()], MILLION)
    rows = []
    for (name, category), sku, line in zip(categories.items(), sku_weights, line_weights):
        subcategories = category["subcategories"]
        even = [Decimal(1) / len(sub["items"]) for sub in subcategories.values() for _ in sub["items"]]
        item_weights = iter(apportion(even, sku * (BILLION // MILLION)))
        for sub_name, sub in subcategories.items():
            for item, (factor, kilograms) in sub["items"].items():
                prices = _prices([Decimal(p) for p in sub["price"]], Decimal(factor), len(sub["items"]))
                rows.append(
                    (
                        "retail", name, sub_name, item, *prices, Decimal(sub["cost"][0]), Decimal(sub["cost"][1]),
                        sku, line, next(item_weights), sub.get("endings", category["endings"]),
                        sub.get("attribute", "none"), Decimal(kilograms), category["quantity"],
                        sub.get("season", "none"), int(sub.get("bulky", False)),
                    )
                )  # fmt: skip
    return rows


def _prices(price: list[Decimal], factor: Decimal, item_count: int) -> tuple[Decimal, Decimal, Decimal]:
    low, median, high = price
    center = median * factor
    if item_count == 1:
        return low, center, high
    return center * (low / median).sqrt(), center, center * (high / median).sqrt()


def brands():
    """The house brand has a fixed share of lines; the others fall off gently in the order given."""
    rows = []
    for name, category in read_yaml("catalogue.yaml").items():
        house = [brand.rstrip("*") for brand in category["brands"] if brand.endswith("*")]
        others = [brand for brand in category["brands"] if not brand.endswith("*")]
        house_weight = int(HOUSE_BRAND_SHARE * MILLION)
        weights = apportion(zipf_shares(len(others), BRAND_ZIPF), MILLION - house_weight)
        rows += [(name, brand, 0, weight) for brand, weight in zip(others, weights)]
        rows += [(name, brand, 1, house_weight) for brand in house]
    return rows


def endings():
    rows = []
    for profile, shares in read_yaml("price.yaml")["endings"].items():
        cents = Counter()
        named = {int(ending) for ending in shares if ending.isdigit()}
        for ending, share in shares.items():
            if ending.isdigit():
                targets = [int(ending)]
            elif ending == "any":
                targets = list(range(100))
            else:
                targets = [c for c in range(int(ending[1]), 100, 10) if c not in named]
            for target in targets:
                cents[target] += Decimal(share) / len(targets)
        ordered = sorted(cents)
        weights = apportion([cents[c] for c in ordered], MILLION)
        rows += [(profile, c, weight) for c, weight in zip(ordered, weights)]
    return rows


def colors():
    return [(name, int(share * MILLION)) for name, share in read_yaml("price.yaml")["colors"].items()]


def sizes():
    profiles = read_yaml("price.yaml")["sizes"]
    return [
        (profile, name, int(share * MILLION)) for profile, shares in profiles.items() for name, share in shares.items()
    ]
