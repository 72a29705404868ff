"use client";

import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { NodeList } from "./node-list.tsx";

export function NodesPage() {
	const t = useTranslations("nodes");
	const cluster = useSearchParams().get("cluster") ?? undefined;
	return (
		<>
			<PageHeader title={t("title")} description={t("description")} />
			<NodeList key={cluster ?? ""} clusterId={cluster} />
		</>
	);
}
