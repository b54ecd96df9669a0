"""What every test may use."""

pytest_plugins = ["pg_servers", "tapdb_worlds", "runtime_worlds", "laboratory", "sabotages"]
