"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { BookmarkPlus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Textarea } from "@/components/ui/input.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { toast } from "@/components/ui/toast.ts";
import { api } from "@/lib/api-client.ts";
import type { MigrationView } from "@/lib/contracts/run.ts";
import { keys } from "@/lib/query-keys.ts";
import { TemplateName } from "./template-name.tsx";

/** Keeps how this migration goes, not which nodes, for others. */
export function SaveTemplate({ migration }: { migration: MigrationView }) {
	const t = useTranslations("templates");
	const [open, setOpen] = useState(false);
	return (
		<>
			<Button onClick={() => setOpen(true)}>
				<BookmarkPlus aria-hidden="true" />
				{t("save")}
			</Button>
			<Dialog open={open} onOpenChange={setOpen} title={t("saveTitle")} description={t("saveText")} dismissible={false}>
				<SaveForm migration={migration} onDone={() => setOpen(false)} />
			</Dialog>
		</>
	);
}

/** Made anew each time the dialog opens. */
function SaveForm({ migration, onDone }: { migration: MigrationView; onDone: () => void }) {
	const t = useTranslations("templates");
	const ui = useTranslations("ui");
	const queries = useQueryClient();
	const [name, setName] = useState("");
	const [description, setDescription] = useState("");
	const [withRecord, setWithRecord] = useState(false);
	const { direction, policy, reason, ticket } = migration;
	const save = useMutation({
		mutationFn: () => api.createTemplate({ name, description, direction, policy, ...(withRecord ? { reason, ticket } : {}) }),
		onSuccess: async () => {
			await queries.invalidateQueries({ queryKey: keys.templates.all });
			toast.success(t("saved", { name: name.trim() }));
			onDone();
		},
	});
	return (
		<form
			className="flex flex-col gap-3"
			onSubmit={(event) => {
				event.preventDefault();
				save.mutate();
			}}
		>
			<TemplateName value={name} onChange={setName} />
			<Field label={t("description")}>
				<Textarea maxLength={500} value={description} onChange={(event) => setDescription(event.target.value)} />
			</Field>
			{reason === "" && ticket === "" ? null : (
				<Checkbox
					checked={withRecord}
					onCheckedChange={setWithRecord}
					label={t("withRecord")}
					hint={[ticket, reason].filter(Boolean).join(" · ")}
				/>
			)}
			{policy.rollout.canary && policy.rollout.canary.nodeIds.length > 0 ? (
				<p className="text-muted-foreground text-sm">{t("canariesByNumber", { count: policy.rollout.canary.nodeIds.length })}</p>
			) : null}
			<ProblemAlert error={save.error} />
			<div className="flex justify-end gap-2 border-t pt-3">
				<Button onClick={onDone}>{ui("cancel")}</Button>
				<Button type="submit" variant="primary" disabled={name.trim() === ""} busy={save.isPending}>
					{t("saveConfirm")}
				</Button>
			</div>
		</form>
	);
}
