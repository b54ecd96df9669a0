SELECT false AS is_edge, uuid, euid, name, polymorphic_discriminator, bstatus, depth,
    CAST(NULL AS bigint) AS parent, CAST(NULL AS bigint) AS child
FROM node
UNION ALL
SELECT true, CAST(hop ->> 1 AS bigint), hop ->> 2, hop ->> 5, NULL, NULL, place,
    CAST(hop ->> 3 AS bigint), CAST(hop ->> 4 AS bigint)
FROM trail WHERE hop IS NOT NULL
ORDER BY is_edge, depth
