"""The project package: wiring only."""

import decimal

# What formats and stores amounts rounds as we do (jetbridge.core.money), in this thread and in all later ones.
decimal.DefaultContext.rounding = decimal.getcontext().rounding = decimal.ROUND_HALF_UP
