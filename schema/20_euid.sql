-- Meridian EUIDs: PREFIX-BODYCHECK, where BODY is a positive integer in Crockford's base 32 and CHECK a Luhn
-- character modulo 32 over PREFIX and BODY. tapdb_ctl/euid.py computes the same; the tests compare them.
--
-- Everything here is immutable, and independent of search_path: PL/pgSQL uses only pg_catalog, and calls between
-- our functions stand in bodies that PostgreSQL resolves when it creates them. It also merges such a body into the
-- statement that calls it, unless that would evaluate a costly argument twice: bulk inserts pass plain values.

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
    digit integer;
BEGIN
    FOR place IN 1..length(val) LOOP
        digit := strpos('0123456789ABCDEFGHJKMNPQRSTVWXYZ', substr(val, place, 1)) - 1;
        IF digit < 0 OR total >> 58 > 0 THEN
            RAISE EXCEPTION 'not a number of 63 bits in base 32: "%"', val
            USING ERRCODE = 'invalid_text_representation';
        END IF;
        total := total << 5 | digit;
    END LOOP;
    RETURN total;
END $$;
COMMENT ON FUNCTION crockford_base32_decode(text) IS 'The number that base 32 digits stand for; none stand for 0';

-- From the right, every second digit counts double, and what exceeds five bits of a double is carried to its end.
-- A digit has five bits, so digits that count alike begin ten bits apart; and as a decimal number modulo 9 is that
-- of the sum of its digits, a number modulo 1023 is the sum of its groups of ten bits.
CREATE FUNCTION meridian_luhn(digits bigint) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    (digits & x'707C1F07C1F07C1F'::bigint) % 1023 * 2
    + (digits >> 4 & x'1004010040100401'::bigint) % 1023
    + (digits >> 5 & x'707C1F07C1F07C1F'::bigint) % 1023
)::integer;
COMMENT ON FUNCTION meridian_luhn(bigint) IS 'What the base 32 digits of a number add to a Luhn sum modulo 32';

-- The prefix stands one digit further left when the body has an odd number of digits: when its first one is among
-- those that count double, which then exceed the others.
CREATE FUNCTION meridian_seal(prefix text, prefix_digits bigint, number bigint) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN prefix || '-' || crockford_base32_encode(number) || substr(
    '0ZYXWVTSRQPNMKJHGFEDCBA987654321',
    (
        meridian_luhn(number)
        + meridian_luhn(prefix_digits << 5 * (
            (number & x'707C1F07C1F07C1F'::bigint) > (number & ~x'707C1F07C1F07C1F'::bigint)
        )::integer)
    ) % 32 + 1,
    1
);
COMMENT ON FUNCTION meridian_seal(text, bigint, bigint)
IS 'The EUID of a prefix, given also as the number it is in base 32, and a number';

CREATE FUNCTION meridian_generate_euid(prefix text, seq_val bigint) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN meridian_seal(prefix, crockford_base32_decode(prefix), seq_val);
COMMENT ON FUNCTION meridian_generate_euid(text, bigint)
IS 'The EUID of a prefix and a number: (CX, 1000) gives CX-Z8A';

-- Prefix and body together may exceed 63 bits; an even number of digits at the end is summed apart.
CREATE FUNCTION meridian_luhn_mod32_check(payload text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN substr(
    '0ZYXWVTSRQPNMKJHGFEDCBA987654321',
    (
        meridian_luhn(crockford_base32_decode(left(payload, -12)))
        + meridian_luhn(crockford_base32_decode(right(payload, 12)))
    ) % 32 + 1,
    1
);
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
