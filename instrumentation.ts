/** Once per server process, before it answers: opens the database and starts the engine. */
export async function register(): Promise<void> {
	if (process.env.NEXT_RUNTIME === "nodejs" && process.env.NEXT_PHASE !== "phase-production-build") {
		const { boot } = await import("./server/startup/boot");
		await boot();
	}
}
