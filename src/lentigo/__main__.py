"""`python -m lentigo` is the command `lentigo`."""

from lentigo.cli.app import script

script()
