"""What every test may use."""

pytest_plugins = ["pg_servers"]
