"use client";

import { useTranslations } from "next-intl";
import { ExactTime } from "@/components/ui/exact-time.tsx";
import { useActionName } from "./action-name.ts";

/** As long in each line as the one below it. */
const DIGEST = /^([0-9a-f]{64}|SHA256:.+)$/;

interface AuditValueProps {
	name: string;
	value: unknown;
}

/** A recorded value as a reader says it; one that is nobody's word (a name, a number, a finding's code) as it is recorded. */
export function AuditValue({ name, value }: AuditValueProps) {
	const t = useTranslations("audit");
	const actionName = useActionName();
	const text = String(value);
	if (name === "startAt") return <ExactTime at={text} />;
	if (name === "of") return actionName(text);
	const word = `words.${name}.${text}`;
	if (t.has(word)) return t(word);
	return DIGEST.test(text) ? <span className="font-mono">{text}</span> : text;
}
