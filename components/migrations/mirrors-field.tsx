"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Field } from "@/components/ui/field.tsx";
import { Textarea } from "@/components/ui/input.tsx";
import type { Policy } from "@/lib/contracts/plan.ts";
import { mirrorsFromText, mirrorsToText } from "@/lib/registry-mirrors.ts";

interface MirrorsFieldProps {
	value: NonNullable<Policy["registryMirrors"]>;
	onChange: (mirrors: NonNullable<Policy["registryMirrors"]>) => void;
}

/** A registry and its mirrors a line. What is typed stays as it is typed; what cannot be read is told with its line. */
export function MirrorsField({ value, onChange }: MirrorsFieldProps) {
	const t = useTranslations("migration");
	const [text, setText] = useState(() => mirrorsToText(value));
	const { wrongLine } = mirrorsFromText(text);
	const error = wrongLine === null ? "" : t("mirrorsWrong", { line: wrongLine });
	return (
		<Field label={t("mirrors")} hint={t("mirrorsHint")} error={error || undefined}>
			<Textarea
				// The form is not sent with a text of which a part would be left out.
				ref={(element) => element?.setCustomValidity(error)}
				className="max-w-2xl font-mono"
				rows={3}
				value={text}
				placeholder="docker.io https://mirror.example.com"
				onChange={(event) => {
					setText(event.target.value);
					const read = mirrorsFromText(event.target.value);
					if (read.wrongLine === null) onChange(read.mirrors);
				}}
			/>
		</Field>
	);
}
