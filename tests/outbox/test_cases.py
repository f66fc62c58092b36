"""The law of the outbox, tried on what overwrites and on what happens once."""

import pytest

from tests.outbox.kit import DeliveryCase, DeliveryTests, OverwritingTests


class TestLabels(OverwritingTests):
    """What overwrites."""

    @pytest.fixture
    def case(self, labels: DeliveryCase) -> DeliveryCase:
        """Labels."""
        return labels


class TestVouchers(DeliveryTests):
    """What happens once."""

    @pytest.fixture
    def case(self, vouchers: DeliveryCase) -> DeliveryCase:
        """Vouchers."""
        return vouchers
