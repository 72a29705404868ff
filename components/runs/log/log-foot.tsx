"use client";

import { useLocale, useTranslations } from "next-intl";
import { useLiveState } from "@/components/shell/live.tsx";
import { Button } from "@/components/ui/button.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import type { RunView } from "@/lib/contracts/run.ts";
import { formatBytes } from "@/lib/format.ts";
import type { RunLog } from "./use-run-log.ts";

interface LogFootProps {
	log: RunLog;
	run: RunView;
	following: boolean;
	onFollow: () => void;
}

/**
 * How much of the log is here, and its hash: equal to `sha256sum` of the node's own file once all of it has come, unless a secret in it
 * is masked. The attributes are
 * for tests, which compare the same.
 */
export function LogFoot({ log, run, following, onFollow }: LogFootProps) {
	const t = useTranslations("run");
	const locale = useLocale();
	const live = useLiveState();
	const { reader, count } = log;
	const sha256 = reader.sha256();
	const gap = reader.gap;
	const ended = run.endedAt !== null;
	return (
		<div
			data-testid="log-foot"
			data-bytes={reader.heldBytes}
			data-from={reader.heldFrom}
			data-total={reader.total}
			data-generation={reader.generation}
			data-sha256={sha256 ?? ""}
			className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t px-2 py-1 text-muted-foreground text-xs"
		>
			<span>{t("log.size", { lines: count, bytes: formatBytes(reader.heldBytes, locale) })}</span>
			{gap ? <span className="text-warning">{t("log.gap", { bytes: formatBytes(gap.length, locale) })}</span> : null}
			{live === "polling" || live === "offline" ? <span className="text-warning">{t("log.polling")}</span> : null}
			{sha256 ? (
				<span className="inline-flex min-w-0 items-center" title={`SHA-256 ${sha256}`}>
					<span className="truncate font-mono">sha256 {sha256.slice(0, 12)}…</span>
					<CopyButton text={sha256} label={t("log.copySha")} />
				</span>
			) : null}
			<span className="ml-auto" aria-live="polite">
				{ended ? t("log.ended") : following ? t("log.following") : null}
			</span>
			{ended || following ? null : (
				<Button size="sm" variant="ghost" onClick={onFollow}>
					{t("log.follow")}
				</Button>
			)}
		</div>
	);
}
