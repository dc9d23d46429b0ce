"""Tests of `bot`; one file for each module, named after it."""
