"""How much memory this process has, and the cap on it."""

import gc
import sys
from pathlib import Path

EXIT_CODE = 137


def resident_bytes() -> int:
    """Return the resident size of this process (on macOS its peak)."""
    if sys.platform == "linux":
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * resource.getpagesize()
    if sys.platform == "win32":
        return _working_set_bytes()
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def look_less_for_cycles() -> None:
    """Leave what there is out of Python's search for cycles, and search less often from now on.

    The engine makes many objects and few cycles: looking for those took a tenth of a run with many orders, and a node
    stands still meanwhile.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def cap_data(limit: int) -> bool:
    """Let the system refuse more than `limit` bytes; False where it cannot, and sizes must be watched."""
    if sys.platform != "linux":
        return False
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    return True


def _working_set_bytes() -> int:
    if sys.platform != "win32":
        raise NotImplementedError
    import ctypes
    from ctypes import wintypes

    class Counters(ctypes.Structure):
        _fields_ = [
            ("cb", wintypes.DWORD),
            ("PageFaultCount", wintypes.DWORD),
            ("PeakWorkingSetSize", ctypes.c_size_t),
            ("WorkingSetSize", ctypes.c_size_t),
            ("QuotaPeakPagedPoolUsage", ctypes.c_size_t),
            ("QuotaPagedPoolUsage", ctypes.c_size_t),
            ("QuotaPeakNonPagedPoolUsage", ctypes.c_size_t),
            ("QuotaNonPagedPoolUsage", ctypes.c_size_t),
            ("PagefileUsage", ctypes.c_size_t),
            ("PeakPagefileUsage", ctypes.c_size_t),
        ]

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.GetCurrentProcess.restype = wintypes.HANDLE
    kernel.K32GetProcessMemoryInfo.argtypes = [wintypes.HANDLE, ctypes.POINTER(Counters), wintypes.DWORD]
    counters = Counters(cb=ctypes.sizeof(Counters))
    kernel.K32GetProcessMemoryInfo(kernel.GetCurrentProcess(), ctypes.byref(counters), counters.cb)
    return int(counters.WorkingSetSize)
