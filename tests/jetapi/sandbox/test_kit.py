"""The kit is for any emulator: it knows neither Jet nor the sandbox that is built on it."""

import ast
from pathlib import Path

import pytest

import jetapi.sandbox.kit

FILES = sorted(Path(jetapi.sandbox.kit.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_it_has_no_word_of_jet_and_stands_on_itself_alone(file: Path) -> None:
    text = file.read_text()
    imports = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)]

    assert "jet" not in text.lower()
    assert not [node.module for node in imports if node.level > 1]
