/** A gantry crane over a container. */
export function Brand({ className }: { className?: string }) {
	return (
		<span className={className}>
			<svg
				viewBox="0 0 24 24"
				className="mr-2 inline-block size-5 align-[-0.25em] text-primary"
				fill="none"
				stroke="currentColor"
				strokeWidth="1.8"
				aria-hidden="true"
			>
				<path d="M2 5h20M5 5v15M19 5v15M3 20h4M17 20h4" strokeLinecap="round" />
				<path d="M12 5v5" />
				<rect x="8.5" y="10" width="7" height="5" rx="0.6" />
			</svg>
			<span className="font-semibold tracking-tight">Gantry</span>
		</span>
	);
}
