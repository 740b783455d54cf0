"""Run the command line as ``python -m aalco_kg``."""

from aalco_kg.cli import main

if __name__ == "__main__":
    main()
