"""The tests: they mirror the folders of the project; what all share is in conftest.py."""
