import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { RunDetailPage } from "@/components/runs/run-detail-page.tsx";

export async function generateMetadata(): Promise<Metadata> {
	return { title: (await getTranslations("run"))("one") };
}

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
	return <RunDetailPage runId={(await params).id} />;
}
