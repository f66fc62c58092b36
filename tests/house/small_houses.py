"""Small made-up houses, to be measured by the script behind `make house`."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from house import measure

SCRIPT = Path(__file__).resolve().parents[2] / ".ci" / "house.py"
PYPROJECT = """
[tool.importlinter]
root_packages = {roots}
{contracts}
[tool.house]
client = "client"
opener = "panel.core.opener"
intake = ["intake"]
[tool.house.measures]
{measures}
"""


def build(folder: Path, files: dict[str, str], *, measures: str = "", contracts: str = "") -> None:
    """Write the files, with the packages around them, and the settings of such a house."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
        for package in path.relative_to(folder).parents[:-1]:
            (folder / package / "__init__.py").touch()
    roots = sorted({name.split("/")[0] for name in files} - {"tests"})
    (folder / "pyproject.toml").write_text(
        PYPROJECT.format(roots=roots, contracts=dedent(contracts), measures=dedent(measures))
    )


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the script on a house."""
    command = [sys.executable, str(SCRIPT), "--root", str(folder), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def measured(
    folder: Path, key: str, files: dict[str, str], contracts: str = ""
) -> tuple[float | None, list[str]]:
    """Build a house and return one figure of it, and the names behind it."""
    build(folder, files, contracts=contracts)
    [row] = measure(folder, key)
    return row.found.figure, row.found.names
