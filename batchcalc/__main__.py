"""`python -m batchcalc`."""

from batchcalc.cli.app import main

main()
