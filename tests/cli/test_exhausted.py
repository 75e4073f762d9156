"""What the system does not give ends a command in one line of exit code 2."""

import errno
import os
import subprocess
import sys

import pytest

from prospector.cli import commands

NO_MEMORY = MemoryError("Unable to allocate 3 TiB")


def refusal(number, name=None):
    """The error of a number."""
    return OSError(number, os.strerror(number), name)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NO_MEMORY, "Error: there is not enough memory. Use larger cells"),
        (
            refusal(errno.EMFILE),
            "Error: Too many open files: the command cannot continue. Free disk space, memory or open files",
        ),
        (refusal(errno.ENOSPC), "Error: No space left on device: the command cannot continue."),
        (refusal(errno.EACCES, "run/store"), "Error: run/store: Permission denied. Change its"),
    ],
)
def test_what_the_system_refuses_is_one_line(monkeypatch, capsys, error, said):
    """And no traceback."""

    def ends():
        raise error

    monkeypatch.setattr(commands, "app", ends)
    with pytest.raises(SystemExit) as stop:
        commands.main()
    assert stop.value.code == 2
    told = capsys.readouterr().err
    assert told.startswith(said)
    assert told.count("\n") == 1


@pytest.mark.parametrize("error", [NO_MEMORY, refusal(errno.ENOSPC)])
def test_no_end_before_its_time_promises_the_earlier_run(monkeypatch, capsys, error):
    """The new one may have been complete by then: files are on their way, or lines are printed.

    For signals, which change how the process handles them, `test_signals` says so.
    """

    def ends():
        raise error

    monkeypatch.setattr(commands, "app", ends)
    with pytest.raises(SystemExit):
        commands.main()
    whole = "The run folder holds the earlier run, or the new one if it was complete.\n"
    assert capsys.readouterr().err.endswith(whole)


def test_an_interrupt_while_the_command_loads_is_no_traceback():
    """Ctrl-C within the first moments, before signals are handled."""
    code = (
        "import builtins, sys\n"
        "import prospector.cli as command_line\n"
        "load = builtins.__import__\n"
        "def interrupted(name, *more):\n"
        "    if name == 'typer':\n"
        "        raise KeyboardInterrupt\n"
        "    return load(name, *more)\n"
        "builtins.__import__ = interrupted\n"
        "command_line.main()\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")


def test_a_fault_of_the_program_keeps_its_traceback(monkeypatch):
    """A file that was to be there is a fault to report, not to hide."""

    def ends():
        raise refusal(errno.ENOENT, "words/en.toml")

    monkeypatch.setattr(commands, "app", ends)
    with pytest.raises(FileNotFoundError):
        commands.main()
