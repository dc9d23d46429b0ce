"""Tests of `db`; one file for each module, named after it."""
