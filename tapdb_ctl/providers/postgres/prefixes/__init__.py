"""EUID prefixes: identity prefixes and the sequences that number every prefix."""
