-- Meridian EUIDs: PREFIX-BODYCHECK, where BODY is a positive integer in Crockford's base 32 and CHECK a Luhn
-- character modulo 32 over PREFIX and BODY. tapdb_ctl/euid.py computes the same; the tests compare them.
--
-- Everything here is immutable, and independent of search_path: PL/pgSQL uses only pg_catalog, and calls between
-- our functions stand in bodies that PostgreSQL resolves when it creates them.

CREATE FUNCTION crockford_base32_encode(val bigint) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    remaining bigint := val;
    digits text := '';
BEGIN
    IF val < 1 THEN
        RAISE EXCEPTION 'an EUID counts from 1, not %', val USING ERRCODE = 'numeric_value_out_of_range';
    END IF;
    WHILE remaining > 0 LOOP
        digits := substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (remaining & 31)::integer + 1, 1) || digits;
        remaining := remaining >> 5;
    END LOOP;
    RETURN digits;
END $$;
COMMENT ON FUNCTION crockford_base32_encode(bigint) IS 'A positive integer in base 32, without leading zeros';

CREATE FUNCTION crockford_base32_decode(val text) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    total bigint := 0;
BEGIN
    -- 13 digits, the first below 8, are all that a bigint holds.
    IF val !~ '^(?=[1-9A-HJ-KMNP-TV-Z])([0-7]?[0-9A-HJ-KMNP-TV-Z]{12}|[0-9A-HJ-KMNP-TV-Z]{1,11})$' THEN
        RAISE EXCEPTION 'not the body of an EUID: "%"', val USING ERRCODE = 'invalid_text_representation';
    END IF;
    FOR place IN 1..length(val) LOOP
        total := total << 5 | strpos('0123456789ABCDEFGHJKMNPQRSTVWXYZ', substr(val, place, 1)) - 1;
    END LOOP;
    RETURN total;
END $$;
COMMENT ON FUNCTION crockford_base32_decode(text) IS 'The positive integer that base 32 digits stand for';

-- Doubling a digit modulo 32 and adding its carry, as Luhn wants for every second digit from the right, permutes
-- the alphabet: the second string below holds each digit at the place of its double.
CREATE FUNCTION meridian_seal(prefix text, body text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    payload text := prefix || body;
    places integer := length(payload);
    total integer := 0;
    digit integer;
BEGIN
    FOR place IN 1..places LOOP
        digit := strpos(
            CASE (places - place) & 1
                WHEN 0 THEN '0G1H2J3K4M5N6P7Q8R9SATBVCWDXEYFZ'
                ELSE '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
            END,
            substr(payload, place, 1)
        );
        IF digit = 0 THEN
            RAISE EXCEPTION 'not in the alphabet of EUIDs: "%"', payload USING ERRCODE = 'invalid_text_representation';
        END IF;
        total := total + digit - 1;
    END LOOP;
    RETURN prefix || '-' || body || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (-total & 31) + 1, 1);
END $$;
COMMENT ON FUNCTION meridian_seal(text, text) IS 'An EUID from its prefix and body: both, and their check character';

CREATE FUNCTION meridian_generate_euid(prefix text, seq_val bigint) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN meridian_seal(prefix, crockford_base32_encode(seq_val));
COMMENT ON FUNCTION meridian_generate_euid(text, bigint)
IS 'The EUID of a prefix and a number: (CX, 1000) gives CX-Z8A';

CREATE FUNCTION meridian_luhn_mod32_check(payload text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN right(meridian_seal('', payload), 1);
COMMENT ON FUNCTION meridian_luhn_mod32_check(text) IS 'The check character of a prefix and body written together';

CREATE FUNCTION tapdb_validate_meridian_prefix(prefix text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    normal text := upper(btrim(prefix));
BEGIN
    IF normal !~ '^[A-HJ-KMNP-TV-Z]{2,3}$' THEN
        RAISE EXCEPTION 'not an EUID prefix: "%"', prefix
        USING ERRCODE = 'invalid_text_representation',
            HINT = 'A prefix has two or three letters, none of them I, L, O or U.';
    END IF;
    RETURN normal;
END $$;
COMMENT ON FUNCTION tapdb_validate_meridian_prefix(text) IS 'The prefix in capitals; an error when it is none';

CREATE FUNCTION meridian_euid_prefix(euid text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN tapdb_validate_meridian_prefix(split_part(euid, '-', 1));
COMMENT ON FUNCTION meridian_euid_prefix(text) IS 'The prefix of an EUID';

CREATE FUNCTION meridian_euid_seq_from_euid(euid text) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN crockford_base32_decode(left(split_part(euid, '-', 2), -1));
COMMENT ON FUNCTION meridian_euid_seq_from_euid(text) IS 'The number of an EUID; its check character is not looked at';
