"""The commands of `qasid` for each noun: sources, staff, pushes, topics. `cli.py` gathers them.

Each opens the database, does one thing, says what it did and answers 0; what cannot be done is said in one line on
standard error and answers 1. A new command is a function in the module of its noun and a line in docs/operations.md.
"""
