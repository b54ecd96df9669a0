"""The embedded PostgreSQL server: a real one, private to its user, driven through its own binaries."""
