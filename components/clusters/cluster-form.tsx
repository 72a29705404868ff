"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field } from "@/components/ui/field.tsx";
import { FileButton } from "@/components/ui/file-button.tsx";
import { Input, Textarea } from "@/components/ui/input.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { RadioGroup } from "@/components/ui/radio.tsx";
import { toast } from "@/components/ui/toast.ts";
import { api } from "@/lib/api-client.ts";
import type { ClusterView } from "@/lib/contracts/cluster.ts";
import { keys } from "@/lib/query-keys.ts";

const MOST_BYTES = 1_000_000;

interface ClusterFormProps {
	/** Absent: a new one. */
	cluster?: ClusterView;
	open: boolean;
	onOpenChange: (open: boolean) => void;
	onSaved?: (clusterId: string) => void;
}

/** Adds or changes a cluster. Its access is tested before it is saved, and a failure named. */
export function ClusterForm(props: ClusterFormProps) {
	const t = useTranslations("clusters");
	return (
		<Dialog
			open={props.open}
			onOpenChange={props.onOpenChange}
			title={props.cluster ? t("editTitle", { name: props.cluster.name }) : t("addTitle")}
			description={props.cluster ? undefined : t("addDescription")}
			dismissible={false}
		>
			<ClusterFields key={props.cluster?.id ?? "new"} {...props} />
		</Dialog>
	);
}

function ClusterFields({ cluster, onOpenChange, onSaved }: ClusterFormProps) {
	const t = useTranslations("clusters");
	const tUi = useTranslations("ui");
	const queries = useQueryClient();
	const formId = useId();
	const [name, setName] = useState(cluster?.name ?? "");
	const [access, setAccess] = useState<"api" | "none">(cluster && !cluster.hasApi ? "none" : "api");
	const [kubeconfig, setKubeconfig] = useState("");
	const [context, setContext] = useState("");
	const [serverOverride, setServerOverride] = useState(cluster?.serverOverride ?? "");
	const [tlsServerName, setTlsServerName] = useState(cluster?.tlsServerName ?? "");
	const [fileError, setFileError] = useState<string | null>(null);

	const kept = cluster?.hasApi === true && kubeconfig.trim() === "";
	const input = () => ({
		name: name.trim(),
		kubeconfig: access === "none" ? null : kubeconfig,
		...(context.trim() === "" ? {} : { context: context.trim() }),
		serverOverride: access === "none" ? null : serverOverride.trim() || null,
		tlsServerName: access === "none" ? null : tlsServerName.trim() || null,
	});

	const test = useMutation({ mutationFn: () => api.testCluster({ ...input(), name: name.trim() || "test" }) });
	const save = useMutation({
		mutationFn: async () => {
			if (!cluster) return (await api.createCluster(input())).id;
			const { kubeconfig: given, ...rest } = input();
			await api.updateCluster(cluster.id, access === "api" && kept ? rest : { ...rest, kubeconfig: given });
			return cluster.id;
		},
		onSuccess: async (id) => {
			await Promise.all([
				queries.invalidateQueries({ queryKey: keys.clusters.all }),
				queries.invalidateQueries({ queryKey: keys.nodes.all }),
			]);
			toast.success(t("saved", { name: name.trim() }));
			onOpenChange(false);
			onSaved?.(id);
		},
	});
	const incomplete = name.trim() === "" || (access === "api" && kubeconfig.trim() === "" && !kept);

	function submit(event: FormEvent) {
		event.preventDefault();
		if (!incomplete) save.mutate();
	}

	async function readFile(file: File) {
		setFileError(null);
		if (file.size > MOST_BYTES) return setFileError(tUi("fileTooLarge", { limit: "1 MB" }));
		setKubeconfig(await file.text());
		test.reset();
	}

	return (
		<form id={formId} onSubmit={submit} className="flex flex-col gap-4">
			<Field label={t("name")} required hint={t("nameHint")}>
				<Input value={name} onChange={(event) => setName(event.target.value)} maxLength={64} required />
			</Field>
			<RadioGroup
				legend={t("access")}
				value={access}
				onValueChange={setAccess}
				options={[
					{ value: "api", label: t("accessApi"), hint: t("accessApiHint") },
					{ value: "none", label: t("accessNone"), hint: t("accessNoneHint") },
				]}
			/>
			{access === "api" ? (
				<>
					<Field
						label={t("kubeconfig")}
						required={!cluster?.hasApi}
						hint={cluster?.hasApi ? t("kubeconfigKept") : t("kubeconfigHint")}
						error={fileError}
					>
						<Textarea
							value={kubeconfig}
							onChange={(event) => {
								setKubeconfig(event.target.value);
								test.reset();
							}}
							rows={6}
							className="font-mono text-xs"
							placeholder={"apiVersion: v1\nkind: Config\n…"}
						/>
					</Field>
					<div>
						<FileButton onFile={readFile}>{t("kubeconfigUpload")}</FileButton>
					</div>
					<div className="grid gap-4 sm:grid-cols-2">
						<Field label={t("serverOverride")} hint={t("serverOverrideHint")}>
							<Input
								value={serverOverride}
								onChange={(event) => setServerOverride(event.target.value)}
								placeholder="https://10.0.0.11:6443"
							/>
						</Field>
						<Field label={t("tlsServerName")} hint={t("tlsServerNameHint")}>
							<Input value={tlsServerName} onChange={(event) => setTlsServerName(event.target.value)} placeholder="kubernetes" />
						</Field>
						<Field label={t("context")} hint={t("contextHint")}>
							<Input value={context} onChange={(event) => setContext(event.target.value)} />
						</Field>
					</div>
				</>
			) : null}
			<div aria-live="polite">
				{test.data?.ok ? (
					<p className="rounded-md bg-success-soft px-3 py-2 text-sm text-success">
						{t("testOk", { server: test.data.server, version: test.data.version ?? "" })}
					</p>
				) : null}
				<ProblemAlert error={test.data?.problem ?? test.error} />
			</div>
			<ProblemAlert error={save.error} />
			<div className="flex flex-wrap justify-end gap-2 border-t pt-3">
				<Button onClick={() => onOpenChange(false)}>{tUi("cancel")}</Button>
				{access === "api" && kubeconfig.trim() !== "" ? (
					<Button busy={test.isPending} onClick={() => test.mutate()}>
						{t("test")}
					</Button>
				) : null}
				<Button type="submit" variant="primary" busy={save.isPending} disabled={incomplete}>
					{tUi("save")}
				</Button>
			</div>
		</form>
	);
}
