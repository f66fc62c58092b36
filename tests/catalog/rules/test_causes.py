"""Fix by cause: rules with their counts, one rule's products fixed in a table, and only those judged again."""

import pytest
from django.urls import reverse

from catalog.products.models import Product
from catalog.rules import causes
from catalog.rules.models import Problem, ValidationResult
from tests.catalog.checks import check_all
from tests.factories import ProductFactory, ean13

pytestmark = pytest.mark.django_db
CAUSES = reverse("catalog:causes")
CODE = "EAN.check_digit"


def url(code=CODE):
    return reverse("catalog:cause", args=[code])


@pytest.fixture
def wrong_codes(db):
    products = [
        ProductFactory(
            sku=f"BAD-{number}",
            attributes={"brand": "Northwind", "ean": f"952000000000{number}"},
            mapped=True,
        )
        for number in (1, 2, 3)
    ]
    ProductFactory(sku="GOOD", mapped=True)
    check_all()
    return products


def post(client, lines, **typed):
    """Send the page's form back with these values by SKU."""
    page = client.get(url())
    data = {"product": [str(line.product.pk) for line in page.context["lines"]]}
    for line in page.context["lines"]:
        prefix = line.product.pk
        data[f"{prefix}-value"] = typed.get(line.product.sku.replace("-", "_"), "")
        data[f"{prefix}-seen"] = line.form["seen"].value()
    return client.post(url(), data)


def test_each_cause_stands_with_the_number_of_its_products_worst_first(admin_client, wrong_codes):
    rows = admin_client.get(CAUSES).context["rows"]

    found = {row["cause"].code: row["cause"] for row in rows}
    assert (found[CODE].count, found[CODE].words, found[CODE].field) == (3, "EAN: wrong check digit", "EAN")
    severities = [row["cause"].severity for row in rows]
    assert severities == sorted(severities, key=list(ValidationResult.Severity.values).index)


def test_a_cause_shows_what_is_wrong_and_what_jet_would_get(admin_client, wrong_codes):
    page = admin_client.get(url())

    assert [line.product.sku for line in page.context["lines"]] == ["BAD-1", "BAD-2", "BAD-3"]
    assert [line.now for line in page.context["lines"]] == [f"952000000000{number}" for number in (1, 2, 3)]
    assert "problems=EAN.check_digit" in page.context["export_url"]


def test_what_is_fixed_leaves_the_cause_and_nothing_else_is_judged(admin_client, wrong_codes):
    untouched = ValidationResult.objects.get(product__sku="GOOD").checked_at

    page = post(admin_client, 3, BAD_1=ean13(41), BAD_2=ean13(42))
    after = admin_client.get(page["Location"])

    assert "2 products fixed." in after.content.decode()
    assert [line.product.sku for line in after.context["lines"]] == ["BAD-3"]
    assert Product.objects.get(sku="BAD-1").jet_fields == {"EAN": ean13(41)}
    assert ValidationResult.objects.get(product__sku="GOOD").checked_at == untouched
    assert ValidationResult.objects.get(product__sku="BAD-1").stale_since is None


def test_a_wrong_value_is_refused_beside_its_field_and_the_others_are_saved(admin_client, wrong_codes):
    page = post(admin_client, 3, BAD_1=ean13(41), BAD_2="9520000000009")

    assert page.status_code == 422
    errors = {line.product.sku: line.form.errors for line in page.context["lines"] if line.form.errors}
    assert list(errors) == ["BAD-2"]
    assert "check digit" in str(errors["BAD-2"])
    assert not Problem.objects.filter(code=CODE, product__sku="BAD-1").exists()


def test_a_value_that_somebody_changed_meanwhile_is_not_written_over(admin_client, wrong_codes):
    lines = admin_client.get(url()).context["lines"]
    Product.objects.filter(sku="BAD-1").update(jet_fields={"EAN": ean13(7)})
    first = lines[0].product.pk

    page = admin_client.post(
        url(),
        {"product": [first], f"{first}-value": ean13(41), f"{first}-seen": lines[0].form["seen"].value()},
    )

    assert "changed to" in str(page.context["lines"][0].form.errors)
    assert Product.objects.get(sku="BAD-1").jet_fields == {"EAN": ean13(7)}


def test_the_last_one_fixed_leads_back_to_the_causes(admin_client, wrong_codes):
    post(admin_client, 3, BAD_1=ean13(41), BAD_2=ean13(42), BAD_3=ean13(43))

    page = admin_client.get(url(), follow=True)

    assert page.redirect_chain[-1][0] == CAUSES
    assert CODE not in [row["cause"].code for row in page.context["rows"]]


def test_a_cause_that_no_single_value_fixes_leads_to_the_products(admin_client):
    ProductFactory(sku="NOWHERE")
    check_all()
    code = Problem.objects.filter(field="category").values_list("code", flat=True)[0]

    page = admin_client.get(url(code))

    assert page.context["lines"][0].form is None
    assert "Fix here" in page.content.decode()


def test_a_viewer_sees_the_causes_and_changes_nothing(viewer_client, wrong_codes):
    page = viewer_client.get(url())
    viewer_client.post(url(), {"product": [wrong_codes[0].pk], f"{wrong_codes[0].pk}-value": ean13(41)})

    assert all(line.form is None for line in page.context["lines"])
    assert Product.objects.get(sku="BAD-1").jet_fields == {}


def test_causes_take_a_handful_of_queries_however_many_problems_there_are(
    wrong_codes, account, django_assert_num_queries
):
    with django_assert_num_queries(2):
        causes.causes(account)


def test_a_store_without_problems_says_so(admin_client, db):
    assert "No product has a problem" in admin_client.get(CAUSES).content.decode()
