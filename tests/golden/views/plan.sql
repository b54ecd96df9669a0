-- tapdb 0.1.0, environment dev: 1 to import, 4 to add, 2 to change, 1 to destroy
-- live fingerprint e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
-- To read, or to run with `psql -f`. Run this way it neither compares the database with the plan nor proves the
-- result, and it writes no ledger entry and no ownership: tapdb will treat the templates as made by somebody else.
-- `tapdb apply` does all of that.
\set ON_ERROR_STOP on

-- phase: server

-- server.dev: initialise PostgreSQL 16
-- not SQL; tapdb calls server.initialise {"major": 16}

-- server.dev: start PostgreSQL 16
-- not SQL; tapdb calls server.start {}

-- phase: database

-- database.tapdb_dev: create database tapdb_dev
CREATE DATABASE "tapdb_dev" ENCODING 'UTF8' TEMPLATE template0;
\connect "tapdb_dev"

-- phase: transaction
BEGIN;
SET LOCAL search_path = "my ""schema""", pg_temp;
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL standard_conforming_strings = on;
SET LOCAL client_min_messages = warning;

-- prefix.CX: create sequence cx_instance_seq
CREATE SEQUENCE IF NOT EXISTS "cx_instance_seq";

-- prefix.CX: start cx_instance_seq past what CX has used
SELECT setval('cx_instance_seq', u.used) FROM (SELECT max(euid_seq) AS used FROM generic_instance WHERE euid_prefix = 'CX') AS u, "cx_instance_seq" AS s WHERE NOT s.is_called AND s.last_value <= u.used;

-- template.container/tube/new/1.0: insert template container/tube/new/1.0
INSERT INTO generic_template (category, type, subtype, version, name, polymorphic_discriminator, instance_prefix, instance_polymorphic_identity, is_singleton, bstatus, json_addl, json_addl_schema, is_deleted) VALUES ('container', 'tube', 'new', '1.0', 'New ]0;owned tube
second line', 'container_template', 'CX', NULL, false::boolean, 'active', '{"properties": {"volume": 1}}'::jsonb, NULL::jsonb, false::boolean);

-- template.container/plate/p96/1.0: update template container/plate/p96/1.0
UPDATE generic_template AS t SET bstatus = v.new_bstatus, json_addl = v.new_json_addl FROM (VALUES ('container', 'plate', 'p96', '1.0', 'active', 'active 2', '{"properties": {"name": "Plate", "note": "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn old end", "wells": 96}, "action_imports": {}, "instantiation_layouts": [{"child_templates": ["content/well/w/1.0"]}]}'::jsonb, '{"properties": {"name": "Plate", "note": "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn new end", "wells": 384, "odd.key \u001b[31m": true}, "instantiation_layouts": [{"child_templates": ["content/well/w/2.0"]}]}'::jsonb)) AS v (category, type, subtype, version, old_bstatus, new_bstatus, old_json_addl, new_json_addl) WHERE t.category = v.category AND t.type = v.type AND t.subtype = v.subtype AND t.version = v.version AND t.bstatus IS NOT DISTINCT FROM v.old_bstatus AND nullif(t.json_addl, 'null') IS NOT DISTINCT FROM v.old_json_addl;

-- template.container/tube/old/1.0: update template container/tube/old/1.0
UPDATE generic_template AS t SET is_deleted = v.new_is_deleted FROM (VALUES ('container', 'tube', 'old', '1.0', true::boolean, false::boolean)) AS v (category, type, subtype, version, old_is_deleted, new_is_deleted) WHERE t.category = v.category AND t.type = v.type AND t.subtype = v.subtype AND t.version = v.version AND t.is_deleted IS NOT DISTINCT FROM v.old_is_deleted;

-- template.container/tube/gone/1.0: retire template container/tube/gone/1.0
UPDATE generic_template AS t SET is_deleted = v.new_is_deleted FROM (VALUES ('container', 'tube', 'gone', '1.0', false::boolean, true::boolean)) AS v (category, type, subtype, version, old_is_deleted, new_is_deleted) WHERE t.category = v.category AND t.type = v.type AND t.subtype = v.subtype AND t.version = v.version AND t.is_deleted IS NOT DISTINCT FROM v.old_is_deleted;
COMMIT;
