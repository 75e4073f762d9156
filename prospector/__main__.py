"""Run the command line with ``python -m prospector``."""

from prospector.cli.commands import main

main()
