import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { MigrationsPage } from "@/components/migrations/migrations-page.tsx";

export async function generateMetadata(): Promise<Metadata> {
	return { title: (await getTranslations("migration"))("title") };
}

export default function Page() {
	return <MigrationsPage />;
}
