"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { Copyable } from "@/components/ui/copyable.tsx";
import { KeyValues } from "@/components/ui/key-value.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { toast } from "@/components/ui/toast.ts";
import { api } from "@/lib/api-client.ts";
import type { CredentialView } from "@/lib/contracts/credential.ts";
import { keys } from "@/lib/query-keys.ts";
import { CredentialForm } from "./credential-form.tsx";

interface CredentialCardProps {
	owner: { kind: "clusters" | "nodes"; id: string };
	title: string;
	description: string;
	/** What is said where none is set. */
	none: string;
}

const PRIVILEGE = { root: "privilegeRoot", sudo: "privilegeSudo", "sudo-password": "privilegeSudoPassword" } as const;

/** The SSH credential of a cluster, or of one node in its place. Secrets are never shown. */
export function CredentialCard({ owner, title, description, none }: CredentialCardProps) {
	const t = useTranslations("clusters");
	const tUi = useTranslations("ui");
	const queries = useQueryClient();
	const [editing, setEditing] = useState(false);
	const [removing, setRemoving] = useState(false);
	const editButton = useRef<HTMLButtonElement>(null);
	const wasEditing = useRef(false);
	useEffect(() => {
		// The form takes the button's place and the focus with it; both are given back.
		if (!editing && wasEditing.current) editButton.current?.focus();
		wasEditing.current = editing;
	}, [editing]);
	const queryKey = owner.kind === "clusters" ? keys.clusters.credential(owner.id) : keys.nodes.credential(owner.id);
	const credential = useQuery({ queryKey, queryFn: ({ signal }) => api.credential(owner, signal) });
	const readAgain = () =>
		Promise.all([
			queries.invalidateQueries({ queryKey }),
			queries.invalidateQueries({ queryKey: keys.clusters.all }),
			queries.invalidateQueries({ queryKey: keys.nodes.all }),
		]);
	const remove = useMutation({
		mutationFn: () => api.removeCredential(owner),
		onSuccess: async () => {
			setRemoving(false);
			await readAgain();
		},
	});

	const stored = credential.data ?? null;
	return (
		<Card
			title={title}
			description={description}
			actions={
				editing || credential.isPending ? null : (
					<>
						{stored ? (
							<Button size="sm" onClick={() => setRemoving(true)}>
								{t("credentialRemove")}
							</Button>
						) : null}
						<Button ref={editButton} size="sm" variant={stored ? "outline" : "primary"} onClick={() => setEditing(true)}>
							{stored ? tUi("edit") : t("credentialAdd")}
						</Button>
					</>
				)
			}
		>
			<ProblemAlert error={credential.error} onRetry={() => void credential.refetch()} />
			{editing ? (
				<CredentialForm
					owner={owner}
					stored={stored}
					onCancel={() => setEditing(false)}
					onSaved={async () => {
						await readAgain();
						setEditing(false);
						toast.success(t("credentialSaved"));
					}}
				/>
			) : credential.isPending ? (
				<SkeletonLines lines={3} />
			) : stored ? (
				<StoredCredential stored={stored} />
			) : credential.isSuccess ? (
				<p className="text-muted-foreground text-sm">{none}</p>
			) : null}
			<AlertDialog
				open={removing}
				onOpenChange={setRemoving}
				title={t("credentialRemoveTitle")}
				description={t("credentialRemoveDescription")}
				confirmLabel={t("credentialRemove")}
				onConfirm={() => remove.mutate()}
				busy={remove.isPending}
			>
				<ProblemAlert error={remove.error} />
			</AlertDialog>
		</Card>
	);
}

function StoredCredential({ stored }: { stored: CredentialView }) {
	const t = useTranslations("clusters");
	const { auth, jump } = stored;
	return (
		<KeyValues
			items={[
				{ name: t("sshUser"), value: <code className="font-mono">{stored.user}</code> },
				{ name: t("sshPort"), value: stored.port },
				{
					name: t("sshAuth"),
					value:
						auth.kind === "password" ? (
							t("authPassword")
						) : (
							<>
								{t("authKey")} {auth.keyType ?? ""} {auth.fingerprint ? <Copyable text={auth.fingerprint} /> : null}
								{auth.hasPassphrase ? ` · ${t("withPassphrase")}` : ""}
							</>
						),
				},
				{ name: t("privilege"), value: t(PRIVILEGE[stored.privilege]) },
				{ name: t("jump"), value: jump ? <code className="font-mono">{`${jump.user}@${jump.address}:${jump.port}`}</code> : t("jumpNone") },
				{ name: t("updated"), value: <RelativeTime at={stored.updatedAt} /> },
			]}
		/>
	);
}
