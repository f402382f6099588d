"""The command `policy-explorer`, also as `python -m generator`."""

import gc

# Nearly all that a command reads and makes lives to its end, and so do modules: looking for garbage costs it a tenth.
gc.set_threshold(100_000)

from generator.cli import main  # noqa: E402 -- with that said

if __name__ == "__main__":
    main()
