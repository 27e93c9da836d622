"""The emulator's process: the emulator with the extension."""

from __future__ import annotations

import os
import signal
import threading
import time
from importlib import import_module

from tests.deploy.extension.install import install


def _end_with(parent: int) -> None:
    """End when the process that started this one is gone, however it went."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    install()
    import_module("ministack.app").main()
