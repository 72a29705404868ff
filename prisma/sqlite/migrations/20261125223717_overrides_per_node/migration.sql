-- By hand: rebuilding a table that holds every plan would take long, and a JSON default that is not quoted reads as an empty text.
ALTER TABLE "Run" ADD COLUMN "overrides" JSONB NOT NULL DEFAULT '[]';
ALTER TABLE "Run" ADD COLUMN "withoutApi" BOOLEAN NOT NULL DEFAULT false;
-- Until now the word was given for all nodes of a migration.
UPDATE "Run" SET "withoutApi" = true WHERE "migrationId" IN (SELECT "id" FROM "Migration" WHERE "withoutApi" = true);
