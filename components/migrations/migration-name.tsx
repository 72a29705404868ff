import Link from "next/link";
import { useTranslations } from "next-intl";
import type { MigrationView } from "@/lib/contracts/run.ts";

/** A migration in a table's first cell: what it is, leading to its page, and on a phone what tells it from others. */
export function MigrationName({ migration }: { migration: MigrationView }) {
	const t = useTranslations("migration");
	return (
		<>
			<Link href={`/migrations/${migration.id}`} className="font-semibold text-info hover:underline">
				{t(migration.direction === "migrate" ? "oneMigrate" : "oneRollback")}
			</Link>
			<span className="block text-muted-foreground text-xs sm:hidden">
				{[migration.clusterName, migration.ticket].filter(Boolean).join(" · ")}
			</span>
		</>
	);
}
