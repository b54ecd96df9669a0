"""Values to text: for people, for machines, for psql. Pure; nothing is rendered anywhere else.

Whatever came from a manifest or a database is escaped on its way to a person's terminal.
"""
