"""
Products checked a second, on a store of 100,000, and what it costs in memory against a store of 10,000.

The rate stands beside a limit taken in the same run: reading the same products by Django's ORM and storing a
result for each, with nothing checked. The work is one process's, so rates are taken by its CPU seconds, which
other load on the machine does not change; the rate by the clock is printed beside. Run:
`python bench/validation.py`, or with `--size 20000` for a short one.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from support.sizes import furnish, sized

ROOT = Path(__file__).resolve().parents[1]
SIZE, SMALL = sized(100_000, 400), sized(10_000, 200)
# Products a second that a catalogue of this size needs on two cores.
LEAST_RATE = 3_000
LIMIT_AIM, MEMORY_AIM = 0.33, 0.9


def part(name: str, size: int, home: str) -> dict[str, float]:
    """Run one part in a process of its own, in this home."""
    env = {**os.environ, "JETBRIDGE_HOME": home, "DATABASE_URL": ""}
    command = [sys.executable, str(ROOT / "bench" / "support" / "validation_side.py"), name, str(size)]
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    rate = size / figures["cpu"]
    if name != "fill":
        print(f"{name}: {size:,} products at {rate:,.0f} a CPU second ({size / figures['wall']:,.0f} by the clock), "
              f"peak memory {figures['peak']:.0f} MB, {figures['problems']:,.0f} problems stored")  # fmt: skip
    return {**figures, "rate": rate}


def main() -> int:
    """Measure limit and engine on the large store, and the engine on the small one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=SIZE)
    size = parser.parse_args().size
    with tempfile.TemporaryDirectory(prefix="jetbridge-bench-") as home:
        furnish(home)
        part("fill", SMALL, home)
        small = part("check", SMALL, home)
    with tempfile.TemporaryDirectory(prefix="jetbridge-bench-") as home:
        furnish(home)
        part("fill", size, home)
        limit = part("limit", size, home)
        large = part("check", size, home)
    print(f"bench validation memory: {small['peak'] / large['peak']:.2f} (aim {MEMORY_AIM})")
    print(f"bench validation of the limit: {large['rate'] / limit['rate']:.2f} (aim {LIMIT_AIM})")
    print(f"bench validation: {large['rate'] / LEAST_RATE:.2f} (aim 1)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
