"""Rows in bulk."""

import pytest
from django.db import IntegrityError, transaction

from jetbridge.core.models.bulk_sql import insert
from jetbridge.mass_actions.models import MassAction, MassActionItem

pytestmark = [pytest.mark.django_db, pytest.mark.database]

COLUMNS = ("run_id", "object_id", "reference", "state", "code", "reason", "box")


def items(run, keys):
    return [(run.pk, key, f"SKU-{key}", MassActionItem.State.WAITING, "", "", "") for key in keys]


@pytest.fixture
def run(account):
    return MassAction.objects.create(scope=MassAction.Scope.CATALOG, action="upload", account=account)


def test_rows_are_inserted_whole_or_not_at_all(run):
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(MassActionItem, COLUMNS, items(run, [1, 2, 1]))

    assert not run.items.exists()


def test_rows_that_stand_may_be_left_as_they_are(run):
    insert(MassActionItem, COLUMNS, items(run, [1]))
    insert(MassActionItem, COLUMNS, items(run, [1, 2]), ignore_conflicts=True)

    assert sorted(run.items.values_list("object_id", "state")) == [(1, "waiting"), (2, "waiting")]


def test_nothing_to_insert_is_no_error_and_a_ragged_row_is_one(run):
    insert(MassActionItem, COLUMNS, [])
    with pytest.raises(ValueError, match="shorter"):
        insert(MassActionItem, COLUMNS, [*items(run, [1]), (run.pk, 2)])
