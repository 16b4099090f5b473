"""What a worker process of `onebook serve` loads: the application, deaf to Ctrl-C.

A terminal sends Ctrl-C to the main process and to its workers alike, and the main process then
ends the workers by a second signal. A worker of granian that gets two signals at once can wait
for itself for ever; deaf to the first, it ends by the second.
"""

import signal

from onebook.config.wsgi import application

__all__ = ["application"]

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
