import { expect, it } from "vitest";
import { revertAtBoot } from "../triggers.ts";
import { BOOT_REVERT_LIMIT_S, REVERT, REVERT_LIMIT_S } from "./revert.ts";

/** `finish_revert` and `end_script` wait for the disk so long at most. */
const SYNCS_S = 2 * 60;
const LOCK_WAIT_S = 30;

const body = REVERT.slice(REVERT.indexOf("\nrevert() {"));
const bootBranch = /"\$MODE" = boot \]; then\n([\s\S]*?)\n\tfi/.exec(body)?.[1] ?? "";
const limits = (text: string) => [...text.matchAll(/\bstep [a-z-]+ (\d+) step_/g)].map(([, seconds]) => Number(seconds));
const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0);

it("gives all steps of a way back their time before it is taken for one that hangs", () => {
	const most = sum(limits(body)) - sum(limits(bootBranch));
	expect(limits(body).length).toBeGreaterThan(12);
	expect(REVERT_LIMIT_S).toBeGreaterThan(most + SYNCS_S + LOCK_WAIT_S);
});

it("tries twice at boot before systemd ends it", () => {
	expect(limits(bootBranch)).toHaveLength(2);
	expect(BOOT_REVERT_LIMIT_S).toBeGreaterThan(sum(limits(bootBranch)) + SYNCS_S);
	const unit = Number(/TimeoutStartSec=(\d+)/.exec(revertAtBoot("r1"))?.[1]);
	expect(2 * BOOT_REVERT_LIMIT_S).toBeLessThan(unit);
});
