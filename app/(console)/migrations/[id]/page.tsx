import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { MigrationPage } from "@/components/migrations/migration-page.tsx";

export async function generateMetadata(): Promise<Metadata> {
	return { title: (await getTranslations("migration"))("one") };
}

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
	return <MigrationPage migrationId={(await params).id} />;
}
