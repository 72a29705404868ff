/** A node's own time since its boot. With a pace above 1 its seconds are shorter than ours; the date is everybody's. */
export class Clock {
	private bootedAtMs = performance.now();

	constructor(
		/** Seconds of the node in one of ours. */
		readonly pace: number,
		/** How long the node had been up already when the simulation began, in seconds. */
		private baseS = 0,
	) {}

	uptime(): number {
		return this.baseS + ((performance.now() - this.bootedAtMs) / 1000) * this.pace;
	}

	reboot(): void {
		this.bootedAtMs = performance.now();
		this.baseS = 0;
	}
}
