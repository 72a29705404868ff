-- CreateTable
CREATE TABLE "MigrationDraft" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "userId" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "step" TEXT NOT NULL,
    "names" JSONB NOT NULL DEFAULT '{}',
    "migrationId" TEXT,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" DATETIME NOT NULL,
    CONSTRAINT "MigrationDraft_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "MigrationDraft_migrationId_fkey" FOREIGN KEY ("migrationId") REFERENCES "Migration" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

-- CreateIndex
CREATE INDEX "MigrationDraft_userId_updatedAt_idx" ON "MigrationDraft"("userId", "updatedAt");

-- CreateIndex
CREATE INDEX "MigrationDraft_migrationId_idx" ON "MigrationDraft"("migrationId");
