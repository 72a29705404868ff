import { expect, it } from "vitest";
import { absentCanaries } from "./absent-canaries.ts";
import { policySchema } from "./contracts/plan.ts";

const migration = (nodeIds: string[] | null) => ({ policy: policySchema.parse({ rollout: { canary: nodeIds && { nodeIds } } }) });
const run = (name: string, state: "queued" | "skipped") => ({ nodeId: `id-${name}`, nodeName: name, state });

it("names the canaries that cannot go, and says whether others can", () => {
	const runs = [run("a", "skipped"), run("b", "queued"), run("c", "skipped")];
	expect(absentCanaries(migration(["id-a"]), runs)).toEqual({ names: ["a"], othersGo: false });
	expect(absentCanaries(migration(["id-a", "id-b", "id-c"]), runs)).toEqual({ names: ["a", "c"], othersGo: true });
	expect(absentCanaries(migration(["id-b"]), runs)).toBeNull();
	expect(absentCanaries(migration([]), runs)).toBeNull();
	expect(absentCanaries(migration(null), runs)).toBeNull();
});
