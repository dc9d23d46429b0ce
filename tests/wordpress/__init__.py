"""Tests against a real WordPress, which `server.py` starts: `python3 dev test -m wordpress -n 0`, as CI does."""
