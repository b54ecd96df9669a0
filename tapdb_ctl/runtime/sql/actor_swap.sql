-- Whom the audit names from now on in this transaction; who it was before.
WITH before AS MATERIALIZED (SELECT current_setting('session.current_username', true) AS actor)
SELECT before.actor, set_config('session.current_username', coalesce(CAST(:actor AS text), ''), true) FROM before
