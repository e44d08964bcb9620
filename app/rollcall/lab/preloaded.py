"""What the fork server imports and finds out, before it has a worker.

Next to nothing of it is garbage. To look for some takes half a second here, and a fifth of one in
every worker, which gets a copy of each page that is looked at.
"""

import gc
from importlib import import_module

from rollcall.lab.slow_imports import EXPORTING, SLOW_IMPORT

gc.disable()
for name in ("rollcall.lab.worker_loop", SLOW_IMPORT, EXPORTING):
    import_module(name)
import_module("rollcall.core.process.namespaces").list_watched()
gc.freeze()
gc.enable()
