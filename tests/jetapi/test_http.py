"""What any client needs stands apart: it knows neither Jet nor the client that is built on it."""

import ast
from pathlib import Path

import pytest

import jetapi.http

FILES = sorted(Path(jetapi.http.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_it_has_no_word_of_jet_and_stands_on_itself_alone(file: Path) -> None:
    text = file.read_text()
    ours = [
        node.module
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("jetapi")
    ]

    assert "jet" not in text.replace("jetapi.http", "").lower()
    assert all(str(module).startswith("jetapi.http") for module in ours)
