"""Tests of `sandbox`; one file for each module, named after it."""
