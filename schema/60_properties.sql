-- What stands at a path of a JSON document, by type: the expressions of the indexes that templates declare, and of the
-- queries that are to use them. tapdb_ctl/properties.py writes the calls.
--
-- A value of another type, or one that is longer than 2,000 bytes as text, is NULL and never an error: no index decides
-- what an application may store, and an entry of a B-tree holds about 2,700 bytes.
--
-- What one of these returns stands in indexes for good. One that is to return something else needs another name.

CREATE FUNCTION tapdb_property_text(document jsonb, path text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN jsonb_typeof(document #> path) = 'string' AND octet_length(document #>> path) <= 2000 THEN document #>> path
END;
COMMENT ON FUNCTION tapdb_property_text(jsonb, text[]) IS 'The string at a path';

CREATE FUNCTION tapdb_property_numeric(document jsonb, path text[]) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN jsonb_typeof(document #> path) = 'number' AND octet_length(document #>> path) <= 2000
    THEN (document #> path)::numeric
END;
COMMENT ON FUNCTION tapdb_property_numeric(jsonb, text[]) IS 'The number at a path';

CREATE FUNCTION tapdb_property_boolean(document jsonb, path text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN jsonb_typeof(document #> path) = 'boolean' THEN (document #> path)::boolean END;
COMMENT ON FUNCTION tapdb_property_boolean(jsonb, text[]) IS 'The boolean at a path';

-- The cast alone is not immutable: it reads settings. It does not once year, month and day stand in this order and an
-- offset is given, which PostgreSQL wants below 16 hours. It fails for days that a month does not have and for the
-- year 0. The pattern captures nothing: that takes eight times as long.
CREATE FUNCTION tapdb_property_timestamptz(document jsonb, path text[]) RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    written text := CASE WHEN jsonb_typeof(document #> path) = 'string' THEN document #>> path END;
    year integer;
    month integer;
BEGIN
    IF written !~ (
        '^[0-9]{4}-(0[1-9]|1[0-2])-[0-9]{2}'
        '([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?(Z|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)?)?$'
    ) THEN
        RETURN NULL;
    END IF;
    year := left(written, 4);
    month := substr(written, 6, 2);
    IF year = 0 OR month <> extract(month FROM make_date(year, month, 1) + substr(written, 9, 2)::integer - 1) THEN
        RETURN NULL;
    END IF;
    RETURN written || CASE
        WHEN length(written) = 10 THEN ' 00:00Z'
        WHEN substr(written, 17) ~ '[Z+-]' THEN ''
        ELSE 'Z'
    END;
END $$;
COMMENT ON FUNCTION tapdb_property_timestamptz(jsonb, text[])
IS 'The time that a string of ISO 8601 at a path means, in UTC where it gives no offset';
