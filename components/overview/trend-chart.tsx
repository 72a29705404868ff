"use client";

import { useLocale, useTranslations } from "next-intl";
import { Area, AreaChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { useTimeZone } from "@/components/ui/time-zone.tsx";
import { formatExact } from "@/lib/format.ts";
import type { TrendStep } from "@/lib/runtime-trend.ts";
import { CHART_RUNTIMES, type ChartRuntime, RUNTIME_COLOURS, RuntimePattern } from "./runtime-pattern.tsx";

const TWO_DAYS_MS = 2 * 86_400_000;
const TICK = { fill: "var(--muted-foreground)", fontSize: 11 };

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
	const span = (steps.at(-1)?.atMs ?? 0) - (steps[0]?.atMs ?? 0);
	const format = new Intl.DateTimeFormat(locale, {
		timeZone,
		...(span < TWO_DAYS_MS ? { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } : { month: "short", day: "numeric" }),
	});
	return (
		<ResponsiveContainer width="100%" height={220}>
			<AreaChart data={[...steps]} accessibilityLayer={false} margin={{ top: 8, right: 12, bottom: 0, left: 0 }}>
				<defs>
					{CHART_RUNTIMES.map((runtime) => (
						<RuntimePattern key={runtime} runtime={runtime} id={`${id}-${runtime}`} />
					))}
				</defs>
				<CartesianGrid vertical={false} stroke="var(--border)" />
				<XAxis
					dataKey="atMs"
					type="number"
					scale="time"
					domain={["dataMin", "dataMax"]}
					tickFormatter={(ms: number) => format.format(ms)}
					tick={TICK}
					stroke="var(--border)"
					minTickGap={48}
				/>
				<YAxis allowDecimals={false} width={36} tick={TICK} stroke="var(--border)" />
				<Tooltip
					isAnimationActive={false}
					cursor={{ stroke: "var(--ring)" }}
					content={({ active, payload, label }) =>
						active && payload && payload.length > 0 ? (
							<div className="rounded-md border bg-popover px-2.5 py-1.5 text-xs shadow-lg">
								<p className="text-muted-foreground">{formatExact(Number(label), locale, timeZone)}</p>
								{[...payload].reverse().map((entry) => (
									<p key={String(entry.dataKey)}>{t(`runtime.${entry.dataKey as ChartRuntime}`, { count: Number(entry.value) })}</p>
								))}
							</div>
						) : null
					}
				/>
				{CHART_RUNTIMES.map((runtime) => (
					<Area
						key={runtime}
						type="stepAfter"
						stackId="nodes"
						dataKey={runtime}
						stroke={RUNTIME_COLOURS[runtime]}
						strokeWidth={1.5}
						fill={`url(#${id}-${runtime})`}
						fillOpacity={1}
						isAnimationActive={false}
						activeDot={false}
					/>
				))}
			</AreaChart>
		</ResponsiveContainer>
	);
}
