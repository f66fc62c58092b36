"""Fills an installation for bench/people.py; prints the cookie of somebody who may see all, and an order."""

import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jetbridge.settings")
django.setup()

import grid_rows  # noqa: E402 - Django is set up first
import order_rows  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from orders.models import Order  # noqa: E402


def main() -> None:
    """Fill the tables, and sign somebody in."""
    products, orders = map(int, sys.argv[1:3])
    call_command("migrate", verbosity=0)
    grid_rows.fill(products)
    order_rows.fill(orders)
    client = Client()
    client.force_login(User.objects.create_superuser("bench", "bench@example.test", "bench"))
    cookies = [f"{name}={morsel.value}" for name, morsel in client.cookies.items()]
    order = Order.objects.order_by("-pk")[0]
    sys.stdout.write(f"{';'.join(cookies)} {reverse('admin:orders_order_change', args=[order.pk])}\n")


# Run as a script only, by the benchmark beside it; so `make bench` does not take it for one.
main()
