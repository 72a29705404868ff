import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { policySchema } from "../../lib/contracts/plan.ts";
import type { RunDetail } from "../../lib/contracts/run-detail.ts";
import { HIDDEN } from "../../lib/secret-text.ts";
import { planMigration } from "../plan/migrate.ts";
import { fileWith, soundFacts } from "../preflight/fixtures/node.ts";
import { shownFacts, shownRun } from "./shown-record.ts";

const SECRET = "S3cretRegistry";
const recorded = readFileSync("server/probe/fixtures/bookworm-dockershim.txt", "utf8");
const sound = soundFacts(recorded);
const text = sound.containerd.config.contentBase64;

function detail(facts = sound): RunDetail {
	const policy = policySchema.parse({ installCrictl: false });
	const plan = planMigration({ runId: "run00001", nodeName: "node1", controlPlane: false, facts, policy, findings: [], crictl: null });
	const evidence = [{ name: "crictl-info.txt", text: `{"auth":{"password":"${SECRET}"}}` }];
	return { plan, evidence, findings: [], events: [] } as unknown as RunDetail;
}

it("is what runs, byte for byte, where there is no secret in it", () => {
	const { plan } = detail();
	expect(shownRun(detail()).plan).toEqual(plan);
});

it("holds no registry's password in a diff, a script or evidence, and keeps the hashes of what runs", () => {
	const config = `${Buffer.from(text ?? "", "base64").toString("utf8")}\n[plugins.cri.registry.configs."r".auth]\n  password = "${SECRET}"\n`;
	const facts = { ...sound, containerd: { ...sound.containerd, config: fileWith(sound.containerd.config.path, config) } };
	const given = detail(facts);
	const shown = shownRun(given);
	const file = shown.plan?.files.find(({ path }) => path === sound.containerd.config.path);
	for (const state of [file?.before, file?.after]) {
		const content = Buffer.from(state?.contentBase64 ?? "", "base64").toString("utf8");
		expect(content).toContain(HIDDEN);
		expect(content).not.toContain(SECRET);
	}
	expect(JSON.stringify(shown)).not.toContain(SECRET);
	expect(JSON.stringify(given)).toContain(SECRET);
	expect(shown.plan?.scripts.prepare.sha256).toBe(given.plan?.scripts.prepare.sha256);
});

it("shows facts without the bytes of files, and without a proxy's password", () => {
	const docker = { ...sound.docker, argv: ["/usr/bin/dockerd", `--registry-mirror=https://bot:${SECRET}@mirror.example`] };
	const shown = shownFacts({ ...sound, docker });
	expect(JSON.stringify(shown)).not.toContain(SECRET);
	expect(shown.containerd.config.contentBase64).toBeNull();
	expect(shown.host).toEqual(sound.host);
});
