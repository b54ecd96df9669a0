"""Judges values by JSON Schemas (draft 2020-12) that nobody vouches for.

Work is bounded, no regular expression can hang, nothing is fetched, and numbers may be Decimal.
"""
