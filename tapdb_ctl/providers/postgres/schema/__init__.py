"""The managed schema as a whole: built once from schema/, its version and environment guarded."""
