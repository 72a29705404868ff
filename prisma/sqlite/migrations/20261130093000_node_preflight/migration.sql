-- AlterTable
ALTER TABLE "Node" ADD COLUMN "preflight" JSONB;
