"""The companion module: what the panel and the emulator call is what it holds, and its files are sound."""

import io
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
import zipfile

import pytest
from django.core.management import call_command

from jetbridge.store import companion
from jetbridge.store.magento import probes
from jetbridge.store.magento.sandbox import stores
from jetbridge.store.magento.sandbox.sales import cancels

ROOM = companion.FILES / "JetBridge" / "Link"
PHP = sorted(ROOM.rglob("*.php"))
XML = sorted(ROOM.rglob("*.xml"))


def tree(name):
    return ElementTree.parse(ROOM / "etc" / name)


def test_its_name_is_the_one_that_panel_and_emulator_look_for():
    (name,) = {each.get("name") for each in tree("module.xml").findall("module")}
    assert name == probes.COMPANION == stores.COMPANION
    assert f"'{name}'" in (ROOM / "registration.php").read_text()
    assert (ROOM.parent.name, ROOM.name) == tuple(name.split("_"))


def test_its_route_and_permission_are_those_that_the_panel_asks_for():
    route = tree("webapi.xml").find("route")
    (step,) = probes.WITH_MODULE
    (emulated,) = cancels.MODULE_ROUTES
    assert (route.get("method"), route.get("url")) == ("POST", "/V1/jetbridge/orders/:id/reserve")
    assert emulated.path == "jetbridge/orders/{id}/reserve"
    assert step.path == "jetbridge/orders/0/reserve"
    resources = {each.get("ref") for each in route.iter("resource")}
    declared = {each.get("id") for each in tree("acl.xml").iter("resource")}
    assert resources == {step.resource} == {cancels.MODULE} <= declared


def test_codes_of_payment_and_carrier_are_those_of_the_panels_orders():
    found = tree("config.xml").find("default")
    for group, code, folder in (("payment", "payjetcom", "Method"), ("carriers", "shipjetcom", "Carrier")):
        model = found.find(f"{group}/{code}/model").text
        assert model == rf"JetBridge\Link\Model\{folder}\Jet"
        assert f"CODE = '{code}'" in (ROOM / "Model" / folder / "Jet.php").read_text()


def test_every_class_lies_where_its_name_says():
    for path in PHP:
        if path.name == "registration.php":
            continue
        text = path.read_text()
        space = re.search(r"^namespace (.+);$", text, re.MULTILINE).group(1)
        assert space == "\\".join(("JetBridge", "Link", *path.relative_to(ROOM).parts[:-1]))
        assert re.search(rf"^(class|interface) {path.stem}\b", text, re.MULTILINE)
        assert "declare(strict_types=1);" in text


def test_classes_named_in_its_xml_are_there():
    named = re.findall(r"JetBridge\\Link\\[\w\\]+", "".join(path.read_text() for path in XML))
    assert named
    for name in named:
        assert (companion.FILES / f"{name.replace(chr(92), '/')}.php").is_file(), name


def test_classes_of_multi_source_inventory_are_named_as_text_alone():
    """A store without it compiles the module all the same."""
    for path in PHP:
        assert not re.search(r"^use Magento\\Inventory", path.read_text(), re.MULTILINE)
        assert not re.search(r"(?<!')\\?Magento\\Inventory\w+\\\w+", path.read_text().replace("'Magento", ""))


def test_the_mark_is_unique_and_outlives_the_order():
    table = tree("db_schema.xml").find("table")
    kinds = {
        each.get("{http://www.w3.org/2001/XMLSchema-instance}type") for each in table.findall("constraint")
    }
    assert kinds == {"primary"}
    allowed = json.loads((ROOM / "etc" / "db_schema_whitelist.json").read_text())[table.get("name")]
    assert set(allowed["column"]) == {each.get("name") for each in table.findall("column")}
    assert f"'{table.get('name')}'" in (ROOM / "Model" / "Reservation.php").read_text()


@pytest.mark.skipif(not shutil.which("php"), reason="no php on this machine")
@pytest.mark.parametrize("path", PHP, ids=lambda path: path.relative_to(ROOM).as_posix())
def test_php_reads_it(path):
    run = subprocess.run(["php", "-l", str(path)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_archive_holds_all_of_it_and_is_the_same_each_time(tmp_path):
    names = set(zipfile.ZipFile(io.BytesIO(companion.archive())).namelist())
    assert {"JetBridge/Link/registration.php", "JetBridge/Link/LICENSE", "JetBridge/Link/README.md"} <= names
    assert len(names) == len([path for path in companion.FILES.rglob("*") if path.is_file()])
    assert companion.archive() == companion.archive()

    call_command("store_module", str(tmp_path / "link.zip"))
    assert (tmp_path / "link.zip").read_bytes() == companion.archive()


@pytest.mark.django_db
def test_the_panel_gives_it_away(admin_client):
    answer = admin_client.get("/admin/configuration/store/module/")
    assert answer["Content-Disposition"] == 'attachment; filename="jetbridge-link.zip"'
    assert answer.content == companion.archive()
