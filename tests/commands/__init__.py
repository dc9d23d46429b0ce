"""Tests of `commands/`: what the operator says at the terminal, on both engines."""
