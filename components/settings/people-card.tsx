"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Badge } from "@/components/ui/badge.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import { toast } from "@/components/ui/toast.ts";
import { api } from "@/lib/api-client.ts";
import type { PersonView } from "@/lib/contracts/person.ts";
import { keys } from "@/lib/query-keys.ts";
import { AddPerson } from "./add-person.tsx";
import { type GivenPassword, GivenPasswordDialog } from "./given-password.tsx";

/** Who may sign in; added, removed and given a new password here. Oneself is changed under one's own account. */
export function PeopleCard() {
	const t = useTranslations("settings");
	const queries = useQueryClient();
	const [adding, setAdding] = useState(false);
	const [removing, setRemoving] = useState<PersonView | null>(null);
	const [resetting, setResetting] = useState<PersonView | null>(null);
	const [given, setGiven] = useState<GivenPassword | null>(null);
	const me = useQuery({ queryKey: keys.me, queryFn: ({ signal }) => api.me(signal) });
	const ownEmail = me.data?.user.email;
	const people = useQuery({ queryKey: keys.people.all, queryFn: ({ signal }) => api.people(signal) });
	const readAgain = () => queries.invalidateQueries({ queryKey: keys.people.all });
	const remove = useMutation({
		mutationFn: (person: PersonView) => api.removePerson(person.id),
		onSuccess: async (_, person) => {
			setRemoving(null);
			toast.success(t("people.removed", { name: person.name }));
			await readAgain();
		},
	});
	const reset = useMutation({
		mutationFn: (person: PersonView) => api.resetPassword(person.id),
		onSuccess: async ({ password }, { email }) => {
			setResetting(null);
			setGiven({ email, password });
			await readAgain();
		},
	});
	return (
		<Card
			flush
			title={t("people.title")}
			description={t("people.text")}
			actions={
				<Button size="sm" onClick={() => setAdding(true)}>
					<UserPlus aria-hidden="true" />
					{t("people.add")}
				</Button>
			}
		>
			{people.error ? (
				<div className="p-4">
					<ProblemAlert error={people.error} onRetry={() => void people.refetch()} />
				</div>
			) : people.isPending ? (
				<div aria-busy="true">
					<SkeletonLines className="p-4" />
				</div>
			) : (
				<Table aria-label={t("people.title")}>
					<THead>
						<Tr>
							<Th>{t("name")}</Th>
							<Th>{t("email")}</Th>
							<Th>{t("people.signedIn")}</Th>
							<Th>{t("people.sessions")}</Th>
							<Th>{t("people.added")}</Th>
							<Th>
								<span className="sr-only">{t("people.actions")}</span>
							</Th>
						</Tr>
					</THead>
					<TBody>
						{people.data.map((person) => {
							const own = person.email === ownEmail;
							return (
								<Tr key={person.id} data-person={person.email}>
									<Td className="font-medium">
										{person.name} {own ? <Badge tone="info">{t("people.you")}</Badge> : null}
										{person.givenPassword ? <Badge tone="warning">{t("people.given")}</Badge> : null}
									</Td>
									<Td className="break-all">{person.email}</Td>
									<Td className="whitespace-nowrap">{person.signedInAt ? <RelativeTime at={person.signedInAt} /> : t("people.never")}</Td>
									<Td>{person.sessions}</Td>
									<Td className="whitespace-nowrap">
										<RelativeTime at={person.createdAt} />
									</Td>
									<Td className="text-right">
										{own || ownEmail === undefined ? null : (
											<span className="inline-flex flex-wrap justify-end gap-1.5">
												<Button size="sm" aria-label={t("people.resetOne", { name: person.name })} onClick={() => setResetting(person)}>
													{t("people.reset")}
												</Button>
												<Button size="sm" aria-label={t("people.removeOne", { name: person.name })} onClick={() => setRemoving(person)}>
													{t("people.remove")}
												</Button>
											</span>
										)}
									</Td>
								</Tr>
							);
						})}
					</TBody>
				</Table>
			)}
			<AddPerson open={adding} onOpenChange={setAdding} onAdded={setGiven} />
			<GivenPasswordDialog given={given} onClose={() => setGiven(null)} />
			<AlertDialog
				open={resetting !== null}
				onOpenChange={(open) => !open && setResetting(null)}
				title={t("people.resetTitle", { name: resetting?.name ?? "" })}
				description={t("people.resetText", { sessions: resetting?.sessions ?? 0 })}
				confirmLabel={t("people.reset")}
				busy={reset.isPending}
				onConfirm={() => resetting && reset.mutate(resetting)}
			>
				<ProblemAlert error={reset.error} />
			</AlertDialog>
			<AlertDialog
				open={removing !== null}
				onOpenChange={(open) => !open && setRemoving(null)}
				title={t("people.removeTitle", { name: removing?.name ?? "" })}
				description={t("people.removeText", { email: removing?.email ?? "" })}
				confirmLabel={t("people.remove")}
				busy={remove.isPending}
				onConfirm={() => removing && remove.mutate(removing)}
			>
				<ProblemAlert error={remove.error} />
			</AlertDialog>
		</Card>
	);
}
