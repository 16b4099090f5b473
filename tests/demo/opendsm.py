"""Joins the public 1,200-meter set into one usage file: annual use times the month's share.

`features.csv` has annual_usage a meter, `month_loadshape.csv.gz` twelve mean loads a meter; a
month's usage is annual_usage x load x days / sum of (load x days), in the days of 2025.
"""

import csv
import gzip
import sys
from calendar import monthrange
from pathlib import Path

YEAR = 2025


def join(folder: Path, target: Path) -> int:
    """Write `id, month, kwh` rows for every meter; the number of meters."""
    with (folder / "features.csv").open(newline="") as file:
        annual = {row["id"]: float(row["annual_usage"]) for row in csv.DictReader(file)}
    days = [monthrange(YEAR, month)[1] for month in range(1, 13)]
    with gzip.open(folder / "month_loadshape.csv.gz", "rt", newline="") as file:
        shapes = {
            row["id"]: [float(row[str(month)]) * days[month - 1] for month in range(1, 13)]
            for row in csv.DictReader(file)
        }
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "month", "kwh"))
        for meter in sorted(annual.keys() & shapes.keys(), key=int):
            total = sum(shapes[meter])
            for month, share in enumerate(shapes[meter], 1):
                kwh = annual[meter] * share / total
                writer.writerow((meter, f"{YEAR}{month:02d}", f"{max(kwh, 0):.4f}"))
    return len(annual)


if __name__ == "__main__":
    print(join(Path(sys.argv[1]), Path(sys.argv[2])))  # noqa: T201
