import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Facts } from "../../lib/contracts/facts.ts";
import { parseProbe } from "../../server/probe/parse.ts";
import { PROBE_SCRIPT } from "../../server/probe/script.ts";
import { BOOKWORM, EL7, type Profile } from "../simulator/machine/profile.ts";
import {
	cancelled,
	changedByOthers,
	containerdRefuses,
	editedThenCancelled,
	migrated,
	notCommitted,
	type Outcome,
	type Plans,
	plansFrom,
	rolledBack,
} from "./scenarios.ts";
import { podsRunning, type SimulatedNode, signedIn, standardNode } from "./simulated-node.ts";

// The conformance suite's scenarios on the simulator alone; conformance.fleet.test.ts holds their outcomes against a real node's.
const profiles: [string, Profile][] = [
	["bookworm", BOOKWORM],
	["el7", EL7],
];
const units = (docker: string) =>
	`docker.socket ActiveState=${docker} enabled\ndocker.service ActiveState=${docker} enabled\n` +
	"containerd.service ActiveState=active enabled\nkubelet.service ActiveState=active enabled\n";
const ON_DOCKER = units("active");
const ON_CONTAINERD = units("inactive");

describe.each(profiles)("a run on a simulated %s node", (_, profile) => {
	let node: SimulatedNode;
	let facts: Facts;
	let plans: Plans;
	const probe = async () => parseProbe((await node.session.run(PROBE_SCRIPT, { timeoutMs: 30_000 })).stdout);
	const hashes = (side: "before" | "after") =>
		Object.fromEntries(plans.migrate("conformhashes").files.map((file) => [file.realPath, file[side]?.sha256 ?? "absent"]));
	const ends = ({ markers }: Outcome) => markers.filter((line) => / end /.test(line)).map((line) => line.split(" ").slice(3).join(" "));

	beforeAll(async () => {
		node = await signedIn(standardNode(profile));
		await podsRunning(node.machine, 2);
		facts = await probe();
		plans = plansFrom(facts, "node1", null);
	});
	afterAll(() => node.close());

	it("is cancelled after prepare, and nothing is left", async () => {
		const found = await cancelled(node.session, plans);
		expect(found).toMatchObject({ decision: "revert", final: "cleaned", triggers: { revert: false, boot: false } });
		expect(found.files).toEqual(hashes("before"));
		expect(found.units).toBe(ON_DOCKER);
		expect(found.leftovers).toBe("lock\nowner\nruns\n");
	});

	const CONFIG = "/etc/containerd/config.toml";
	const DROP_IN = "/etc/systemd/system/docker.service.d/50-gantry.conf";
	/** SHA-256 of a file of the plan with the foreign hand's line at its end. */
	const edited = (path: string, side: "before" | "after") => {
		const bytes = plans.migrate("conformhashes").files.find((file) => file.path === path)?.[side]?.contentBase64;
		return createHash("sha256")
			.update(Buffer.concat([Buffer.from(bytes ?? "", "base64"), Buffer.from("# by hand\n")]))
			.digest("hex");
	};

	it("is cancelled after a foreign hand's edits, and leaves them as they are", async () => {
		const found = await editedThenCancelled(node.session, plans);
		expect(found).toMatchObject({ decision: "revert", final: "cleaned" });
		expect(found.files).toEqual({ ...hashes("before"), [CONFIG]: edited(CONFIG, "before"), [DROP_IN]: edited(DROP_IN, "after") });
		expect(found.markers).toContain(`##gantry conformedited note file-changed path=${DROP_IN}`);
		expect(found.units).toBe(ON_DOCKER);
		expect(found.leftovers).toBe("lock\nowner\nruns\n");
	});

	it("stops before arming where a file is not the plan's, and cleaning up stops nothing and leaves it", async () => {
		const found = await changedByOthers(node.session, plans);
		expect(found.scripts).toMatchObject({ "prepare-1": { kind: "exited", code: 0 }, cutover: { kind: "exited", code: 1 } });
		expect(found.markers.join("\n")).toContain("cause file-changed path=/etc/containerd/config.toml");
		expect(found.markers.filter((line) => / begin (stop|end|start)-/.test(line))).toEqual([]);
		expect(found).toMatchObject({ final: "cleaned", triggers: { revert: false, boot: false } });
		expect(found.files).toEqual({ ...hashes("before"), [CONFIG]: edited(CONFIG, "before") });
		expect(found.units).toBe(ON_DOCKER);
	});

	it("goes back by itself where containerd refuses to start", async () => {
		const found = await containerdRefuses(node.session, plans);
		expect(found).toMatchObject({ decision: "revert", final: "reverted" });
		expect(found.files).toEqual(hashes("before"));
		expect(ends(found)).toContain("start-containerd fail");
		expect(found.units).toBe(ON_DOCKER);
	});

	it("goes back by its timer where nobody commits", async () => {
		const found = await notCommitted(node.session, plans);
		expect(found).toMatchObject({ decision: "revert", final: "reverted", triggers: { revert: false, boot: false } });
		expect(found.files).toEqual(hashes("before"));
		expect(found.units).toBe(ON_DOCKER);
	});

	it("goes over, is committed, and comes back byte for byte", async () => {
		const over = await migrated(node.session, plans);
		expect(over).toMatchObject({ decision: "commit", final: "committed" });
		expect(over.files).toEqual(hashes("after"));
		expect(over.units).toBe(ON_CONTAINERD);
		const factsAfter = await probe();
		expect(factsAfter.kubelet.runtime).toBe("containerd");
		expect(factsAfter.containerd.criPlugin).toEqual({ known: true, value: "ok" });
		const back = await rolledBack(factsAfter)(node.session, plans);
		expect(back).toMatchObject({ decision: "commit", final: "committed" });
		expect(back.files).toEqual(hashes("before"));
		expect(back.units).toBe(ON_DOCKER);
		expect(back.leftovers).toBe("lock\nowner\nruns\n");
		await podsRunning(node.machine, 2);
		expect(node.machine.containers.list("docker").filter((each) => each.pod && each.state === "running")).toHaveLength(2);
		expect((await node.machine.run("ls /var/lib/cni/networks/pods | grep -cE '^[0-9.]+$'")).stdout).toBe("1\n");
	});
});
