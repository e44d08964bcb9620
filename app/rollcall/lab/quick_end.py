"""Imported by the fork server, and by nobody else: it ends at once when its server is gone.

The workers of a server that was killed run until their fork server has ended. To take PyTorch down
in order takes that seconds, and a busy machine half a minute.
"""

import atexit
import os

atexit.register(os._exit, 0)  # before all that was registered earlier
