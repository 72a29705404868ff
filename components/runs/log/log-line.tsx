"use client";

import { ChevronDown, ChevronRight } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { type CSSProperties, memo, type ReactNode } from "react";
import { useStepName } from "@/components/runs/step-name.ts";
import { useMessage } from "@/components/ui/message.tsx";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import { useTemplate } from "@/components/ui/use-template.ts";
import { type AnsiSpan, type AnsiStyle, markMatches, parseAnsi } from "@/lib/ansi.ts";
import { cn } from "@/lib/class-names.ts";
import { formatBytes, formatDuration } from "@/lib/format.ts";
import { nodeLogPath } from "@/lib/log-cut.ts";
import { holdsText, type LogLine, type LogSection } from "@/lib/log-lines.ts";
import { fillValues } from "@/lib/message.ts";

export type Translate = ReturnType<typeof useTranslations<"run">>;

export interface LineProps {
	line: LogLine;
	number: number;
	/** The section that begins or ends here; another object once it has changed. */
	section: LogSection | null;
	/** Whether it is folded. */
	folded: boolean;
	onFold: (number: number) => void;
	onLink: (number: number) => void;
	query: string;
	/** The found line that is shown now. */
	current: boolean;
	linked: boolean;
	/** Its time, in a column of times; undefined = there is none. */
	timeOf: ((index: number) => ReactNode) | undefined;
	/** Where `timeOf` finds it. */
	index: number;
	wrap: boolean;
	runId: string;
	t: Translate;
}

/**
 * One line: its number as a link, its time if wanted, and its text with the colours that the node gave it. Drawn anew only where something of it
 * has changed, and of most lines without a hook: a screen of them comes and goes with each frame of a scroll.
 */
export const LogLineView = memo(function LogLineView(props: LineProps) {
	const { line, number, current, linked, timeOf, index, wrap, runId, onLink, query, t } = props;
	const time = timeOf?.(index);
	return (
		<div
			className={cn(
				"flex min-w-full px-2 leading-5 hover:bg-accent/60",
				wrap ? "w-full" : "w-max",
				linked && "bg-info-soft",
				current && "bg-warning-soft",
			)}
			data-line={number}
		>
			<a
				href={`/runs/${encodeURIComponent(runId)}#L${number}`}
				aria-label={t("log.lineLink", { line: number })}
				onClick={(event) => {
					event.preventDefault();
					onLink(number);
				}}
				className="mr-3 w-12 shrink-0 select-none text-right text-muted-foreground hover:text-foreground hover:underline"
			>
				{number}
			</a>
			{time === undefined ? null : <span className="mr-3 w-[10ch] shrink-0 select-none text-right text-muted-foreground">{time}</span>}
			<span className={wrap ? "min-w-0 whitespace-pre-wrap break-all" : "whitespace-pre"}>
				{line.marker ? <MarkerText {...props} /> : <Spans spans={markMatches(parseAnsi(line.text), query)} />}
			</span>
		</div>
	);
});

/** What stands in the place of the lines that are left out of a log. */
export function LeftOut({ bytes, lines, runId }: { bytes: number; lines: number; runId: string }) {
	const t = useTranslations("run");
	const locale = useLocale();
	return (
		<div role="note" className="flex w-max min-w-full gap-3 bg-warning-soft px-2 font-sans leading-5">
			<span aria-hidden="true">⋯</span>
			{t("log.leftOut", { bytes: formatBytes(bytes, locale), lines, path: nodeLogPath(runId) })}
		</div>
	);
}

