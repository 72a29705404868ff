"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { Copyable } from "@/components/ui/copyable.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { KeyValues } from "@/components/ui/key-value.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { toast } from "@/components/ui/toast.ts";
import { api } from "@/lib/api-client.ts";
import type { NodeView } from "@/lib/contracts/node.ts";
import { keys } from "@/lib/query-keys.ts";

/** Where SSH goes for this node. Empty fields follow the API's address and the credential's port. */
export function NodeWay({ node }: { node: NodeView }) {
	const t = useTranslations("nodes");
	const tUi = useTranslations("ui");
	const queries = useQueryClient();
	const [editing, setEditing] = useState(false);
	const [address, setAddress] = useState("");
	const [port, setPort] = useState("");
	const save = useMutation({
		mutationFn: () =>
			api.updateNode(node.id, {
				address: address.trim() === "" ? null : address.trim(),
				port: port.trim() === "" ? null : Number(port),
			}),
		onSuccess: async () => {
			await queries.invalidateQueries({ queryKey: keys.nodes.all });
			setEditing(false);
			toast.success(t("waySaved"));
		},
	});
	function submit(event: FormEvent) {
		event.preventDefault();
		save.mutate();
	}
	return (
		<Card
			title={t("wayTitle")}
			description={t("wayDescription")}
			actions={
				editing ? null : (
					<Button
						size="sm"
						onClick={() => {
							setAddress(node.address);
							setPort(String(node.port));
							setEditing(true);
						}}
					>
						{tUi("edit")}
					</Button>
				)
			}
		>
			{editing ? (
				<form onSubmit={submit} className="flex flex-col gap-4">
					<div className="grid gap-4 sm:grid-cols-[1fr_7rem]">
						<Field label={t("wayAddress")} hint={node.manual ? undefined : t("wayAddressHint")} required={node.manual}>
							<Input value={address} onChange={(event) => setAddress(event.target.value)} maxLength={253} required={node.manual} />
						</Field>
						<Field label={t("wayPort")} hint={t("wayPortHint")}>
							<Input type="number" min={1} max={65_535} value={port} onChange={(event) => setPort(event.target.value)} />
						</Field>
					</div>
					<ProblemAlert error={save.error} />
					<div className="flex justify-end gap-2">
						<Button onClick={() => setEditing(false)}>{tUi("cancel")}</Button>
						<Button type="submit" variant="primary" busy={save.isPending}>
							{tUi("save")}
						</Button>
					</div>
				</form>
			) : (
				<KeyValues
					items={[
						{ name: t("wayAddress"), value: <Copyable text={`${node.address}:${node.port}`} className="text-sm" /> },
						{ name: t("hostKey"), value: node.hostKey === "accepted" ? t("hostKeyAccepted") : t("hostKeyUnknown") },
					]}
				/>
			)}
		</Card>
	);
}
