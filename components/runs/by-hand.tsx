"use client";

import { useTranslations } from "next-intl";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { isCompletion } from "@/lib/completion.ts";
import type { RunView } from "@/lib/contracts/run.ts";

/** How to take the node back without the console. */
export function ByHand({ run }: { run: RunView }) {
	const t = useTranslations("run");
	if (run.byHand === null) return <p className="text-muted-foreground text-sm">{t("byHand.notYet")}</p>;
	return (
		<div className="flex flex-col gap-2 text-sm">
			<p>{t(`byHand.${isCompletion(run) ? "completion" : run.direction}`, { node: run.nodeName })}</p>
			<CodeBlock text={run.byHand} label={t("byHand.command")} wrap />
			<p className="text-muted-foreground">{t("byHand.after")}</p>
		</div>
	);
}
