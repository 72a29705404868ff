-- AlterTable
ALTER TABLE "Migration" ADD COLUMN "schedule" JSONB;
ALTER TABLE "Migration" ADD COLUMN "startAt" DATETIME;
