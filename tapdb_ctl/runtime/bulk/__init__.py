"""Many rows at once: a constant number of statements a batch, all or nothing.

Everything runs in a savepoint of the caller's transaction: what raises leaves nothing behind, and the transaction goes
on. The tables do the rest, as for single rows: EUIDs, audit, edges that follow their instances, no cycles.
"""
