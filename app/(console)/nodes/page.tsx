import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { preload } from "react-dom";
import { NodesPage } from "@/components/nodes/nodes-page.tsx";

export async function generateMetadata(): Promise<Metadata> {
	return { title: (await getTranslations("shell"))("nodes") };
}

export default async function Page({ searchParams }: PageProps<"/nodes">) {
	const { cluster } = await searchParams;
	// Asked for as soon as the page is there: the list is long, and its programs take as long to start as the server to read it.
	const query = typeof cluster === "string" ? `?${new URLSearchParams({ clusterId: cluster })}` : "";
	preload(`/api/v1/nodes${query}`, { as: "fetch", crossOrigin: "anonymous" });
	return <NodesPage />;
}
