"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { ArchivesCard } from "@/components/archives/archives-card.tsx";
import { AcceptedKeys } from "@/components/host-keys/accepted-keys.tsx";
import { Card } from "@/components/ui/card.tsx";
import { KeyValues } from "@/components/ui/key-value.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { Skeleton } from "@/components/ui/skeleton.tsx";
import { api } from "@/lib/api-client.ts";
import { keys } from "@/lib/query-keys.ts";
import { AccountSecurity } from "./account-security.tsx";
import { AppearanceCard } from "./appearance-card.tsx";
import { PeopleCard } from "./people-card.tsx";

export function SettingsPage() {
	const t = useTranslations("settings");
	const me = useQuery({ queryKey: keys.me, queryFn: ({ signal }) => api.me(signal) });
	return (
		<>
			<PageHeader title={t("title")} description={t("description")} />
			<AppearanceCard />
			<ArchivesCard />
			<AcceptedKeys />
			<PeopleCard ownEmail={me.data?.user.email} />
			<Card title={t("account")}>
				<ProblemAlert error={me.error} onRetry={() => void me.refetch()} />
				{me.data ? (
					<KeyValues
						items={[
							{ name: t("name"), value: me.data.user.name },
							{ name: t("email"), value: me.data.user.email },
							{ name: t("version"), value: me.data.version },
						]}
					/>
				) : me.isPending ? (
					<Skeleton className="h-12" />
				) : null}
			</Card>
			<AccountSecurity />
		</>
	);
}
