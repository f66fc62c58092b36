"""Jet as the other side of a call: its name, its spelling, what is hidden of it."""

from jetapi import redaction, wire
from jetapi.http.peers import Peer

JET = Peer(name="Jet", to_json=wire.to_json, redaction=redaction.JET)
