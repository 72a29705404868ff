import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ComparisonPage } from "@/components/history/comparison/comparison-page.tsx";

export async function generateMetadata(): Promise<Metadata> {
	return { title: (await getTranslations("history"))("compareTitle") };
}

export default async function Page({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
	const { one, other } = await searchParams;
	const id = (value: typeof one) => (typeof value === "string" ? value : "");
	return <ComparisonPage one={id(one)} other={id(other)} />;
}
