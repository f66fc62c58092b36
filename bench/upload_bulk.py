"""
What a bulk upload of 100,000 products costs beyond building and compressing the same files, and how much memory.

Ours does all of it: plan, run, deliveries, building from the database, files, upload, polling, each product's verdict
and history stored. The other side is json.dumps and gzip of the same contents. Run: `python bench/upload_bulk.py`,
or with `--size 10000` for a short one; `--batch` is the number of products a file.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.sizes import furnish, sized

SUPPORT = Path(__file__).resolve().parent / "support"
SIZE, BATCH = sized(100_000, 60), sized(1_000, 20)
# At most five times the processor time, and 300 MB.
AIM, MEMORY = 0.2, 300


@contextmanager
def file_jet() -> Iterator[str]:
    """Run the far end in a process of its own, so that it takes none of our time."""
    command = [sys.executable, str(SUPPORT / "file_jet.py"), "0", "0.005"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/api"
    finally:
        process.terminate()
        process.wait()


def part(home: str, *words: str) -> dict[str, float]:
    """Run one part in a process of its own, in this home."""
    env = {
        **os.environ,
        "JETBRIDGE_HOME": home,
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "JETBRIDGE_LOG_LEVEL": "CRITICAL",
    }
    command = [sys.executable, str(SUPPORT / "upload_side.py"), *words]
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> int:
    """Fill a store, upload it, and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--batch", type=int, default=BATCH)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jetbridge-bench-") as home, file_jet() as url:
        furnish(home)
        part(home, "fill", str(options.size))
        ours = part(home, "upload", str(options.size), url, str(options.batch))
    each = 1e6 / options.size
    print(
        f"json+gzip: {ours['plain'] * each:.0f} us a product ({ours['size'] / options.size:.0f} characters)"
    )
    print(f"panel: {ours['cpu'] * each:.0f} us of processor a product, {ours['wall']:.0f} s in all, "
          f"{ours['files']:.0f} files of at most {options.batch} products")  # fmt: skip
    print(f"{ours['later']:.0%} of the files were built after the first had been sent")
    print(f"bench upload_bulk memory: {MEMORY / ours['peak']:.2f} (aim 1)")
    print(f"bench upload_bulk: {ours['plain'] / ours['cpu']:.2f} (aim {AIM})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
