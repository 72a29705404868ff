-- AlterTable
ALTER TABLE "MigrationDraft" ADD COLUMN "revision" TEXT NOT NULL DEFAULT '';