function MarkerText({ line, number, section, folded, onFold, query, t }: LineProps) {
	const locale = useLocale();
	const templateOf = useTemplate();
	const stepName = useStepName();
	const render = useMessage();
	const { marker } = line;
	if (marker?.kind === "begin" && section) {
		const { outcome, durationMs, step } = section;
		const kind = outcome === null ? "running" : outcome === "ok" ? "ok" : outcome === "skip" ? "skipped" : "failed";
		return (
			<button
				type="button"
				onClick={() => onFold(number)}
				aria-expanded={!folded}
				className="inline-flex items-center gap-1.5 font-semibold"
			>
				{folded ? <ChevronRight className="size-3.5" aria-hidden="true" /> : <ChevronDown className="size-3.5" aria-hidden="true" />}
				<StatusGlyph kind={kind} label={t(`stepState.${kind}`)} iconOnly />
				{stepName(step)}
				<span className="font-normal text-muted-foreground">
					{step}
					{durationMs === null ? "" : ` · ${formatDuration(durationMs)}`}
				</span>
			</button>
		);
	}
	if (marker?.kind === "end" && marker.outcome === "ok" && section) return <EndOfOk line={line} section={section} query={query} />;
	if (marker?.kind === "end") {
		return (
			<span className={marker.outcome === "fail" ? "text-danger" : "text-muted-foreground"}>
				{t(`log.end.${marker.outcome}`, { step: stepName(marker.step) })}
			</span>
		);
	}
	if (marker?.kind === "cause") {
		const told = render({ code: `node.${marker.code}`, values: marker.values }, "error");
		return <span className="font-semibold text-danger">{told.known ? told.text : plain(marker)}</span>;
	}
	if (marker?.kind === "note") {
		const key = `note.${marker.code}`;
		return (
			<span className="text-info">
				{t.has(key) ? t(key, fillValues(templateOf(`run.${key}`), marker.values, { locale, sentence: () => null })) : plain(marker)}
			</span>
		);
	}
	return <Spans spans={markMatches(parseAnsi(line.text), query)} />;
}

/**
 * A step that ended well: its name stands at its head, so here it would be there twice. Who selects the line takes it as the node wrote it, and
 * who searches for what is in it sees that.
 */
function EndOfOk({ line, section, query }: { line: LogLine; section: LogSection; query: string }) {
	const t = useTranslations("run");
	const stepName = useStepName();
	if (query !== "" && holdsText(line.text, query.toLowerCase())) return <Spans spans={markMatches(parseAnsi(line.text), query)} />;
	const { step, durationMs } = section;
	return (
		<span className="text-muted-foreground" title={stepName(step)}>
			<span className="select-none">
				{durationMs === null ? t("log.endedOk") : t("log.endedOkAfter", { duration: formatDuration(durationMs) })}
			</span>
			<span className="sr-only" aria-hidden="true">
				{line.text}
			</span>
		</span>
	);
}

/** A marker that the catalogue does not know, as the node wrote it. */
function plain({ code, values }: { code: string; values: Record<string, string> }): string {
	return [code, ...Object.entries(values).map(([name, value]) => `${name}=${value}`)].join(" ");
}

function Spans({ spans }: { spans: readonly AnsiSpan[] }) {
	let at = 0;
	return spans.map((span) => {
		const key = at;
		at += span.text.length;
		const style = css(span.style);
		if (span.match) {
			return (
				<mark key={key} className="bg-warning text-background" style={style}>
					{span.text}
				</mark>
			);
		}
		return style ? (
			<span key={key} style={style}>
				{span.text}
			</span>
		) : (
			<span key={key}>{span.text}</span>
		);
	});
}

/** The sixteen colours, dark enough on light and light enough on dark: CSS picks by the theme. */
const PALETTE = [
	"light-dark(#3b3f46, #9aa1ab)",
	"light-dark(#a11c1c, #ff8f86)",
	"light-dark(#1c6b2c, #6fd58a)",
	"light-dark(#7a5200, #e6c15c)",
	"light-dark(#1d4fa8, #86b4ff)",
	"light-dark(#7f2b96, #e19cf5)",
	"light-dark(#0b6670, #62d3df)",
	"light-dark(#4a4e55, #d6dae0)",
] as const;

function css(style: AnsiStyle): CSSProperties | undefined {
	if (Object.keys(style).length === 0) return undefined;
	const colour = (value: number | string | undefined) => (typeof value === "number" ? PALETTE[value % 8] : value);
	const [text, ground] = style.inverse
		? [colour(style.background) ?? "var(--log)", colour(style.colour) ?? "var(--foreground)"]
		: [colour(style.colour), colour(style.background)];
	return {
		color: text,
		backgroundColor: ground,
		fontWeight: style.bold ? 600 : undefined,
		opacity: style.dim ? 0.75 : undefined,
		fontStyle: style.italic ? "italic" : undefined,
		textDecoration: style.underline ? "underline" : undefined,
	};
}
