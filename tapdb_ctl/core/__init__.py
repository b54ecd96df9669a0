"""The vocabulary of plans: pure values and functions, standard library only, no I/O."""
