"""Tests of `newsroom`; one file for each module, named after it."""
