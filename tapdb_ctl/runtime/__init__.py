"""What applications import to work with the database that apply built.

An instance is made by `factory`, from a blueprint of `catalog`: `growing` makes drafts, `judging` looks at them, `writing`
sends them, `objects` gives them back, with `hooks` around. The ORM's own writes pass `flushing`. `bulk` does the same for
many, `actions` records what people do, `graph`, `search` and `history` ask. `session` is what all of them work with, and
`connections` is where it comes from.
"""
