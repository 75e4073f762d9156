"""The command line: parse, call, print."""

from prospector.cli.commands import main

__all__ = ["main"]
