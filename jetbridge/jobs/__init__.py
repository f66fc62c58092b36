"""Scheduled jobs: their registry, leases, runs, heartbeats and the queue that nudges them."""
