"""What orders register with the rooms below: their mass actions, and requests that grow old."""

from jetbridge.core import retention
from jetbridge.mass_actions import scopes
from orders.management.cancels import CancelGuard
from orders.services import fetches
from orders.views.bulk import PAGES

scopes.register(scopes.Scope(PAGES, CancelGuard()))
retention.cleaned_by(fetches.delete_old_fetches)
