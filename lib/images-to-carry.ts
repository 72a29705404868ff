import type { Plan } from "./contracts/plan.ts";

/** `docker save` into `ctr images import`, unpacking included: measured on two cores with 600 MB, half of it incompressible. */
const BYTES_PER_S = 42_000_000;

/** What of a plan's images is carried: how many, their bytes, and about how long that takes in milliseconds. */
export function imagesToCarry(images: Plan["images"]): { count: number; bytes: number; aboutMs: number } {
	const missing = images.filter(({ present }) => !present);
	const bytes = missing.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
	return { count: missing.length, bytes, aboutMs: Math.ceil(bytes / BYTES_PER_S) * 1_000 };
}
