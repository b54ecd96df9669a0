"""Canonical layout of manifests and packs: only white space between tokens changes, and the documents stay equal.

`files` decides about a whole file and proves that nothing but its layout changed; `yamllayout` and `jsonlayout` know
the two formats.
"""
