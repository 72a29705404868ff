"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { ArchivesCard } from "@/components/archives/archives-card.tsx";
import { AcceptedKeys } from "@/components/host-keys/accepted-keys.tsx";
import { TemplateList } from "@/components/templates/template-list.tsx";
import { Card } from "@/components/ui/card.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { AccountCard } from "./account-card.tsx";
import { AccountSecurity } from "./account-security.tsx";
import { AppearanceCard } from "./appearance-card.tsx";
import { ClustersCard } from "./clusters-card.tsx";
import { PeopleCard } from "./people-card.tsx";
import { useSectionInView } from "./section-in-view.ts";

/** All of it on one page; what a person came for is one press away, and its address can be handed on. */
export function SettingsPage() {
	const t = useTranslations("settings");
	const text = useTranslations();
	const sections: readonly { id: string; name: string; content: ReactNode }[] = [
		{ id: "appearance", name: t("appearance"), content: <AppearanceCard /> },
		{ id: "clusters", name: t("clusters.title"), content: <ClustersCard /> },
		{
			id: "templates",
			name: text("templates.title"),
			content: (
				<Card title={text("templates.title")} description={text("templates.text")}>
					<TemplateList />
				</Card>
			),
		},
		{ id: "archives", name: text("archives.title"), content: <ArchivesCard /> },
		{ id: "host-keys", name: text("hostKeys.acceptedTitle"), content: <AcceptedKeys /> },
		{ id: "people", name: t("people.title"), content: <PeopleCard /> },
		{ id: "account", name: t("account"), content: <AccountCard /> },
		{ id: "security", name: t("security"), content: <AccountSecurity /> },
	];
	const current = useSectionInView(sections.map(({ id }) => id));
	return (
		<>
			<PageHeader title={t("title")} description={t("description")} />
			<div className="grid gap-4 xl:grid-cols-[12.5rem_minmax(0,1fr)]">
				<nav aria-label={t("sections")} className="sticky top-12 z-10 overflow-x-auto bg-background py-1 xl:top-16 xl:self-start">
					<ul className="flex gap-1 whitespace-nowrap xl:flex-col">
						{sections.map(({ id, name }) => (
							<li key={id}>
								<a
									href={`#${id}`}
									aria-current={id === current ? "location" : undefined}
									className="block rounded-md px-2 py-1 text-muted-foreground text-sm hover:bg-accent hover:text-foreground aria-[current]:bg-accent aria-[current]:font-medium aria-[current]:text-foreground"
								>
									{name}
								</a>
							</li>
						))}
					</ul>
				</nav>
				<div className="flex min-w-0 flex-col gap-4">
					{sections.map(({ id, content }) => (
						<div key={id} id={id} className="scroll-mt-24 xl:scroll-mt-16">
							{content}
						</div>
					))}
				</div>
			</div>
		</>
	);
}
