-- AlterTable
ALTER TABLE "Migration" ADD COLUMN "gates" JSONB;
