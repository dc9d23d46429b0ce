"""What runs by the clock: APScheduler and the fetcher, and nowhere else.

`schedule.py` is the table of the jobs; each job is a module here that claims rows that are due and does them.
"""
