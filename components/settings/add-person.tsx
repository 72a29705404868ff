"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useId } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { api } from "@/lib/api-client.ts";
import { keys } from "@/lib/query-keys.ts";
import type { GivenPassword } from "./given-password.tsx";

interface AddPersonProps {
	open: boolean;
	onOpenChange: (open: boolean) => void;
	onAdded: (given: GivenPassword) => void;
}

/** Name and address of somebody who may sign in from now on. */
export function AddPerson({ open, onOpenChange, onAdded }: AddPersonProps) {
	const t = useTranslations("settings");
	const ui = useTranslations("ui");
	const queries = useQueryClient();
	const form = useId();
	const add = useMutation({
		mutationFn: (input: { name: string; email: string }) => api.addPerson(input),
		onSuccess: async ({ password }, { email }) => {
			onOpenChange(false);
			onAdded({ email, password });
			await queries.invalidateQueries({ queryKey: keys.people.all });
		},
	});
	function submit(event: FormEvent<HTMLFormElement>) {
		event.preventDefault();
		const data = new FormData(event.currentTarget);
		add.mutate({
			name: String(data.get("name") ?? "").trim(),
			email: String(data.get("email") ?? "")
				.trim()
				.toLowerCase(),
		});
	}
	return (
		<Dialog
			open={open}
			onOpenChange={(next) => {
				add.reset();
				onOpenChange(next);
			}}
			title={t("people.add")}
			description={t("people.addText")}
			size="sm"
			footer={
				<>
					<Button onClick={() => onOpenChange(false)}>{ui("cancel")}</Button>
					<Button type="submit" form={form} variant="primary" busy={add.isPending}>
						{t("people.add")}
					</Button>
				</>
			}
		>
			<form id={form} onSubmit={submit} className="flex flex-col gap-3" aria-label={t("people.add")}>
				<Field label={t("name")} required>
					<Input name="name" maxLength={100} required autoFocus />
				</Field>
				<Field label={t("email")} hint={t("people.emailHint")} required>
					<Input name="email" type="email" maxLength={254} required />
				</Field>
				<ProblemAlert error={add.error} />
			</form>
		</Dialog>
	);
}
