"""A hub anybody can start: keeps the records of many machines, over HTTP, in SQLite or PostgreSQL."""
