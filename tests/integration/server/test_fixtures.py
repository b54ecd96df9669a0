"""The servers that other tests rely on are what they claim to be."""

from collections.abc import Callable
from contextlib import closing

import psycopg2

from pg_servers import Server


def test_server_has_the_major_version_and_an_empty_utf8_database(
    server: Server, fresh_database: Callable[[Server], str]
) -> None:
    with closing(psycopg2.connect(server.dsn(fresh_database(server)))) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_encoding'),"
            " datcollate, current_setting('data_checksums'), (SELECT count(*) FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace) FROM pg_database WHERE datname = current_database()"
        )
        assert cursor.fetchone() == (server.major, "UTF8", "C", "on", 0)
