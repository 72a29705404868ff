"use client";

import { ChevronDown, ChevronUp, Clock, Download, FoldVertical, TriangleAlert, UnfoldVertical, WrapText } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ComponentProps } from "react";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { Input } from "@/components/ui/input.tsx";
import { api } from "@/lib/api-client.ts";
import { cn } from "@/lib/class-names.ts";
import type { RunView } from "@/lib/contracts/run.ts";
import { CopyLog } from "./copy-log.tsx";
import type { LogPreferences } from "./preferences.ts";

interface LogToolbarProps {
	run: RunView;
	query: string;
	onQuery: (query: string) => void;
	hits: number;
	hit: number;
	onStep: (by: number) => void;
	/** Only the end of the log is held: what is searched is not all. */
	partial: boolean;
	preferences: LogPreferences;
	onPreferences: (change: Partial<LogPreferences>) => void;
	/** Null: nothing failed. */
	onError: (() => void) | null;
	canFold: boolean;
	folded: boolean;
	onFoldAll: (fold: boolean) => void;
	text: () => string;
}

export function LogToolbar(props: LogToolbarProps) {
	const { run, query, onQuery, hits, hit, onStep, partial, preferences, onPreferences, onError, canFold, folded, onFoldAll, text } = props;
	const t = useTranslations("run");
	return (
		<div role="toolbar" aria-label={t("log.tools")} className="flex flex-wrap items-center gap-1.5 border-b px-2 py-1.5">
			<Input
				type="search"
				aria-label={t("log.search")}
				placeholder={t("log.search")}
				className="h-7 w-44"
				value={query}
				onChange={(event) => onQuery(event.target.value)}
				onKeyDown={(event) => {
					if (event.key === "Enter") onStep(event.shiftKey ? -1 : 1);
					if (event.key === "Escape") onQuery("");
				}}
			/>
			{query === "" ? null : (
				<>
					<span className="text-muted-foreground text-xs" aria-live="polite">
						{hits === 0 ? t(partial ? "log.noHitsHere" : "log.noHits") : t("log.hits", { at: hit + 1, of: hits })}
					</span>
					<Button variant="ghost" size="icon-sm" aria-label={t("log.previous")} disabled={hits === 0} onClick={() => onStep(-1)}>
						<ChevronUp aria-hidden="true" />
					</Button>
					<Button variant="ghost" size="icon-sm" aria-label={t("log.next")} disabled={hits === 0} onClick={() => onStep(1)}>
						<ChevronDown aria-hidden="true" />
					</Button>
				</>
			)}
			<span className="ml-auto flex flex-wrap items-center gap-1">
				{onError ? (
					<Button size="sm" onClick={onError}>
						<TriangleAlert aria-hidden="true" />
						{t("log.toError")}
					</Button>
				) : null}
				<Toggle pressed={preferences.wrap} onClick={() => onPreferences({ wrap: !preferences.wrap })} aria-label={t("log.wrap")}>
					<WrapText aria-hidden="true" />
				</Toggle>
				<Toggle pressed={preferences.times} onClick={() => onPreferences({ times: !preferences.times })} aria-label={t("log.times")}>
					<Clock aria-hidden="true" />
				</Toggle>
				{canFold ? (
					<Button
						variant="ghost"
						size="icon-sm"
						aria-label={folded ? t("log.unfoldAll") : t("log.foldAll")}
						title={folded ? t("log.unfoldAll") : t("log.foldAll")}
						onClick={() => onFoldAll(!folded)}
					>
						{folded ? <UnfoldVertical aria-hidden="true" /> : <FoldVertical aria-hidden="true" />}
					</Button>
				) : null}
				<CopyLog text={text} />
				<a
					href={api.runLogDownload(run.id)}
					download
					className={buttonClass({ variant: "ghost", size: "icon-sm" })}
					aria-label={t("log.download")}
					title={t("log.download")}
				>
					<Download aria-hidden="true" />
				</a>
			</span>
		</div>
	);
}

function Toggle({ pressed, className, ...props }: ComponentProps<typeof Button> & { pressed: boolean }) {
	return (
		<Button
			variant="ghost"
			size="icon-sm"
			aria-pressed={pressed}
			title={props["aria-label"]}
			className={cn(pressed && "bg-accent", className)}
			{...props}
		/>
	);
}
