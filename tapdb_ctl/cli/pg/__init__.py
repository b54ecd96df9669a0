"""`tapdb pg`: the embedded server of an environment, by hand."""
