"""Run the command line with ``python -m prospector``."""

from prospector.cli import main

main()
