"""Differences of database objects to the statements that repair them; one kind of object a file, all of it pure."""
