"use client";

import { Check, Copy } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { copyText } from "@/lib/clipboard.ts";
import { Button } from "./button.tsx";

interface CopyButtonProps {
	/** A function where it is put together only when it is asked for. */
	text: string | (() => string);
	/** What is copied: "command", "fingerprint". Shown where `visible`. */
	label?: string;
	visible?: boolean;
}

/** Over plain HTTP there is no clipboard API: then the old way is taken, and where that fails it says so. */
export function CopyButton({ text, label, visible = false }: CopyButtonProps) {
	const t = useTranslations("ui");
	const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
	useEffect(() => {
		if (state === "idle") return;
		const timer = setTimeout(() => setState("idle"), 2_000);
		return () => clearTimeout(timer);
	}, [state]);
	const words = state === "copied" ? t("copied") : state === "failed" ? t("copyFailed") : (label ?? t("copy"));
	return (
		<Button
			variant="ghost"
			size={visible ? "sm" : "icon-sm"}
			aria-label={visible ? undefined : words}
			title={words}
			onClick={async () => setState((await copyText(typeof text === "string" ? text : text())) ? "copied" : "failed")}
		>
			{state === "copied" ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
			{visible || state === "failed" ? <span>{words}</span> : null}
			<span className="sr-only" aria-live="polite">
				{state === "idle" ? "" : words}
			</span>
		</Button>
	);
}
