-- CreateTable
CREATE TABLE "RuntimeCount" (
    "clusterId" TEXT NOT NULL,
    "at" DATETIME NOT NULL,
    "docker" INTEGER NOT NULL,
    "containerd" INTEGER NOT NULL,
    "other" INTEGER NOT NULL,

    PRIMARY KEY ("clusterId", "at"),
    CONSTRAINT "RuntimeCount_clusterId_fkey" FOREIGN KEY ("clusterId") REFERENCES "Cluster" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
