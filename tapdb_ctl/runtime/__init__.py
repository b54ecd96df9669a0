"""What applications import to work with the database that apply built.

`factory` makes an instance from a blueprint of `catalog`: `growing` makes drafts, `judging` looks at them, `writing`
sends them, `objects` gives them back, with `hooks` around. What the ORM writes by itself passes `flushing`. `bulk` does
the same for many, `actions` records what people do; `graph`, `search` and `history` ask. All of them work with a
`session`, which `connections` open.
"""
