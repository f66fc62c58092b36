"""A container's health check: exit 0 when the address answers 200, else 1 with the reason."""

import sys
import urllib.request


def main(url: str) -> int:
    """Ask once, with patience for a busy machine."""
    try:
        with urllib.request.urlopen(url, timeout=4) as answer:  # noqa: S310 - an address of this container
            return 0 if answer.status == 200 else 1
    except OSError as error:
        sys.stderr.write(f"{url}: {error}\n")
        return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
