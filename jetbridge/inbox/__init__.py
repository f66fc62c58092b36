"""Notifications: who is notified of what, in the panel, by mail and by daily digest."""
