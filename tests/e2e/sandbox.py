"""A program under a unit's own system-call rules, without systemd: seccomp by libseccomp.

python -m tests.e2e.sandbox UNIT COMMAND...   becomes the command, under the rules of that unit;
                                              with LISTEN=1 a listening socket is at descriptor 3
"""

import ctypes
import ctypes.util
import errno
import os
import signal
import socket
import sys

from tests.services import missing
from tests.units import syscalls, values

_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_EQUAL, _MASKED = 4, 7
_WRITE_AND_EXECUTE, _EXECUTE = 6, 4
_FAMILIES = 46


class _Condition(ctypes.Structure):
    """`struct scmp_arg_cmp` of seccomp.h."""

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("compare", ctypes.c_int),
        ("first", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    )


def library() -> ctypes.CDLL:
    """Return libseccomp, which systemd needs as well; leaves the test out where it is missing."""
    try:
        seccomp = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        missing("libseccomp", "libseccomp2", optional=True)
    seccomp.seccomp_init.restype = ctypes.c_void_p
    seccomp.seccomp_load.argtypes = (ctypes.c_void_p,)
    seccomp.seccomp_rule_add_array.argtypes = (
        ctypes.c_void_p,
        ctypes.c_uint32,
        ctypes.c_int,
        ctypes.c_uint,
        ctypes.POINTER(_Condition),
    )
    return seccomp


class _Filter:
    """One filter: what becomes of a call that no rule names, then the rules."""

    def __init__(self, seccomp: ctypes.CDLL, otherwise: int) -> None:
        self._seccomp = seccomp
        self._filter = seccomp.seccomp_init(ctypes.c_uint32(otherwise))

    def rule(self, action: int, call: str, *conditions: _Condition) -> None:
        """Add a rule; a call that this architecture does not have needs none."""
        number = self._seccomp.seccomp_syscall_resolve_name(call.encode())
        array = (_Condition * len(conditions))(*conditions)
        if number >= 0:
            added = self._seccomp.seccomp_rule_add_array(
                self._filter, action, number, len(conditions), array
            )
            assert added == 0, (call, os.strerror(-added))

    def load(self) -> None:
        """Put this process under it, for good."""
        loaded = self._seccomp.seccomp_load(self._filter)
        assert loaded == 0, os.strerror(-loaded)


def confine(unit: str) -> None:
    """Put this process and its children under the rules of a unit."""
    seccomp = library()
    refused = _ERRNO | errno.EPERM
    memory = _Filter(seccomp, _ALLOW)  # MemoryDenyWriteExecute=
    memory.rule(refused, "mmap", _Condition(2, _MASKED, _WRITE_AND_EXECUTE, _WRITE_AND_EXECUTE))
    memory.rule(refused, "mprotect", _Condition(2, _MASKED, _EXECUTE, _EXECUTE))
    memory.rule(refused, "pkey_mprotect", _Condition(2, _MASKED, _EXECUTE, _EXECUTE))
    families = _Filter(seccomp, _ALLOW)  # RestrictAddressFamilies=
    names = " ".join(values(unit, "RestrictAddressFamilies")).split()
    known = {int(getattr(socket, name)) for name in names}
    for family in set(range(_FAMILIES)) - known:
        unknown = _ERRNO | errno.EAFNOSUPPORT
        families.rule(unknown, "socket", _Condition(0, _EQUAL, family, 0))
    calls = _Filter(seccomp, refused)  # SystemCallFilter=
    for call in syscalls(unit):
        calls.rule(_ALLOW, call)
    for each in (memory, families, calls):  # the last would forbid to load another
        each.load()


def main(unit: str, command: list[str]) -> None:
    """Become the command."""
    os.environ["WATCHDOG_PID"] = os.environ["LISTEN_PID"] = str(os.getpid())
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if os.environ.pop("LISTEN", ""):
        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1], flush=True)  # noqa: T201 - told to the test
        os.dup2(listener.detach(), 3)
        os.set_inheritable(3, True)  # noqa: FBT003 - the library's signature; it may be 3 already
        os.environ["LISTEN_FDS"] = "1"
    confine(unit)
    os.execv(command[0], command)  # noqa: S606 - the point


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
