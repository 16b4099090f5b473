"""Runs the command line: `python -m onebook`."""

from onebook.cli.main import main

if __name__ == "__main__":
    main()
