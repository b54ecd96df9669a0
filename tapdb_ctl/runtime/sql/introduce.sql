-- Until the transaction ends; what is not given stays as it is.
SELECT set_config('session.current_username', coalesce(:actor, current_setting('session.current_username', true)), true),
       set_config('search_path', coalesce(:path, current_setting('search_path')), true),
       set_config('statement_timeout', coalesce(:limit, current_setting('statement_timeout')), true)
