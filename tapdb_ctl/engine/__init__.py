"""One use case a file: planning, applying. Knows ports, never a provider, a file or a library."""
