"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { ProblemAlert } from "@/components/ui/problem-alert.tsx";
import { RadioGroup } from "@/components/ui/radio.tsx";
import { api } from "@/lib/api-client.ts";
import type { CredentialView } from "@/lib/contracts/credential.ts";
import { type AuthValues, authInput, EMPTY_AUTH, SshAuthFields } from "./ssh-auth-fields.tsx";

interface CredentialFormProps {
	owner: { kind: "clusters" | "nodes"; id: string };
	/** What is stored; its secrets are never sent to the browser. */
	stored: CredentialView | null;
	onSaved: () => void;
	onCancel: () => void;
}

const DEFAULT_PORT = 22;

/** How the console signs in on nodes. Secrets that are left empty stay as they are stored. */
export function CredentialForm({ owner, stored, onSaved, onCancel }: CredentialFormProps) {
	const t = useTranslations("clusters");
	const tUi = useTranslations("ui");
	const [user, setUser] = useState(stored?.user ?? "");
	const [port, setPort] = useState(String(stored?.port ?? DEFAULT_PORT));
	const [auth, setAuth] = useState<AuthValues>({ ...EMPTY_AUTH, kind: stored?.auth.kind ?? "key" });
	const [privilege, setPrivilege] = useState<CredentialView["privilege"]>(stored?.privilege ?? "root");
	const [sudoPassword, setSudoPassword] = useState("");
	// With a key there is nothing that it could be taken from.
	const sudoRequired = stored?.privilege !== "sudo-password" && auth.kind === "key";
	const [hasJump, setHasJump] = useState(stored?.jump != null);
	const [jumpAddress, setJumpAddress] = useState(stored?.jump?.address ?? "");
	const [jumpPort, setJumpPort] = useState(String(stored?.jump?.port ?? DEFAULT_PORT));
	const [jumpUser, setJumpUser] = useState(stored?.jump?.user ?? "");
	const [jumpAuth, setJumpAuth] = useState<AuthValues>({ ...EMPTY_AUTH, kind: stored?.jump?.authKind ?? "key" });

	const save = useMutation({
		mutationFn: () =>
			api.setCredential(owner, {
				user: user.trim(),
				port: Number(port),
				auth: authInput(auth),
				privilege: privilege === "sudo-password" ? { kind: privilege, password: sudoPassword || undefined } : { kind: privilege },
				jump: hasJump ? { address: jumpAddress.trim(), port: Number(jumpPort), user: jumpUser.trim(), auth: authInput(jumpAuth) } : null,
			}),
		onSuccess: onSaved,
	});

	function submit(event: FormEvent) {
		event.preventDefault();
		save.mutate();
	}

	return (
		<form onSubmit={submit} className="flex flex-col gap-4">
			<div className="grid gap-4 sm:grid-cols-[1fr_7rem]">
				<Field label={t("sshUser")} required>
					<Input value={user} onChange={(event) => setUser(event.target.value)} required maxLength={64} placeholder="root" autoFocus />
				</Field>
				<Field label={t("sshPort")} required>
					<Input type="number" min={1} max={65_535} value={port} onChange={(event) => setPort(event.target.value)} required />
				</Field>
			</div>
			<SshAuthFields legend={t("sshAuth")} values={auth} onChange={setAuth} storedKind={stored?.auth.kind ?? null} />
			<RadioGroup
				legend={t("privilege")}
				value={privilege}
				onValueChange={setPrivilege}
				options={[
					{ value: "root", label: t("privilegeRoot"), hint: t("privilegeRootHint") },
					{ value: "sudo", label: t("privilegeSudo"), hint: t("privilegeSudoHint") },
					{ value: "sudo-password", label: t("privilegeSudoPassword"), hint: t("privilegeSudoPasswordHint") },
				]}
			/>
			{privilege === "sudo-password" ? (
				<Field
					label={t("sudoPassword")}
					required={sudoRequired}
					hint={stored?.privilege === "sudo-password" ? t("sudoPasswordKept") : auth.kind === "password" ? t("sudoPasswordOwn") : undefined}
				>
					<Input
						type="password"
						autoComplete="new-password"
						value={sudoPassword}
						onChange={(event) => setSudoPassword(event.target.value)}
						required={sudoRequired}
					/>
				</Field>
			) : null}
			<Checkbox checked={hasJump} onCheckedChange={setHasJump} label={t("jump")} hint={t("jumpHint")} />
			{hasJump ? (
				<fieldset className="flex flex-col gap-4 border-l-2 pl-4">
					<legend className="sr-only">{t("jump")}</legend>
					<div className="grid gap-4 sm:grid-cols-[1fr_7rem_1fr]">
						<Field label={t("jumpAddress")} required>
							<Input value={jumpAddress} onChange={(event) => setJumpAddress(event.target.value)} required maxLength={253} />
						</Field>
						<Field label={t("sshPort")} required>
							<Input type="number" min={1} max={65_535} value={jumpPort} onChange={(event) => setJumpPort(event.target.value)} required />
						</Field>
						<Field label={t("sshUser")} required>
							<Input value={jumpUser} onChange={(event) => setJumpUser(event.target.value)} required maxLength={64} />
						</Field>
					</div>
					<SshAuthFields legend={t("jumpAuth")} values={jumpAuth} onChange={setJumpAuth} storedKind={stored?.jump?.authKind ?? null} />
				</fieldset>
			) : null}
			<ProblemAlert error={save.error} />
			<div className="flex flex-wrap justify-end gap-2">
				<Button onClick={onCancel}>{tUi("cancel")}</Button>
				<Button type="submit" variant="primary" busy={save.isPending}>
					{tUi("save")}
				</Button>
			</div>
		</form>
	);
}
