-- AlterTable
ALTER TABLE "Cluster" ADD COLUMN "apiOrigins" JSONB;
