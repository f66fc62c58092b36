"""
Runs a module at another time: `python -m tests.upgrade.back_then MOMENT MODULE WORDS...`.

A home that is kept grows old: deadlines pass, Jet completes returns itself. On the day it was made all of it waits.
"""

import runpy
import sys
from datetime import datetime

import time_machine

if __name__ == "__main__":
    moment, module, *words = sys.argv[1:]
    sys.argv = [module, *words]
    with time_machine.travel(datetime.fromisoformat(moment), tick=True):
        runpy.run_module(module, run_name="__main__", alter_sys=True)
