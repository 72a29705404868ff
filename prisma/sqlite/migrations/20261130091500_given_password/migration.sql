-- AlterTable
ALTER TABLE "User" ADD COLUMN "givenPassword" BOOLEAN NOT NULL DEFAULT false;
