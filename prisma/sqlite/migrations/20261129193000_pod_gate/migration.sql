-- CreateTable
CREATE TABLE "PodGate" (
    "migrationId" TEXT NOT NULL PRIMARY KEY,
    "wave" TEXT NOT NULL,
    "current" JSONB NOT NULL,
    "previous" JSONB NOT NULL,
    "accepted" JSONB NOT NULL DEFAULT '[]',
    "blocked" JSONB NOT NULL DEFAULT '[]',
    "notedAt" DATETIME NOT NULL,
    CONSTRAINT "PodGate_migrationId_fkey" FOREIGN KEY ("migrationId") REFERENCES "Migration" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
