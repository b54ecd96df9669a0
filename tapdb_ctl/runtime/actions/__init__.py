"""Actions: what people do to instances, limited, counted, recorded, and undone as a whole when they fail."""
