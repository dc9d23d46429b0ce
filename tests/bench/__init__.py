"""Tests of `bench`; one file for each module, named after it."""
