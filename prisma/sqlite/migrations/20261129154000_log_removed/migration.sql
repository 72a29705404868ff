-- AlterTable
ALTER TABLE "Run" ADD COLUMN "logRemovedAt" DATETIME;
