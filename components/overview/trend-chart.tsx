"use client";

import { useLocale, useTranslations } from "next-intl";
import { type PointerEvent, useLayoutEffect, useRef, useState } from "react";
import { useTimeZone } from "@/components/ui/time-zone.tsx";
import { formatExact } from "@/lib/format.ts";
import type { TrendStep } from "@/lib/runtime-trend.ts";
import { countTicks, stackedBands, stepAt } from "@/lib/step-chart.ts";
import { CHART_RUNTIMES, RUNTIME_COLOURS, RuntimePattern } from "./runtime-pattern.tsx";

const TWO_DAYS_MS = 2 * 86_400_000;
const HEIGHT_PX = 220;
const TOP_PX = 8;
const RIGHT_PX = 12;
const BOTTOM_PX = 24;
const LEFT_PX = 40;
/** Room for the words of a moment. */
const TICK_PX = 90;
/** Beyond it what is said of a step stands on its left. */
const SAID_PX = 220;

interface TrendChartProps {
	steps: readonly TrendStep[];
	/** Unique on the page: what the patterns are named by. */
	id: string;
}

/** Nodes by runtime over time, stacked, each value holding until the next. Nothing of it moves by itself. */
export function TrendChart({ steps, id }: TrendChartProps) {
	const t = useTranslations("overview");
	const locale = useLocale();
	const timeZone = useTimeZone();
	const { ref, width } = useWidth();
	const [pointed, setPointed] = useState<TrendStep | null>(null);
	const fromMs = steps[0]?.atMs ?? 0;
	const spanMs = Math.max(1, (steps.at(-1)?.atMs ?? 0) - fromMs);
	const counts = countTicks(Math.max(...steps.map((step) => CHART_RUNTIMES.reduce((sum, runtime) => sum + step[runtime], 0))));
	const [wide, high] = [Math.max(1, width - LEFT_PX - RIGHT_PX), HEIGHT_PX - TOP_PX - BOTTOM_PX];
	const x = (atMs: number) => LEFT_PX + ((atMs - fromMs) / spanMs) * wide;
	const y = (count: number) => TOP_PX + high - (count / (counts.at(-1) ?? 1)) * high;
	const bands = stackedBands(steps, CHART_RUNTIMES, { x, y });
	const moments = useMoments(fromMs, spanMs, Math.max(1, Math.floor(wide / TICK_PX)));
	const point = (event: PointerEvent<SVGSVGElement>) => {
		const at = event.clientX - event.currentTarget.getBoundingClientRect().left;
		setPointed(stepAt(steps, fromMs + ((at - LEFT_PX) / wide) * spanMs) ?? null);
	};
	return (
		<div ref={ref} className="relative" style={{ height: HEIGHT_PX }}>
			{width === 0 ? null : (
				<svg width={width} height={HEIGHT_PX} aria-hidden="true" onPointerMove={point} onPointerLeave={() => setPointed(null)}>
					<defs>
						{CHART_RUNTIMES.map((runtime) => (
							<RuntimePattern key={runtime} runtime={runtime} id={`${id}-${runtime}`} />
						))}
					</defs>
					<g className="fill-muted-foreground text-[11px] tabular-nums" stroke="none">
						{counts.map((count) => (
							<g key={count}>
								<line x1={LEFT_PX} x2={LEFT_PX + wide} y1={y(count)} y2={y(count)} stroke="var(--border)" />
								<text x={LEFT_PX - 8} y={y(count)} textAnchor="end" dominantBaseline="middle">
									{count}
								</text>
							</g>
						))}
						{moments.map(({ atMs, text }, index) => (
							<text
								key={atMs}
								x={x(atMs)}
								y={HEIGHT_PX - 6}
								textAnchor={index === 0 ? "start" : atMs === fromMs + spanMs ? "end" : "middle"}
							>
								{text}
							</text>
						))}
					</g>
					{bands.map(({ key, area, edge }) => (
						<g key={key} data-area={key}>
							<path d={area} fill={`url(#${id}-${key})`} />
							<path d={edge} fill="none" stroke={RUNTIME_COLOURS[key]} strokeWidth={1.5} />
						</g>
					))}
					{pointed ? <line x1={x(pointed.atMs)} x2={x(pointed.atMs)} y1={TOP_PX} y2={TOP_PX + high} stroke="var(--ring)" /> : null}
				</svg>
			)}
			{pointed ? (
				<div
					className="pointer-events-none absolute top-2 z-10 whitespace-nowrap rounded-md border bg-popover px-2.5 py-1.5 text-xs shadow-lg"
					style={x(pointed.atMs) + SAID_PX < width ? { left: x(pointed.atMs) + 12 } : { right: width - x(pointed.atMs) + 12 }}
				>
					<p className="text-muted-foreground">{formatExact(pointed.atMs, locale, timeZone)}</p>
					{[...CHART_RUNTIMES].reverse().map((runtime) => (
						<p key={runtime}>{t(`runtime.${runtime}`, { count: pointed[runtime] })}</p>
					))}
				</div>
			) : null}
		</div>
	);
}

/** Moments at equal distances, each with what tells it from the one before it. */
function useMoments(fromMs: number, spanMs: number, parts: number): { atMs: number; text: string }[] {
	const locale = useLocale();
	const timeZone = useTimeZone();
	const format = new Intl.DateTimeFormat(locale, {
		timeZone,
		...(spanMs < TWO_DAYS_MS ? { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } : { month: "short", day: "numeric" }),
	});
	const all = Array.from({ length: parts + 1 }, (_, index) => fromMs + (spanMs * index) / parts);
	const told = all.map((atMs) => ({ atMs, text: format.format(atMs) }));
	return told.filter(({ text }, index) => text !== told[index - 1]?.text);
}

function useWidth() {
	const ref = useRef<HTMLDivElement>(null);
	const [width, setWidth] = useState(0);
	useLayoutEffect(() => {
		const element = ref.current;
		if (!element) return;
		const measure = () => setWidth(element.clientWidth);
		measure();
		const observer = new ResizeObserver(measure);
		observer.observe(element);
		return () => observer.disconnect();
	}, []);
	return { ref, width };
}
