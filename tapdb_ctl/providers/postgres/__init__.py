"""PostgreSQL: reading live state in a fixed number of statements, writing it in one transaction."""
