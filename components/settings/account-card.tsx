"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { Card } from "@/components/ui/card.tsx";
import { KeyValues } from "@/components/ui/key-value.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { Skeleton } from "@/components/ui/skeleton.tsx";
import { api } from "@/lib/api-client.ts";
import { keys } from "@/lib/query-keys.ts";

/** Who is signed in, and to which version of the console. */
export function AccountCard() {
	const t = useTranslations("settings");
	const me = useQuery({ queryKey: keys.me, queryFn: ({ signal }) => api.me(signal) });
	return (
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
	);
}
