/** The runtimes of a chart, from the ground up. */
export const CHART_RUNTIMES = ["containerd", "docker", "other"] as const;
export type ChartRuntime = (typeof CHART_RUNTIMES)[number];

/** By the tokens of app/globals.css, so that both themes have them. */
export const RUNTIME_COLOURS: Record<ChartRuntime, string> = {
	containerd: "var(--success)",
	docker: "var(--info)",
	other: "var(--muted-foreground)",
};

/** A fill that is known without its colour: dense, striped, dotted. Inside a `defs`; `id` is what `url(#…)` names. */
export function RuntimePattern({ runtime, id }: { runtime: ChartRuntime; id: string }) {
	const colour = RUNTIME_COLOURS[runtime];
	return (
		<pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform={runtime === "docker" ? "rotate(45)" : undefined}>
			<rect width="6" height="6" fill={colour} fillOpacity={runtime === "containerd" ? 0.55 : 0.15} />
			{runtime === "docker" ? <rect width="2" height="6" fill={colour} fillOpacity="0.7" /> : null}
			{runtime === "other" ? <circle cx="3" cy="3" r="1.2" fill={colour} fillOpacity="0.9" /> : null}
		</pattern>
	);
}

/** The same in a legend. */
export function RuntimeSwatch({ runtime, id }: { runtime: ChartRuntime; id: string }) {
	return (
		<svg className="size-3 shrink-0" viewBox="0 0 12 12" aria-hidden="true">
			<defs>
				<RuntimePattern runtime={runtime} id={id} />
			</defs>
			<rect x="0.5" y="0.5" width="11" height="11" rx="1.5" fill={`url(#${id})`} stroke={RUNTIME_COLOURS[runtime]} />
		</svg>
	);
}
