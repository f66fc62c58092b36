"""Upload files under the law of the outbox, step by step, by what was sent to Jet in the end."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.utils import timezone

from catalog.listings.facets import updates
from catalog.listings.jet import files as at_jet
from catalog.listings.models import FileContent, ListingFacet, UploadFile, UploadFileItem
from catalog.listings.services import file_results, file_uploads, upload_files
from jetbridge.core import generations
from jetbridge.core.jet import client as core_jet
from jetbridge.core.models import Configuration
from tests.facets import Facet
from tests.factories import JetCategoryFactory, ListingFactory, ProductFactory
from tests.outbox.kit import DeliveryCase, DeliveryTests
from tests.sandboxes import PathFaults

Status, Verdict = UploadFile.Status, UploadFileItem.Verdict
TRACED = tuple(str(Path(module.__file__)) for module in (file_uploads, file_results))
# Where Jet says how far a file is.
STATE = "/files/(?!uploadToken)[^/]+$"


@dataclass(frozen=True)
class Faults(PathFaults):
    """What a client learned of a Jet that is down is forgotten with it."""

    status: int = 401

    def go_down(self):
        """Take no calls any more."""
        self.box.add_fault("status", status=self.status, path=self.path)

    def heal(self):
        """Behave from now on."""
        super().heal()
        core_jet._circuit(core_jet.base_url())._answered()


@pytest.fixture
def built(transactional_db, jet, account, sandbox):
    """Build files of one product and bring them before a step: built(3, Status.UPLOADED) gives their keys."""
    sandbox.set_clock(transitions="at_once")
    Configuration.objects.update(batch_size=1, cron_batch_size=1)
    category = JetCategoryFactory()

    def bring(file, status):
        place = at_jet.place(jet)
        file.url, file.jet_file_id = place.url, place.jet_file_id
        file.url_expires_at = timezone.now() + place.lasts
        if status != Status.BUILT:
            text = FileContent.texts([file.pk])[file.pk]
            at_jet.put(jet, file.url, file_uploads.packed(text))
        if status == Status.ACKNOWLEDGED:
            told = at_jet.announce(
                jet,
                url=file.url,
                jet_file_id=file.jet_file_id,
                kind=file.kind,
                name=file.name,
                in_doubt=False,
            )
            file.jet_file_id = told.jet_file_id
        file.status = status
        file.save()

    def make(count, status=None):
        listings = [
            ListingFactory(account=account, product=ProductFactory(mapped=category)) for _ in range(count)
        ]
        updates.queue_update(listings, Facet.DETAILS, via_file=True)
        files = upload_files.build_files(account=account)
        assert len(files) == count
        for file in files if status else ():
            bring(file, status)
        return [file.pk for file in files]

    return make


def assert_files(count, status):
    """See that all files stand where a step brings them, in nobody's hands; return them."""
    files = list(UploadFile.objects.order_by("pk"))
    assert len(files) == count
    assert {(file.status, file.claimed_by) for file in files} == {(status, "")}
    return files


def case_of(step, jet, account, **more):
    """Return a step's case, drained by a worker that is told its name."""
    return DeliveryCase(
        box=lambda: step(jet, account),
        worker="tests.catalog.listings.workers:take_files_on",
        argument=step.name,
        traced=TRACED,
        **more,
    )


class TestAddresses(DeliveryTests):
    """A place for each file."""

    @pytest.fixture
    def case(self, built, jet, account, sandbox):
        """Files that were built just now."""

        def exact(count):
            files = assert_files(count, Status.BUILT)
            assert len({file.url for file in files} - {""}) == count

        return case_of(
            file_uploads.Addresses,
            jet,
            account,
            make=built,
            exact=exact,
            faults=Faults(sandbox, "/files/uploadToken", "GET", "/files/uploadToken"),
            asks=True,
            goes_on=True,
        )


class TestContents(DeliveryTests):
    """What stands in each file, put at its place; the place knows no keys, and is out of order when it is down."""

    @pytest.fixture
    def case(self, built, jet, account, sandbox):
        """Files that have a place."""

        def exact(count):
            assert_files(count, Status.UPLOADED)
            put = sandbox.calls(path="/merchant-files/")
            assert len({call["path"] for call in put if call["applied"]}) == count

        return case_of(
            file_uploads.Contents,
            jet,
            account,
            make=lambda count: built(count, Status.BUILT),
            exact=exact,
            faults=Faults(sandbox, "/merchant-files/", "PUT", "/merchant-files/", status=503),
            goes_on=True,
        )


class TestAnnouncements(DeliveryTests):
    """What is sent to Jet of each file, once."""

    @pytest.fixture
    def case(self, built, jet, account, sandbox):
        """Files that lie at Jet."""

        def exact(count):
            assert_files(count, Status.ACKNOWLEDGED)
            told = sandbox.calls(path="/files/uploaded$")
            assert sum(call["applied"] for call in told) == count

        return case_of(
            file_uploads.Announcements,
            jet,
            account,
            make=lambda count: built(count, Status.UPLOADED),
            exact=exact,
            faults=Faults(sandbox, "/files/uploaded$", "POST", STATE),
            goes_on=True,
        )


class TestVerdicts(DeliveryTests):
    """What Jet says of each file, and of the product in it."""

    @pytest.fixture
    def case(self, built, jet, account, sandbox):
        """Files that Jet is done with."""

        def exact(count):
            assert_files(count, Status.PROCESSED)
            rows = ListingFacet.objects.select_related("listing")
            assert {(row.state, row.claimed_by, row.file_id) for row in rows} == {("accepted", "", None)}
            assert all(row.listing.first_sent_at for row in rows)
            assert set(UploadFileItem.objects.values_list("verdict", flat=True)) == {Verdict.ACCEPTED}

        return case_of(
            file_uploads.Verdicts,
            jet,
            account,
            make=lambda count: built(count, Status.ACKNOWLEDGED),
            exact=exact,
            faults=Faults(sandbox, STATE, "GET", STATE),
            asks=True,
        )


def test_only_what_may_send_a_file_makes_copies_of_the_database_older(built, jet, account):
    built(2)
    before = generations.known().number
    built(1)
    assert generations.known().number == before

    file_uploads.advance_files(client=jet, account=account)

    assert generations.known().number > before
