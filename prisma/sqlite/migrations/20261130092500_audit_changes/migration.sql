-- AlterTable
ALTER TABLE "AuditEvent" ADD COLUMN "changes" JSONB;
