-- DropIndex
DROP INDEX "CrictlArchive_architecture_key";

-- CreateIndex
CREATE UNIQUE INDEX "CrictlArchive_architecture_version_key" ON "CrictlArchive"("architecture", "version");
