"""Reaching a database: addresses, sign-in, pools and replicas, commits that are sure of their end, retries, health."""
