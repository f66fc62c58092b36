"""The import contracts of this house: no root, no room and no module of a room stands outside of them."""

from pathlib import Path
from typing import Any

import pytest
from house_source import Source

SOURCE = Source(Path(__file__).resolve().parents[2])
LAYERED = [each for each in SOURCE.contracts["contracts"] if each["type"] == "layers"]
FLOORS: list[str] = next(each["layers"] for each in LAYERED if not each.get("containers"))
LAID_OUT: list[dict[str, Any]] = [each for each in LAYERED if each.get("containers")]


def named(contract: dict[str, Any]) -> str:
    return str(contract["name"])


@pytest.mark.parametrize("root", SOURCE.contracts["root_packages"])
def test_every_root_stands_in_the_floors_itself_or_with_each_of_its_rooms(root: str) -> None:
    rooms = {each for each in SOURCE.rooms if each.startswith(f"{root}.")}

    assert root in FLOORS or (rooms and rooms <= set(FLOORS)), rooms - set(FLOORS)


def test_every_room_is_laid_out_by_a_contract() -> None:
    containers = {container for contract in LAID_OUT for container in contract["containers"]}

    assert set(SOURCE.rooms) <= containers, set(SOURCE.rooms) - containers


@pytest.mark.parametrize("contract", LAID_OUT, ids=named)
def test_a_contract_of_a_room_leaves_out_its_migrations_alone(contract: dict[str, Any]) -> None:
    assert contract.get("exhaustive") is True
    assert contract.get("exhaustive_ignores", []) in ([], ["migrations"])
