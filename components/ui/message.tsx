"use client";

import { useLocale, useTranslations } from "next-intl";
import { useMemo } from "react";
import type { Message } from "@/lib/contracts/finding.ts";
import { codeKey, fillValues, MESSAGE_NAMESPACES, type MessageNamespace } from "@/lib/message.ts";
import { localZone } from "@/lib/time-choice.ts";
import { useTimeZone } from "./time-zone.tsx";
import { useTemplate } from "./use-template.ts";

export interface RenderedMessage {
	text: string;
	/** What to do about it; null where nothing is to be done. */
	todo: string | null;
	/** False where the catalogue has no sentence: `text` is then the code with its values. */
	known: boolean;
}

export type RenderMessage = (message: Message, namespace?: MessageNamespace) => RenderedMessage;

/**
 * Renders stored codes. `namespace` is where to look first: a run's result may be an error of SSH, of the cluster, a cause
 * from the node, or an event's code.
 */
export function useMessage(): RenderMessage {
	const t = useTranslations();
	const templateOf = useTemplate();
	const locale = useLocale();
	const timeZone = useTimeZone();
	return useMemo(() => {
		const context = { locale, timeZone: timeZone ?? localZone() };
		const keyOf = (code: string, first: MessageNamespace | undefined): string | null => {
			const namespaces = first ? [first, ...MESSAGE_NAMESPACES.filter((one) => one !== first)] : MESSAGE_NAMESPACES;
			for (const namespace of namespaces) {
				const key = `${namespace}.${codeKey(code)}`;
				if (t.has(`${key}.text`)) return key;
			}
			return null;
		};
		// A cause within a sentence; what it is caused by itself is not told any more.
		const sentence = (code: string, values: Message["values"]): string | null => {
			const key = keyOf(code, undefined);
			if (!key) return null;
			return t(`${key}.text`, fillValues(templateOf(`${key}.text`), values, { ...context, sentence: () => null }));
		};
		return (message, namespace) => {
			const key = keyOf(message.code, namespace);
			if (!key) {
				const values = Object.entries(message.values).map(([name, value]) => `${name}=${value}`);
				return { text: [message.code, ...values].join(" "), todo: null, known: false };
			}
			const render = (part: "text" | "todo") => {
				return t(`${key}.${part}`, fillValues(templateOf(`${key}.${part}`), message.values, { ...context, sentence }));
			};
			return { text: render("text"), todo: t.has(`${key}.todo`) ? render("todo") : null, known: true };
		};
	}, [t, templateOf, locale, timeZone]);
}

interface MsgProps {
	m: Message;
	/** Where the code is looked up first. */
	namespace?: MessageNamespace;
	/** Adds what to do. */
	todo?: boolean;
	className?: string;
}

/** A stored code with its values, in the reader's language. */
export function Msg({ m, namespace, todo = false, className }: MsgProps) {
	const rendered = useMessage()(m, namespace);
	return (
		<span className={className} title={rendered.known ? m.code : undefined}>
			{rendered.known ? rendered.text : <code className="font-mono text-[0.9em]">{rendered.text}</code>}
			{todo && rendered.todo ? <span className="block text-muted-foreground">{rendered.todo}</span> : null}
		</span>
	);
}
