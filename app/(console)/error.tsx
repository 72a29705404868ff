"use client";

import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button.tsx";
import { CodeBlock } from "@/components/ui/code-block.tsx";

export default function PageError({ error, retry }: { error: unknown; retry: () => void }) {
	const t = useTranslations("shell");
	const tUi = useTranslations("ui");
	return (
		<div role="alert" className="mx-auto flex max-w-prose flex-col items-start gap-3 py-12">
			<h1 className="font-semibold text-xl">{t("errorTitle")}</h1>
			<p className="text-muted-foreground">{t("error")}</p>
			<div className="w-full">
				<CodeBlock label={tUi("details")} text={error instanceof Error ? error.message : String(error)} wrap />
			</div>
			<Button variant="primary" onClick={() => retry()}>
				{tUi("retry")}
			</Button>
		</div>
	);
}
