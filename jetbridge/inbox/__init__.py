"""Notifications: who is told what, in the panel, by mail and by daily digest."""
