"""The configuration is read once for a page view, and afresh wherever something may have changed it."""

import pytest

from jetbridge.core import configuration
from jetbridge.core.models import Configuration

pytestmark = pytest.mark.django_db


def test_a_page_view_reads_it_once(django_assert_num_queries):
    configuration.active_account()

    with configuration.read_once(), django_assert_num_queries(2):
        for _ in range(3):
            configuration.current()
            configuration.active_account()


def test_elsewhere_a_change_is_seen_at_once():
    configuration.current()
    Configuration.objects.update(batch_size=7)

    assert configuration.current().batch_size == 7
