"""The embedded PostgreSQL server: a real one, private to its user, driven through its own binaries.

What this room promises: the server never runs as root; no operating-system user is made and the mode of no
directory but its own is changed; several processes opening it get one server; and whatever stands in the way
is raised as a ServerError whose findings (SRV001 and so on) say what to do.
"""
