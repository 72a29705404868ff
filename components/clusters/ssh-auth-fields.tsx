"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Field } from "@/components/ui/field.tsx";
import { FileButton } from "@/components/ui/file-button.tsx";
import { Input, Textarea } from "@/components/ui/input.tsx";
import { RadioGroup } from "@/components/ui/radio.tsx";
import type { CredentialInput } from "@/lib/contracts/credential.ts";

export interface AuthValues {
	kind: "key" | "password";
	privateKey: string;
	passphrase: string;
	password: string;
}

export const EMPTY_AUTH: AuthValues = { kind: "key", privateKey: "", passphrase: "", password: "" };

const MOST_BYTES = 20_000;

/** As the API takes it: what is empty is left out and stays as stored. */
export function authInput(values: AuthValues): CredentialInput["auth"] {
	if (values.kind === "password") return { kind: "password", ...(values.password === "" ? {} : { password: values.password }) };
	return {
		kind: "key",
		...(values.privateKey.trim() === "" ? {} : { privateKey: `${values.privateKey.trim()}\n` }),
		...(values.passphrase === "" ? {} : { passphrase: values.passphrase }),
	};
}

interface SshAuthFieldsProps {
	legend: string;
	values: AuthValues;
	onChange: (values: AuthValues) => void;
	/** The kind that is stored: its secret may be left empty. */
	storedKind: "key" | "password" | null;
}

/** A private key with its passphrase, or a password. */
export function SshAuthFields({ legend, values, onChange, storedKind }: SshAuthFieldsProps) {
	const t = useTranslations("clusters");
	const tUi = useTranslations("ui");
	const [fileError, setFileError] = useState<string | null>(null);
	const kept = storedKind === values.kind;
	const set = (change: Partial<AuthValues>) => onChange({ ...values, ...change });
	return (
		<div className="flex flex-col gap-3">
			<RadioGroup
				legend={legend}
				inline
				value={values.kind}
				onValueChange={(kind) => set({ kind })}
				options={[
					{ value: "key", label: t("authKey") },
					{ value: "password", label: t("authPassword") },
				]}
			/>
			{values.kind === "key" ? (
				<>
					<Field label={t("privateKey")} required={!kept} hint={kept ? t("secretKept") : t("privateKeyHint")} error={fileError}>
						<Textarea
							value={values.privateKey}
							onChange={(event) => set({ privateKey: event.target.value })}
							rows={4}
							required={!kept}
							className="font-mono text-xs"
							placeholder="-----BEGIN OPENSSH PRIVATE KEY-----"
						/>
					</Field>
					<div className="flex flex-wrap items-end gap-4">
						<FileButton
							onFile={async (file) => {
								setFileError(null);
								if (file.size > MOST_BYTES) return setFileError(tUi("fileTooLarge", { limit: "20 kB" }));
								set({ privateKey: await file.text() });
							}}
						>
							{t("privateKeyUpload")}
						</FileButton>
						<Field label={t("passphrase")} className="min-w-56 flex-1">
							<Input
								type="password"
								autoComplete="new-password"
								value={values.passphrase}
								onChange={(event) => set({ passphrase: event.target.value })}
								placeholder={t("passphraseNone")}
							/>
						</Field>
					</div>
				</>
			) : (
				<Field label={t("authPassword")} required={!kept} hint={kept ? t("secretKept") : undefined}>
					<Input
						type="password"
						autoComplete="new-password"
						value={values.password}
						onChange={(event) => set({ password: event.target.value })}
						required={!kept}
					/>
				</Field>
			)}
		</div>
	);
}
