"""
Rows a second of our importer against django-import-export's default import of the same data, in one run.

The input is a real Magento store's export, repeated 50 times with its SKUs prefixed; the peer takes the first
5,000 rows. Each side runs in a process, a home and a database of its own. Run: `python bench/import_products.py`.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from support.sizes import furnish, sized

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = Path(os.environ.get("JETBRIDGE_SAMPLES", ROOT.parent / "shared" / "data"))
LUMA = SAMPLES / "magento" / "luma_products.csv"
REPEAT = sized(50, 1)
# Of each copy; the first lines are simple products.
ROWS = sized(None, 60)
AIM = 5


def write_input(path: Path, repeat: int) -> None:
    """Write the export so many times into one file, each copy with SKUs of its own."""
    with LUMA.open(newline="", encoding="utf-8") as source:
        header, *rows = csv.reader(source)
        rows = rows[:ROWS]
    sku, variations = header.index("sku"), header.index("configurable_variations")
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(header)
        for copy in range(repeat):
            for row in rows:
                changed = list(row)
                changed[sku] = f"R{copy}-{row[sku]}"
                changed[variations] = row[variations].replace("sku=", f"sku=R{copy}-")
                writer.writerow(changed)


def measure(side: str, path: Path) -> dict[str, float]:
    """Run one side in a process and a home of its own."""
    with tempfile.TemporaryDirectory(prefix="jetbridge-bench-") as home:
        furnish(home)
        env = {**os.environ, "JETBRIDGE_HOME": home, "DATABASE_URL": ""}
        command = [sys.executable, str(ROOT / "bench" / "support" / "import_side.py"), side, str(path)]
        done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    rate = figures["rows"] / figures["seconds"]
    print(f"{side}: {figures['rows']:,} rows in {figures['seconds']:.1f} s, {rate:,.0f} rows/s, "
          f"peak memory {figures['peak']:.0f} MB, stored {figures['stored']}")  # fmt: skip
    return {**figures, "rate": rate}


def main() -> int:
    """Measure both sides; exit 2 without the input."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=REPEAT)
    options = parser.parse_args()
    if not LUMA.exists():
        print(f"{LUMA} is not here; JETBRIDGE_SAMPLES names the folder of the inputs.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="jetbridge-bench-") as folder:
        path = Path(folder) / "luma.csv"
        write_input(path, options.repeat)
        print(f"input: {path.stat().st_size / 1e6:.0f} MB")
        peer = measure("peer", path)
        ours = measure("ours", path)
    print(f"bench import_products: {ours['rate'] / peer['rate']:.1f} (aim {AIM})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
