-- What holds between instances and their edges: soft deletion follows an instance to its edges and back, and no edge
-- closes a cycle. docs/schema.md says what to expect, docs/decisions/0007 why no cycle can slip through.
--
-- All of it works on sets, a statement at a time. The functions of the triggers set path and planner for those that they
-- call, which nobody else may; to set them again would cost a tenth of a link. Walks along edges go by the indexes,
-- whatever the planner makes of sets whose size it cannot know.

-- Soft deletion

CREATE FUNCTION tapdb_delete_edges(instances bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    edges bigint[];
    causes bigint[];
BEGIN
    -- In order, so that two who delete both ends of several edges do not wait for each other.
    SELECT array_agg(uuid ORDER BY uuid), array_agg(cause ORDER BY uuid) INTO edges, causes FROM (
        SELECT edge.uuid, min(cause) AS cause FROM (
            SELECT uuid, parent_instance_uuid AS cause FROM generic_instance_lineage
            WHERE parent_instance_uuid = ANY (instances) AND NOT is_deleted
            UNION ALL
            SELECT uuid, child_instance_uuid FROM generic_instance_lineage
            WHERE child_instance_uuid = ANY (instances) AND NOT is_deleted
        ) AS edge GROUP BY edge.uuid
    ) AS taken;
    IF edges IS NULL THEN
        RETURN;
    END IF;
    WITH taken AS (
        UPDATE generic_instance_lineage AS edge SET is_deleted = true
        FROM unnest(edges, causes) AS found (uuid, cause)
        WHERE edge.uuid = found.uuid AND NOT edge.is_deleted
        RETURNING edge.uuid, found.cause
    )
    INSERT INTO tapdb_deleted_edge (lineage_uuid, instance_uuid) SELECT uuid, cause FROM taken
    ON CONFLICT (lineage_uuid) DO UPDATE SET instance_uuid = EXCLUDED.instance_uuid;
END $$;
COMMENT ON FUNCTION tapdb_delete_edges(bigint[])
IS 'Soft-deletes the live edges of instances, each marked with its cause';

-- An edge whose other end is deleted too goes on waiting, for that one. Of several that stand for one relationship
-- the newest comes back; none does beside one that was made meanwhile.
--
-- Whoever deletes or restores another end at this time must come wholly before or wholly after: sharing its lock sees
-- to that at READ COMMITTED, and the update that changes nothing makes a restore with an older snapshot fail.
CREATE FUNCTION tapdb_restore_edges(instances bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    marked bigint[];
    others bigint[];
    waiting bigint[];
    revived bigint[];
BEGIN
    SELECT array_agg(edge.uuid), array_agg(
        CASE mark.instance_uuid WHEN edge.parent_instance_uuid THEN edge.child_instance_uuid
            ELSE edge.parent_instance_uuid END
    ) INTO marked, others
    FROM tapdb_deleted_edge AS mark JOIN generic_instance_lineage AS edge ON edge.uuid = mark.lineage_uuid
    WHERE mark.instance_uuid = ANY (instances);
    IF marked IS NULL THEN
        RETURN;
    END IF;
    PERFORM FROM generic_instance WHERE uuid = ANY (others) ORDER BY uuid FOR SHARE;

    WITH handed_on AS (
        UPDATE tapdb_deleted_edge AS mark SET instance_uuid = other.uuid
        FROM unnest(marked, others) AS edge (uuid, other) JOIN generic_instance AS other ON other.uuid = edge.other
        WHERE mark.lineage_uuid = edge.uuid AND other.is_deleted
        RETURNING mark.instance_uuid
    )
    SELECT array_agg(instance_uuid) INTO waiting FROM handed_on;
    UPDATE generic_instance SET is_deleted = is_deleted WHERE uuid = ANY (waiting);

    WITH released AS (
        DELETE FROM tapdb_deleted_edge WHERE lineage_uuid = ANY (marked) AND instance_uuid = ANY (instances)
        RETURNING lineage_uuid
    ), newest AS (
        SELECT DISTINCT ON (parent_instance_uuid, child_instance_uuid, relationship_type) *
        FROM generic_instance_lineage JOIN released ON uuid = lineage_uuid
        ORDER BY parent_instance_uuid, child_instance_uuid, relationship_type, uuid DESC
    )
    SELECT array_agg(uuid) INTO revived FROM newest AS edge
    WHERE NOT EXISTS (
        SELECT FROM generic_instance_lineage AS live
        WHERE (live.parent_instance_uuid, live.child_instance_uuid, live.relationship_type)
            = (edge.parent_instance_uuid, edge.child_instance_uuid, edge.relationship_type) AND NOT live.is_deleted
    );
    UPDATE generic_instance_lineage SET is_deleted = false WHERE uuid = ANY (revived);
END $$;
COMMENT ON FUNCTION tapdb_restore_edges(bigint[]) IS 'Revives the edges that the deletion of these instances took';

CREATE FUNCTION tapdb_cascade() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off AS $$
DECLARE
    deleted bigint[] := array(
        SELECT uuid FROM new_rows WHERE is_deleted EXCEPT SELECT uuid FROM old_rows WHERE is_deleted
    );
    restored bigint[] := array(
        SELECT uuid FROM old_rows WHERE is_deleted EXCEPT SELECT uuid FROM new_rows WHERE is_deleted
    );
BEGIN
    IF cardinality(deleted) > 0 THEN
        PERFORM tapdb_delete_edges(deleted);
    END IF;
    IF cardinality(restored) > 0 THEN
        PERFORM tapdb_restore_edges(restored);
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION tapdb_cascade()
IS 'Takes the edges of deleted instances along, and brings back those of restored ones';

CREATE FUNCTION tapdb_forget_cause() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM tapdb_deleted_edge WHERE lineage_uuid = OLD.uuid;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
COMMENT ON FUNCTION tapdb_forget_cause() IS 'Leaves a deleted edge deleted for good when it is deleted itself';

-- Cycles

CREATE FUNCTION tapdb_leads_to(origin bigint, target bigint) RETURNS boolean
LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE
    patience integer := 100;
    seen integer;
    met boolean;
BEGIN
    -- Down from the origin and up from the target by turns, each a little farther than before: the cost is that of
    -- the smaller side, whichever it is.
    LOOP
        WITH RECURSIVE above (node) AS (
            SELECT target
            UNION
            SELECT edge.parent_instance_uuid FROM above JOIN generic_instance_lineage AS edge
                ON edge.child_instance_uuid = above.node AND NOT edge.is_deleted
        )
        SELECT count(*), bool_or(node = origin) INTO seen, met FROM (SELECT node FROM above LIMIT patience) AS near;
        EXIT WHEN met OR seen < patience;
        WITH RECURSIVE below (node) AS (
            SELECT origin
            UNION
            SELECT edge.child_instance_uuid FROM below JOIN generic_instance_lineage AS edge
                ON edge.parent_instance_uuid = below.node AND NOT edge.is_deleted
        )
        SELECT count(*), bool_or(node = target) INTO seen, met FROM (SELECT node FROM below LIMIT patience) AS near;
        EXIT WHEN met OR seen < patience;
        patience := patience * 10;
    END LOOP;
    RETURN met;
END $$;
COMMENT ON FUNCTION tapdb_leads_to(bigint, bigint) IS 'Whether live edges lead from one instance down to another';

CREATE FUNCTION tapdb_lead_one_way(edges bigint[]) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    patience bigint := 4 * cardinality(edges);
    nodes bigint[];
BEGIN
    WITH RECURSIVE below (node) AS (
        SELECT child_instance_uuid FROM generic_instance_lineage WHERE uuid = ANY (edges)
        UNION
        SELECT edge.child_instance_uuid FROM below JOIN generic_instance_lineage AS edge
            ON edge.parent_instance_uuid = below.node AND NOT edge.is_deleted
    )
    SELECT array_agg(node) INTO nodes FROM (SELECT node FROM below LIMIT patience) AS near;
    RETURN cardinality(nodes) < patience AND (
        SELECT bool_and(parent_instance_uuid < child_instance_uuid)
            OR bool_and(parent_instance_uuid > child_instance_uuid)
        FROM generic_instance_lineage WHERE parent_instance_uuid = ANY (nodes) AND NOT is_deleted
    );
END $$;
COMMENT ON FUNCTION tapdb_lead_one_way(bigint[])
IS 'Whether all edges below these lead to larger uuids, or all to smaller; also false when there are too many to tell';

-- Only an edge between others can close a cycle. On a cycle some edges lead to larger uuids and some to smaller: that
-- spares a statement that makes long chains, where most edges are between others, a long walk for each.
CREATE FUNCTION tapdb_refuse_cycles(edges bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    inner_edges bigint[] := array(
        SELECT uuid FROM generic_instance_lineage AS edge
        WHERE uuid = ANY (edges) AND NOT is_deleted AND EXISTS (
            SELECT FROM generic_instance_lineage AS below
            WHERE below.parent_instance_uuid = edge.child_instance_uuid AND NOT below.is_deleted
        ) AND EXISTS (
            SELECT FROM generic_instance_lineage AS above
            WHERE above.child_instance_uuid = edge.parent_instance_uuid AND NOT above.is_deleted
        )
    );
    closing record;
BEGIN
    IF cardinality(inner_edges) = 0
        OR cardinality(inner_edges) > greatest(100, cardinality(edges) / 2) AND tapdb_lead_one_way(inner_edges)
    THEN
        RETURN;
    END IF;
    SELECT parent.euid AS parent, child.euid AS child INTO closing
    FROM generic_instance_lineage AS edge
    JOIN generic_instance AS parent ON parent.uuid = edge.parent_instance_uuid
    JOIN generic_instance AS child ON child.uuid = edge.child_instance_uuid
    WHERE edge.uuid = ANY (inner_edges) AND tapdb_leads_to(edge.child_instance_uuid, edge.parent_instance_uuid)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'an edge from % to % would close a cycle', closing.parent, closing.child
        USING ERRCODE = 'check_violation', TABLE = 'generic_instance_lineage', CONSTRAINT = 'lineage_has_no_cycles',
            DETAIL = format('Live edges lead from %s to %s already.', closing.child, closing.parent);
    END IF;
END $$;
COMMENT ON FUNCTION tapdb_refuse_cycles(bigint[]) IS 'An error when one of these edges lies on a cycle of live edges';

-- What is visible and in progress is our own, be it of a subtransaction. Those come after their transaction, so the
-- distance from it completes 32 bits to 64.
CREATE FUNCTION tapdb_is_own(writer xid) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    own bigint := pg_current_xact_id()::text::bigint;
    since bigint := (writer::text::bigint - own) & 4294967295;
BEGIN
    RETURN since < 2147483648 AND pg_xact_status((own + since)::text::xid8) = 'in progress';
END $$;
COMMENT ON FUNCTION tapdb_is_own(xid)
IS 'Whether a visible row was written by this transaction or a subtransaction of it';

-- An edge needs no lock when its child was made by this transaction and has no edge to go on by, or its parent was
-- and has none to come from. A birth is proved by the row that the audit wrote: nobody can change or forge that, and
-- while its transaction is in progress only that transaction sees it. The date, which anybody may set, only spares
-- old instances the question.
CREATE FUNCTION tapdb_joinable_edges(edges bigint[]) RETURNS bigint[]
LANGUAGE plpgsql AS $$
BEGIN
    IF pg_catalog.pg_stat_get_xact_tuples_inserted('generic_instance'::regclass::oid) = 0 THEN
        RETURN edges;
    END IF;
    RETURN array(
        SELECT uuid FROM generic_instance_lineage AS edge
        WHERE uuid = ANY (edges) AND NOT EXISTS (
            SELECT FROM generic_instance AS child JOIN audit_log AS birth ON birth.rel_table_euid_fk = child.euid
            WHERE child.uuid = edge.child_instance_uuid AND child.created_dt = transaction_timestamp()
                AND birth.rel_table_name = 'generic_instance' AND birth.operation_type = 'INSERT'
                AND birth.changed_at >= transaction_timestamp() AND tapdb_is_own(birth.xmin)
                AND NOT EXISTS (
                    SELECT FROM generic_instance_lineage AS below
                    WHERE below.parent_instance_uuid = child.uuid AND NOT below.is_deleted
                )
        ) AND NOT EXISTS (
            SELECT FROM generic_instance AS parent JOIN audit_log AS birth ON birth.rel_table_euid_fk = parent.euid
            WHERE parent.uuid = edge.parent_instance_uuid AND parent.created_dt = transaction_timestamp()
                AND birth.rel_table_name = 'generic_instance' AND birth.operation_type = 'INSERT'
                AND birth.changed_at >= transaction_timestamp() AND tapdb_is_own(birth.xmin)
                AND NOT EXISTS (
                    SELECT FROM generic_instance_lineage AS above
                    WHERE above.child_instance_uuid = parent.uuid AND NOT above.is_deleted
                )
        )
    );
END $$;
COMMENT ON FUNCTION tapdb_joinable_edges(bigint[])
IS 'Those of the edges that edges of other transactions could join to a cycle';

CREATE FUNCTION tapdb_admit_edges(edges bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    joinable bigint[] := tapdb_joinable_edges(edges);
    passed bigint;
BEGIN
    IF cardinality(joinable) = 0 THEN
        RETURN;
    END IF;
    -- Before the search, so that whoever passes the guard after the search is noticed.
    SELECT g.passed INTO passed FROM tapdb_guard AS g;
    PERFORM tapdb_refuse_cycles(joinable);
    INSERT INTO tapdb_pending_edges (edges, guard, is_first)
    VALUES (joinable, coalesce(passed, 0), NOT EXISTS (SELECT FROM tapdb_pending_edges));
END $$;
COMMENT ON FUNCTION tapdb_admit_edges(bigint[])
IS 'Refuses edges that close a cycle; those that could do so together with edges unseen are left for the commit';

CREATE FUNCTION tapdb_check_edges() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    edges bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(uuid) INTO edges FROM new_rows WHERE NOT is_deleted;
    ELSE
        SELECT array_agg(uuid) INTO edges FROM (
            SELECT uuid, parent_instance_uuid, child_instance_uuid FROM new_rows WHERE NOT is_deleted
            EXCEPT
            SELECT uuid, parent_instance_uuid, child_instance_uuid FROM old_rows WHERE NOT is_deleted
        ) AS fresh;
    END IF;
    IF edges IS NOT NULL THEN
        PERFORM tapdb_admit_edges(edges);
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION tapdb_check_edges() IS 'Looks at the edges that a statement has made live, or leads elsewhere now';

CREATE FUNCTION tapdb_confirm_edges() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    pending bigint[];
    before bigint;
    after bigint;
BEGIN
    WITH taken AS (DELETE FROM tapdb_pending_edges RETURNING edges, guard)
    SELECT array_agg(edge), min(guard) INTO pending, before FROM taken, unnest(edges) AS edge;
    INSERT INTO tapdb_guard AS guard (passed) VALUES (1)
    ON CONFLICT (one) DO UPDATE SET passed = guard.passed + 1 RETURNING passed INTO after;
    IF after > before + 1 THEN
        PERFORM tapdb_refuse_cycles(pending);
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION tapdb_confirm_edges()
IS 'At commit, one transaction at a time: searches again where others have passed since';

-- Triggers fire without EXECUTE on their functions, and those act as the owner, who may call the others.
REVOKE EXECUTE ON FUNCTION
    tapdb_delete_edges(bigint[]), tapdb_restore_edges(bigint[]), tapdb_cascade(), tapdb_forget_cause(),
    tapdb_leads_to(bigint, bigint), tapdb_lead_one_way(bigint[]), tapdb_refuse_cycles(bigint[]),
    tapdb_joinable_edges(bigint[]), tapdb_admit_edges(bigint[]), tapdb_check_edges(), tapdb_confirm_edges()
FROM PUBLIC;
