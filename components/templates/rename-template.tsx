"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { api } from "@/lib/api-client.ts";
import type { TemplateView } from "@/lib/contracts/template.ts";
import { keys } from "@/lib/query-keys.ts";
import { TemplateName } from "./template-name.tsx";

interface RenameTemplateProps {
	/** As it was when it was asked for: one that is deleted meanwhile is said to be gone, and takes nothing away that was entered. */
	template: TemplateView | null;
	onClose: () => void;
}

/** Asks for another name; closed while there is no template. */
export function RenameTemplate({ template, onClose }: RenameTemplateProps) {
	const t = useTranslations("templates");
	return (
		<Dialog
			open={template !== null}
			onOpenChange={(open) => !open && onClose()}
			title={t("renameTitle", { name: template?.name ?? "" })}
			size="sm"
			dismissible={false}
		>
			{template ? <RenameForm template={template} onDone={onClose} /> : null}
		</Dialog>
	);
}

/** Made anew each time the dialog opens. */
function RenameForm({ template, onDone }: { template: TemplateView; onDone: () => void }) {
	const t = useTranslations("templates");
	const ui = useTranslations("ui");
	const queries = useQueryClient();
	const [name, setName] = useState(template.name);
	const rename = useMutation({
		mutationFn: () => api.renameTemplate(template.id, name.trim()),
		onSuccess: async () => {
			await queries.invalidateQueries({ queryKey: keys.templates.all });
			onDone();
		},
	});
	return (
		<form
			className="flex flex-col gap-3"
			onSubmit={(event) => {
				event.preventDefault();
				rename.mutate();
			}}
		>
			<TemplateName value={name} onChange={setName} />
			<ProblemAlert error={rename.error} />
			<div className="flex justify-end gap-2 border-t pt-3">
				<Button onClick={onDone}>{ui("cancel")}</Button>
				<Button type="submit" variant="primary" disabled={name.trim() === "" || name.trim() === template.name} busy={rename.isPending}>
					{t("renameConfirm")}
				</Button>
			</div>
		</form>
	);
}
