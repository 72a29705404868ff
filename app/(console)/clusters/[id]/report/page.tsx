import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ClusterReport } from "@/components/clusters/cluster-report.tsx";

export async function generateMetadata(): Promise<Metadata> {
	return { title: (await getTranslations("clusters"))("report") };
}

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
	return <ClusterReport clusterId={(await params).id} />;
}
