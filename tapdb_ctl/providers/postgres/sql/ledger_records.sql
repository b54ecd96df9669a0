-- Headers, newest first; with `addresses` only of entries that changed one of them.
SELECT l.id, l.applied_at, l.environment, l.actor, l.tool_version, l.plan_digest, l.manifest_digest, l.summary::text,
       l.context::text, l.duration_ms
  FROM tapdb_ledger AS l
 WHERE (%(number)s::bigint IS NULL OR l.id = %(number)s)
   AND (%(addresses)s::text[] IS NULL OR l.id IN (
           SELECT c.ledger_id
             FROM tapdb_ledger_change AS c
            WHERE c.address = ANY (%(addresses)s) OR c.previous_address = ANY (%(addresses)s)))
 ORDER BY l.id DESC
 LIMIT %(limit)s
