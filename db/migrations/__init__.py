"""How the schema came to be: one chain of migrations for both engines, run by `db/migrate.py`."""
