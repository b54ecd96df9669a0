"""The command line: commands parse and hand over; `wiring` is the only composition root."""
