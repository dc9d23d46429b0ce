"""The database: SQLAlchemy and Alembic, and nowhere else.

`tables.py` says what is kept, `engine.py` how it is opened, `store/<noun>.py` what is asked of it, `migrations/` how it
came to be. A new question is one function in the store of its noun.
"""
