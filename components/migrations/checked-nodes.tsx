"use client";

import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button.tsx";
import { useMessage } from "@/components/ui/message.tsx";
import { ScrollRegion } from "@/components/ui/scroll-region.tsx";
import { StatusGlyph, type StatusKind } from "@/components/ui/status-glyph.tsx";
import { needyFirst } from "@/lib/check-progress.ts";
import type { CheckState } from "@/lib/contracts/draft.ts";
import type { Message } from "@/lib/contracts/finding.ts";

export interface CheckedNode {
	nodeId: string;
	name: string;
	state: CheckState;
	/** What keeps it. */
	result: Message | null;
}

const GLYPH: Record<CheckState, StatusKind> = {
	waiting: "queued",
	reading: "running",
	checking: "running",
	ready: "ok",
	blocked: "failed",
	failed: "failed",
};

/** Drawn at most: those that need a look come first. */
const MOST_ROWS = 300;

interface CheckedNodesProps {
	nodes: readonly CheckedNode[];
	/** Nothing may be pressed now. */
	busy: boolean;
	onCheckAgain: (nodeId: string) => void;
	/** Null where the last one would be gone. */
	onLeaveOut: ((nodeId: string) => void) | null;
}

/** Each node with how far preflight is with it, and what may be done about one that it keeps. */
export function CheckedNodes({ nodes, busy, onCheckAgain, onLeaveOut }: CheckedNodesProps) {
	const t = useTranslations("migration");
	const render = useMessage();
	return (
		<ScrollRegion label={t("nodes")} className="max-h-96 overflow-y-auto rounded-md border">
			<ul className="divide-y">
				{needyFirst(nodes)
					.slice(0, MOST_ROWS)
					.map(({ nodeId, name, state, result }) => {
						const told = result ? render(result, "event") : null;
						const kept = state === "blocked" || state === "failed";
						return (
							<li
								key={nodeId}
								data-check-node={name}
								data-check-state={state}
								className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5 text-sm"
							>
								<span className="min-w-28 font-medium">{name}</span>
								<StatusGlyph kind={GLYPH[state]} label={t(`checkState.${state}`)} className={told ? "sm:min-w-60" : undefined} />
								{told ? (
									<span className="min-w-0 flex-1 basis-60">
										{told.text}
										{told.todo ? <span className="block text-muted-foreground text-xs">{told.todo}</span> : null}
									</span>
								) : null}
								{kept ? (
									<span className="ml-auto flex gap-1.5">
										<Button size="sm" disabled={busy} onClick={() => onCheckAgain(nodeId)} aria-label={t("checkAgainNode", { node: name })}>
											{t("checkAgain")}
										</Button>
										{onLeaveOut ? (
											<Button size="sm" disabled={busy} onClick={() => onLeaveOut(nodeId)} aria-label={t("leaveOutNode", { node: name })}>
												{t("leaveOut")}
											</Button>
										) : null}
									</span>
								) : null}
							</li>
						);
					})}
				{nodes.length > MOST_ROWS ? (
					<li className="px-3 py-1.5 text-muted-foreground text-sm">{t("moreChecked", { count: nodes.length - MOST_ROWS })}</li>
				) : null}
			</ul>
		</ScrollRegion>
	);
}
