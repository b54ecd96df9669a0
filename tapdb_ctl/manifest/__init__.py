"""Files to validated models to desired state. Knows no database and no AWS; reports every finding at once.

The way of a file: `discovery` finds it, `reading` turns bytes into documents of JSON values, `extending` and
`variables` complete an Environment, the pydantic models in `models/` give it a shape, `checks/` judge what a shape
cannot say, `compiling` makes the desired state, and `positions` says where in the file a finding is, which costs
nothing until there is one.
"""
