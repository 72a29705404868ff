import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ReportPage } from "@/components/migrations/report/report-page.tsx";

export async function generateMetadata(): Promise<Metadata> {
	return { title: (await getTranslations("report"))("title") };
}

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
	return <ReportPage migrationId={(await params).id} />;
}
