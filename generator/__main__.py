"""`python -m generator` is the same as `policy-explorer`."""

from generator.cli import main

main()
