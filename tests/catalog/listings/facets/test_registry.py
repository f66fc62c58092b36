"""What holds of every facet, those of tomorrow too."""

import pytest

from catalog.listings.facets import registry
from catalog.listings.facets.base import Facet
from catalog.listings.models import Drift, ListingFacet, UploadFile
from catalog.listings.models.facets import LONGEST, Word, Words
from catalog.products.models import Product
from jetapi.sandbox import words
from jetapi.sandbox.options import Options
from jetapi.sandbox.router import Router
from jetapi.sandbox.routes import routes
from jetbridge.core.models import Configuration
from jetbridge.jobs.registry import JOBS
from tests.catalog.listings.facets.warranty import Warranty

FACETS = registry.facets()
# Rows of a product, by the names under which it holds them, are columns to a facet as well.
COLUMNS = {each.name for each in Product._meta.get_fields()} | {"exceptions"}


def classes(kind=Facet):
    """Give all classes of facets that say a name of their own."""
    for each in kind.__subclasses__():
        yield from classes(each)
        if "name" in vars(each) and each is not Warranty:
            yield each


def test_every_class_of_a_facet_is_registered():
    assert {each.name for each in classes()} == set(FACETS)


@pytest.mark.parametrize("facet", FACETS)
def test_a_facet_is_called_where_jet_listens(facet):
    method, path = facet.call.format(sku="MUG-1").split()

    assert Router(routes(Options())).find(method, path).route is not None


@pytest.mark.parametrize("facet", [each for each in FACETS if each.file_kind])
def test_a_facet_goes_by_files_that_jet_takes(facet):
    assert facet.file_kind.name in words.FILE_TYPES
    assert registry.of_file(facet.file_kind.name) is facet


@pytest.mark.parametrize("facet", FACETS)
def test_a_facet_names_jobs_settings_and_columns_that_there_are(facet):
    assert facet.job in JOBS
    assert isinstance(getattr(Configuration(), facet.switch), bool)
    assert facet.columns <= COLUMNS


def test_no_two_facets_say_the_same_field_column_or_place():
    fields = [each.name for facet in FACETS for each in facet.fields]
    columns = [name for facet in FACETS for name in facet.columns]
    places = [facet.order for facet in FACETS]

    assert [len(set(each)) for each in (fields, columns, places)] == [len(fields), len(columns), len(places)]


def test_one_facet_makes_a_sku_known_and_one_closes_it():
    assert len(registry.creating()) == len(registry.closing()) == 1


def test_all_that_is_registered_is_a_choice_and_what_is_forgotten_is_none_any_more():
    def choices():
        columns = (ListingFacet, "facet"), (UploadFile, "kind"), (Drift, "figure")
        return [dict(model._meta.get_field(name).choices) for model, name in columns]

    before = choices()
    registry.register(Warranty)
    assert [each.get(name) for each, name in zip(choices(), _names(), strict=True)] == _labels()
    registry.forget(Warranty)

    assert choices() == before


def _names():
    return [Warranty.name, Warranty.file_kind.name, Warranty.figure.name]


def _labels():
    return [Warranty.label, Warranty.file_kind.label, Warranty.figure.label]


def test_a_second_facet_of_a_name_is_refused():
    kind = type(FACETS[0])

    with pytest.raises(ValueError, match="Two facets are called"):
        registry.register(kind)


@pytest.mark.parametrize("name", ["", "x" * (LONGEST + 1)])
def test_a_name_that_no_column_holds_is_refused(name):
    with pytest.raises(ValueError, match="is no name of a facet"):
        Words("facet").register(Word(name, "Label"))


def test_a_name_has_one_label():
    known = Words("figure")
    known.register(Word("price", "Price"))

    with pytest.raises(ValueError, match="Two figures are called price"):
        known.register(Word("price", "Cost"))


def test_an_unknown_name_and_an_unknown_file_are_errors():
    with pytest.raises(KeyError):
        registry.named("smell")
    with pytest.raises(LookupError, match="kind Smells"):
        registry.of_file("Smells")
