"""The command line: parse, call, print."""

import sys

INTERRUPTED = 130


def main() -> None:
    """Run the command line; an interrupt while it loads ends it without a word."""
    try:
        from prospector.cli.commands import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
