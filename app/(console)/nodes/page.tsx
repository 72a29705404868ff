import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { NodesPage } from "@/components/nodes/nodes-page.tsx";

export async function generateMetadata(): Promise<Metadata> {
	return { title: (await getTranslations("shell"))("nodes") };
}

export default function Page() {
	return <NodesPage />;
}
