"""Files to validated models to desired state. Knows no database and no AWS; reports every finding at once."""
