"use client";

import { useTranslations } from "next-intl";
import { type ChainLink, callChain } from "@/lib/call-chain.ts";
import { cn } from "@/lib/class-names.ts";
import type { Facts } from "@/lib/contracts/facts.ts";
import type { NodeView } from "@/lib/contracts/node.ts";

/** Who calls whom to start a container, now and after. */
export function CallChainPicture({ node, facts }: { node: NodeView; facts: Facts | null }) {
	const t = useTranslations("nodes");
	const chain = callChain(node, facts);
	if (!chain) return <p className="text-muted-foreground text-sm">{t("chainUnknown")}</p>;
	return (
		<div className="flex flex-col gap-4">
			<Chain title={t("chainNow")} links={chain.now} />
			{chain.after ? <Chain title={t("chainAfter")} links={chain.after} /> : <p className="text-sm">{t("chainDone")}</p>}
		</div>
	);
}

function Chain({ title, links }: { title: string; links: readonly ChainLink[] }) {
	const t = useTranslations("nodes");
	return (
		<figure className="m-0">
			<figcaption className="mb-1.5 text-muted-foreground text-xs">{title}</figcaption>
			<ol className="flex flex-wrap items-stretch gap-y-2">
				{links.map((link, index) => (
					<li key={link.name} className="flex items-center">
						{index > 0 ? (
							<svg viewBox="0 0 28 12" className="h-3 w-7 shrink-0 text-muted-foreground" aria-hidden="true">
								<path
									d="M2 6h20m-4-4 5 4-5 4"
									fill="none"
									stroke="currentColor"
									strokeWidth="1.4"
									strokeLinecap="round"
									strokeLinejoin="round"
								/>
							</svg>
						) : null}
						<span
							className={cn(
								"flex min-h-12 flex-col justify-center rounded-md border bg-background px-3 py-1",
								link.fate === "leaves" && "border-warning border-dashed bg-warning-soft",
							)}
						>
							<span className="font-medium text-sm">{link.name}</span>
							{link.version ? <span className="font-mono text-muted-foreground text-xs">{link.version}</span> : null}
							{link.endpoint ? (
								<span className="max-w-72 wrap-anywhere font-mono text-muted-foreground text-xs">{link.endpoint}</span>
							) : null}
							{link.fate === "leaves" ? <span className="text-warning text-xs">{t("chainLeaves")}</span> : null}
						</span>
					</li>
				))}
			</ol>
		</figure>
	);
}
