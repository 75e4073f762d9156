"""A process that ends when it asks for a socket of the internet, in Python or in a library beneath it.

python tests/sealed_off.py < COMMANDS     a command line of prospector as JSON in each line

Linux forbids it by a seccomp filter: the process is killed at the call, so that nothing can hide it.
"""

import ctypes
import json
import platform
import struct
import sys

AF_UNIX, AF_NETLINK = 1, 16
"""Kinds of sockets that stay within the machine: of its processes, and of the kernel's tables."""

MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""Machine -> how the kernel names it, and the number of its call `socket`."""

IO_URING_SETUP = 425
"""Sockets can be opened through such a queue, too."""

LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
KILL, ALLOW, NOT_PERMITTED = 0x80000000, 0x7FFF0000, 0x00050001
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
NO_NEW_PRIVILEGES, SECCOMP, FILTER = 38, 22, 2

KILLED = -31
"""Exit code of a process that the filter killed: SIGSYS."""


def can_seal():
    """Return whether this machine has such a filter."""
    return sys.platform == "linux" and platform.machine() in MACHINES


def forbid_sockets():
    """Let this process, and what it starts, be killed at its first socket of the internet.

    Raises
    ------
    OSError
        The kernel refuses the filter.
    """
    import urllib3  # noqa: F401 - it looks for IPv6 with a socket of its own when it is first imported

    architecture, socket = MACHINES[platform.machine()]
    steps = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        (EQUAL, 0, 1, IO_URING_SETUP),
        (RETURN, 0, 0, NOT_PERMITTED),
        (EQUAL, 1, 0, socket),
        (RETURN, 0, 0, ALLOW),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (EQUAL, 1, 0, AF_UNIX),
        (EQUAL, 0, 1, AF_NETLINK),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, KILL),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = struct.pack("HP", len(steps), ctypes.addressof(code))
    library = ctypes.CDLL(None, use_errno=True)
    for asked in ((NO_NEW_PRIVILEGES, 1, 0, 0, 0), (SECCOMP, FILTER, program, 0, 0)):
        if library.prctl(*asked):
            raise OSError(ctypes.get_errno(), "the kernel refuses the filter")


def main():
    """Run the command lines that standard input gives, and say how each ended."""
    from fuzz import ended

    from prospector.cli.commands import main as command_line

    forbid_sockets()
    for line in sys.stdin:
        done = ended(command_line, json.loads(line))
        print(json.dumps(done), flush=True)


if __name__ == "__main__":
    main()
