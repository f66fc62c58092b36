"""The project package: wiring only."""

import decimal
import gc

# A start makes a million objects that stay: until all apps are ready, garbage is hardly ever looked for among them.
EAGER = gc.get_threshold()
gc.set_threshold(100_000, 20, 20)

# What formats and stores amounts rounds as we do (jetbridge.core.money), in this thread and in all later ones.
decimal.DefaultContext.rounding = decimal.getcontext().rounding = decimal.ROUND_HALF_UP
