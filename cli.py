"""Starts finmodel from a checkout: `python cli.py run scenarios/staffordshire.yaml`."""

from finmodel.cli import main

if __name__ == "__main__":
    main()
