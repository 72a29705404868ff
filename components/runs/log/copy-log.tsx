"use client";

import { Check, Copy } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { copyText } from "@/lib/clipboard.ts";

/** Copies all of the log that is held. Its text is put together when it is asked for, not at every change. */
export function CopyLog({ text }: { text: () => string }) {
	const t = useTranslations("run");
	const ui = useTranslations("ui");
	const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
	useEffect(() => {
		if (state === "idle") return;
		const timer = setTimeout(() => setState("idle"), 2_000);
		return () => clearTimeout(timer);
	}, [state]);
	const words = state === "copied" ? ui("copied") : state === "failed" ? ui("copyFailed") : t("log.copyAll");
	return (
		<Button
			variant="ghost"
			size="icon-sm"
			aria-label={words}
			title={words}
			onClick={async () => setState((await copyText(text())) ? "copied" : "failed")}
		>
			{state === "copied" ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
		</Button>
	);
}
