"""Tests of `jobs`; one file for each module, named after it."""
