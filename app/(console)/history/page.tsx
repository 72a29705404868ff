import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { HistoryPage } from "@/components/history/history-page.tsx";

export async function generateMetadata(): Promise<Metadata> {
	return { title: (await getTranslations("history"))("title") };
}

export default function Page() {
	return <HistoryPage />;
}
