"use client";

import { ChevronDown, ChevronUp, Clock, Download, FoldVertical, TriangleAlert, UnfoldVertical, WrapText } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ComponentProps } from "react";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { Menu, MenuRadioGroup, MenuRadioItem } from "@/components/ui/menu.tsx";
import { SearchField } from "@/components/ui/search-field.tsx";
import { useTimeChoice } from "@/components/ui/time-zone.tsx";
import { api } from "@/lib/api-client.ts";
import { cn } from "@/lib/class-names.ts";
import type { RunView } from "@/lib/contracts/run.ts";
import { chooseLogTimes, LOG_TIMES, type LogTimes } from "@/lib/log-times.ts";
import type { LogPreferences } from "./preferences.ts";
import type { LogSearchView } from "./use-log-search.ts";

interface LogToolbarProps {
	run: RunView;
	query: string;
	onQuery: (query: string) => void;
	search: LogSearchView;
	/** Number of the found line that is shown; null before the first one was. */
	hit: number | null;
	onStep: (by: 1 | -1) => void;
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
	const { run, query, onQuery, search, hit, onStep, preferences, onPreferences, onError, canFold, folded, onFoldAll, text } = props;
	const t = useTranslations("run");
	const { hits } = search;
	return (
		<div role="toolbar" aria-label={t("log.tools")} className="flex flex-wrap items-center gap-1.5 border-b px-2 py-1.5">
			<SearchField
				label={t("log.search")}
				className="h-7 w-44"
				value={query}
				onSearch={onQuery}
				onKeyDown={(event) => {
					if (event.key === "Enter") onStep(event.shiftKey ? -1 : 1);
					if (event.key === "Escape") onQuery("");
				}}
			/>
			{query === "" ? null : (
				<>
					<span className="text-muted-foreground text-xs" aria-live="polite">
						<Found search={search} hit={hit} />
					</span>
					<Button variant="ghost" size="icon-sm" aria-label={t("log.previous")} disabled={hits.length === 0} onClick={() => onStep(-1)}>
						<ChevronUp aria-hidden="true" />
					</Button>
					<Button variant="ghost" size="icon-sm" aria-label={t("log.next")} disabled={hits.length === 0} onClick={() => onStep(1)}>
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
				<TimesMenu value={preferences.times} onChange={(times) => onPreferences({ times })} />
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
				<CopyButton text={text} label={t("log.copyAll")} />
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

function TimesMenu({ value, onChange }: { value: LogTimes; onChange: (times: LogTimes) => void }) {
	const t = useTranslations("run");
	const zone = useTimeChoice();
	return (
		<Menu
			trigger={
				<Button
					variant="ghost"
					size="icon-sm"
					aria-label={t("log.times.label")}
					title={t("log.times.label")}
					className={cn(value !== "off" && "bg-accent")}
				>
					<Clock aria-hidden="true" />
				</Button>
			}
		>
			<MenuRadioGroup label={t("log.times.label")} value={value} onValueChange={(chosen) => onChange(chooseLogTimes(chosen))}>
				{LOG_TIMES.map((one) => (
					<MenuRadioItem key={one} value={one}>
						{t(`log.times.${one}`, { zone })}
					</MenuRadioItem>
				))}
			</MenuRadioGroup>
		</Menu>
	);
}

/** Which of how many; how many before the first was gone to. */
function Found({ search: { hits, more, searching }, hit }: { search: LogSearchView; hit: number | null }) {
	const t = useTranslations("run");
	if (searching) return t("log.searching", { of: hits.length });
	if (hits.length === 0) return t("log.noHits");
	const at = hit === null ? -1 : hits.indexOf(hit);
	if (at < 0) return t(more ? "log.foundMore" : "log.found", { of: hits.length });
	return t(more ? "log.hitsMore" : "log.hits", { at: at + 1, of: hits.length });
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
