"""An attribute is deleted, by its page or by its command: its mapping goes by the service, not unseen."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from catalog.mapping.models import AttributeMapping, JetAttribute
from catalog.mapping.services import taxonomy_imports
from catalog.products.models import Attribute
from jetbridge.core.models import Event
from tests.catalog.mapping import samples
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("is_by_page", [True, False])
def test_with_an_attribute_goes_its_mapping_and_its_products_are_checked_again(admin_client, is_by_page):
    taxonomy_imports.import_files(files=samples.files(), source="files")
    product = ProductFactory(attributes={"size": "8"})
    size = Attribute.objects.create(code="size", label="Size")
    AttributeMapping.objects.create(attribute=size, jet_attribute=JetAttribute.objects.get(jet_id=46))
    key = str(size.pk)

    if is_by_page:
        admin_client.post(reverse("admin:catalog_attribute_delete", args=[key]), {"post": "yes"})
    else:
        call_command("attribute", "size", "--delete")

    product.refresh_from_db()
    assert not Attribute.objects.exists()
    assert product.validation.stale_since is not None
    assert Event.objects.get(action="attribute mapping removed").object_id == key
