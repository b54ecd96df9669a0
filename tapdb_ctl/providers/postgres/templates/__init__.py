"""Templates: compared by a digest of their live content, written in sets."""
