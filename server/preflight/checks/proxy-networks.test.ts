import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Facts } from "../../../lib/contracts/facts.ts";
import { harness } from "../fixtures/harness.ts";
import { fileWith, policy } from "../fixtures/node.ts";

const recorded = readFileSync(new URL("../../probe/fixtures/bookworm-dockershim.txt", import.meta.url), "utf8");
const { find } = harness(recorded);
const CODE = "containerd.proxy.cluster-network";
const dropIn = (service: string, noProxy: string) =>
	fileWith(`/etc/systemd/system/${service}.d/proxy.conf`, `[Service]\nEnvironment="HTTPS_PROXY=http://proxy:3128" "NO_PROXY=${noProxy}"\n`);
const node =
	({ docker, containerd, dns = "clusterDNS: [10.96.0.10]" }: { docker?: string; containerd?: string; dns?: string }) =>
	(facts: Facts) => {
		facts.docker.unitFiles = docker === undefined ? [] : [dropIn("docker.service", docker)];
		facts.containerd.unitFiles = containerd === undefined ? [] : [dropIn("containerd.service", containerd)];
		facts.kubelet.config = fileWith("/var/lib/kubelet/config.yaml", `kind: KubeletConfiguration\n${dns}\n`);
	};

describe("problem 31: a proxy that is asked for the cluster's own addresses", () => {
	it("is told where it is carried over, with what NO_PROXY names", () => {
		expect(find(CODE, node({ docker: "localhost,.corp.example" }))).toMatchObject({
			severity: "note",
			values: { addresses: "10.96.0.10", value: "localhost,.corp.example" },
			evidence: { path: "/etc/systemd/system/containerd.service.d/50-gantry-proxy.conf" },
		});
		expect(find(CODE, node({ docker: "" }))).toMatchObject({ values: { value: "none" } });
		expect(find(CODE, node({ docker: "localhost,10.96.0.0/12" }))).toBeUndefined();
	});

	it("is told of containerd's own, which wins over Docker's", () => {
		expect(find(CODE, node({ docker: "10.96.0.0/12", containerd: "localhost" }))).toMatchObject({
			values: { value: "localhost" },
			evidence: { path: "containerd.service" },
		});
		expect(find(CODE, node({ docker: "localhost", containerd: "10.96.0.0/12" }))).toBeUndefined();
	});

	it("is not there without a proxy, nor where it is not carried, nor without a DNS of the cluster", () => {
		expect(find(CODE, node({}))).toBeUndefined();
		expect(find(CODE, node({ docker: "localhost" }), { policy: policy({ carryDockerSettings: false }) })).toBeUndefined();
		expect(find(CODE, node({ docker: "localhost", dns: "" }))).toBeUndefined();
		expect(find(CODE, node({ docker: "localhost", dns: "clusterDNS: [" }))).toBeUndefined();
	});

	it("asks the kubelet's flag before its file", () => {
		const flagged = (facts: Facts) => {
			node({ docker: "10.96.0.0/12" })(facts);
			facts.kubelet.argv.push("--cluster-dns=10.96.0.10,fd00:10:96::a");
		};
		expect(find(CODE, flagged)).toMatchObject({ values: { addresses: "fd00:10:96::a" } });
	});
});
