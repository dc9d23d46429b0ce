"""The migrations, each with a note on its locks and its time on PostgreSQL. A new one goes here, after the newest."""
