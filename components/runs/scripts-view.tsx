"use client";

import { useTranslations } from "next-intl";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { Tabs } from "@/components/ui/tabs.tsx";
import type { Plan } from "@/lib/contracts/plan.ts";
import { HIDDEN } from "@/lib/secret-text.ts";

const NAMES = ["prepare", "cutover", "revert"] as const;

/** The three scripts as they run on the node, byte for byte, with their hashes. */
export function ScriptsView({ scripts }: { scripts: Plan["scripts"] }) {
	const t = useTranslations("run");
	return (
		<div className="flex flex-col gap-3">
			<p className="text-muted-foreground text-sm">{t("scriptsAre")}</p>
			<Tabs
				tabs={NAMES.map((name) => ({
					value: name,
					label: `${name}.sh`,
					content: (
						<div className="flex flex-col gap-2">
							<p className="text-sm">{t(`script.${name}`)}</p>
							<p className="flex items-center gap-1 break-all font-mono text-xs" data-testid={`script-sha256-${name}`}>
								sha256 {scripts[name].sha256}
								<CopyButton text={scripts[name].sha256} />
							</p>
							{scripts[name].text.includes(HIDDEN) ? <p className="text-warning text-xs">{t("secretsHidden")}</p> : null}
							<CodeBlock text={scripts[name].text} label={`${name}.sh`} language="bash" numbered />
						</div>
					),
				}))}
			/>
		</div>
	);
}
