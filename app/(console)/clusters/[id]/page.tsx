import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ClusterPage } from "@/components/clusters/cluster-page.tsx";

export async function generateMetadata(): Promise<Metadata> {
	return { title: (await getTranslations("clusters"))("one") };
}

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
	return <ClusterPage clusterId={(await params).id} />;
}
