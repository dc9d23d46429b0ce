"""The benches: each prints the figures that the docs quote, as ratios within one run, with the versions of the peers.

`python3 dev bench delivery` runs one, `python3 dev bench latency 10` one with windows of ten seconds. Client and server
have a core each. A new bench is a module here with a `run`, and a line of `BENCHES` in `__main__.py`; `report.py`
measures and prints, `newsroom.py` is the scene, `live.py` the stage where the whole application plays. They need the
development tools, and the tests' PostgreSQL.
"""
