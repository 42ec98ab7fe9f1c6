"""The tie to the process that started this one."""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_it() -> None:
    """Let the system end this process when its parent dies (Linux only).

    The end of stdin says the same everywhere, but a thread must get its turn to hear it,
    and native code in a strategy can hold Python's lock for ever.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
