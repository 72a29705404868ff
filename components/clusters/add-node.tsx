"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { toast } from "@/components/ui/toast.ts";
import { api } from "@/lib/api-client.ts";
import type { ClusterView } from "@/lib/contracts/cluster.ts";
import { keys } from "@/lib/query-keys.ts";

interface AddNodeProps {
	cluster: ClusterView;
	open: boolean;
	onOpenChange: (open: boolean) => void;
}

/** A node that no API lists. The dialog stays open, since there are usually several. */
export function AddNode({ cluster, open, onOpenChange }: AddNodeProps) {
	const t = useTranslations("clusters");
	const tUi = useTranslations("ui");
	const queries = useQueryClient();
	const [name, setName] = useState("");
	const [address, setAddress] = useState("");
	const [port, setPort] = useState("");
	const add = useMutation({
		mutationFn: () =>
			api.createNode({
				clusterId: cluster.id,
				name: name.trim(),
				address: address.trim(),
				port: port.trim() === "" ? null : Number(port),
			}),
		onSuccess: async () => {
			toast.success(t("nodeAdded", { name: name.trim() }));
			setName("");
			setAddress("");
			await Promise.all([
				queries.invalidateQueries({ queryKey: keys.nodes.all }),
				queries.invalidateQueries({ queryKey: keys.clusters.all }),
			]);
		},
	});

	function submit(event: FormEvent) {
		event.preventDefault();
		add.mutate();
	}

	return (
		<Dialog
			open={open}
			onOpenChange={onOpenChange}
			title={t("nodeAddTitle", { name: cluster.name })}
			description={cluster.hasApi ? t("nodeAddWithApi") : t("nodeAddWithoutApi")}
		>
			<form onSubmit={submit} className="flex flex-col gap-4">
				<div className="grid gap-4 sm:grid-cols-[1fr_1fr_6rem]">
					<Field label={t("nodeName")} required hint={t("nodeNameHint")}>
						<Input
							value={name}
							onChange={(event) => setName(event.target.value)}
							required
							maxLength={253}
							pattern="[a-z0-9]([a-z0-9.\-]*[a-z0-9])?"
						/>
					</Field>
					<Field label={t("nodeAddress")} required>
						<Input value={address} onChange={(event) => setAddress(event.target.value)} required maxLength={253} />
					</Field>
					<Field label={t("sshPort")} hint={tUi("optional")}>
						<Input type="number" min={1} max={65_535} value={port} onChange={(event) => setPort(event.target.value)} />
					</Field>
				</div>
				<ProblemAlert error={add.error} />
				<div className="flex justify-end gap-2">
					<Button onClick={() => onOpenChange(false)}>{tUi("close")}</Button>
					<Button type="submit" variant="primary" busy={add.isPending}>
						{t("nodeAdd")}
					</Button>
				</div>
			</form>
		</Dialog>
	);
}
