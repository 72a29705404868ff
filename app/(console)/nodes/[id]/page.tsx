import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { NodePage } from "@/components/nodes/node-page.tsx";

export async function generateMetadata(): Promise<Metadata> {
	return { title: (await getTranslations("nodes"))("one") };
}

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
	return <NodePage nodeId={(await params).id} />;
}
