-- CreateTable
CREATE TABLE "NodeFacts" (
    "nodeId" TEXT NOT NULL PRIMARY KEY,
    "facts" JSONB NOT NULL,
    CONSTRAINT "NodeFacts_nodeId_fkey" FOREIGN KEY ("nodeId") REFERENCES "Node" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- By hand: what was known of the nodes moves over. The column is dropped and the table not rebuilt, which would lose nothing either but
-- writes all of it once more.
INSERT INTO "NodeFacts" ("nodeId", "facts") SELECT "id", "facts" FROM "Node" WHERE "facts" IS NOT NULL;
ALTER TABLE "Node" DROP COLUMN "facts";
