"""Bars of cells per CPU second, on a logarithmic scale, as SVG."""

import math
from xml.sax.saxutils import escape

ROW, LEFT, WIDTH, LEAST = 22, 240, 760, 1e4  # Pixels; cells per CPU second where a bar begins.


def svg(workloads: dict[str, list[dict]]) -> str:
    most = max(row["cells_per_cpu_s"]["max"] for rows in workloads.values() for row in rows)
    scale = (WIDTH - LEFT - 90) / math.log10(most / LEAST)

    def place(rate: float) -> float:
        return LEFT + scale * math.log10(max(rate, LEAST) / LEAST)

    parts, y = [], 10
    for name, rows in workloads.items():
        y += ROW
        parts.append(f'<text x="8" y="{y}" font-weight="bold">{escape(name)}: million cells per CPU second</text>')
        for i, row in enumerate(rows):
            y += ROW
            rate = row["cells_per_cpu_s"]
            color = "#1f6f8b" if i == 0 else "#b0b8bf"
            parts.append(f'<text x="{LEFT - 8}" y="{y}" text-anchor="end">{escape(row["name"])}</text>')
            parts.append(f'<rect x="{LEFT}" y="{y - 13}" width="{place(rate["median"]) - LEFT:.1f}" height="16" fill="{color}"/>')
            parts.append(f'<path d="M{place(rate["min"]):.1f} {y - 5}H{place(rate["max"]):.1f}" stroke="black"/>')
            parts.append(f'<text x="{place(rate["max"]) + 6:.1f}" y="{y}">{rate["median"] / 1e6:.3g}</text>')
        y += ROW // 2
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y + 16}" font-family="sans-serif" font-size="13">\n'
            '<rect width="100%" height="100%" fill="white"/>\n' + "\n".join(parts) + "\n</svg>\n")
