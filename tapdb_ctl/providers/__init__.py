"""The only rooms that touch the live world."""
