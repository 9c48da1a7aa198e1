"""Integer weights from shares, without libm.

`decimal` rounds the same way on every machine, `math.pow` does not; and the
alias tables built from the weights want integers.
"""

from decimal import Context, Decimal

_CONTEXT = Context(prec=20)


def apportion(shares: list[Decimal], total: int) -> list[int]:
    """Splits `total` by shares; the largest remainders round up, ties to the first."""
    sum_of_shares = sum(shares)
    exact = [Decimal(total) * share / sum_of_shares for share in shares]
    parts = [int(value) for value in exact]
    by_remainder = sorted(range(len(shares)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


def zipf_shares(count: int, exponent: str) -> list[Decimal]:
    """Rank r = 1..count has share r ** -exponent."""
    return [_CONTEXT.power(Decimal(rank), -Decimal(exponent)) for rank in range(1, count + 1)]


def exp(value: Decimal) -> Decimal:
    return _CONTEXT.exp(value)
