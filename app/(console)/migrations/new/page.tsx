import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { NewMigration } from "@/components/migrations/new-migration.tsx";

export async function generateMetadata(): Promise<Metadata> {
	return { title: (await getTranslations("migration"))("new") };
}

export default function Page() {
	return <NewMigration />;
}
