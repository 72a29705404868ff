"use client";

import { useQuery } from "@tanstack/react-query";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { Select } from "@/components/ui/select.tsx";
import { api } from "@/lib/api-client.ts";
import { keys } from "@/lib/query-keys.ts";

const ALL = "all";

/** Which cluster lists are about. It is in the address (`?cluster=`), so that a link shows others the same. */
export function ClusterScope() {
	const t = useTranslations("shell");
	const router = useRouter();
	const path = usePathname();
	const parameters = useSearchParams();
	const { data: clusters = [] } = useQuery({ queryKey: keys.clusters.list(), queryFn: ({ signal }) => api.clusters(signal) });
	if (clusters.length === 0) return null;
	const scoped = ["/", "/nodes", "/migrations", "/history"].includes(path);
	if (!scoped) return null;
	const chosen = parameters.get("cluster");
	const known = clusters.some((cluster) => cluster.id === chosen);
	return (
		<Select
			aria-label={t("scope")}
			className="max-w-56"
			options={[{ value: ALL, label: t("allClusters") }, ...clusters.map((cluster) => ({ value: cluster.id, label: cluster.name }))]}
			value={known ? chosen : ALL}
			onValueChange={(value) => {
				const next = new URLSearchParams(parameters);
				if (value === ALL) next.delete("cluster");
				else next.set("cluster", value);
				const query = next.toString();
				router.replace(query ? `${path}?${query}` : path);
			}}
		/>
	);
}
