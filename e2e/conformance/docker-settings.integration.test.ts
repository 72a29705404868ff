import { afterEach, expect, it } from "vitest";
import { parseProbe } from "../../server/probe/parse.ts";
import { PROBE_SCRIPT } from "../../server/probe/script.ts";
import { BOOKWORM, EL7, type Profile } from "../simulator/machine/profile.ts";
import { migrated, notCommitted, plansFrom, rolledBack } from "./scenarios.ts";
import { podsRunning, type SimulatedNode, signedIn, standardNode } from "./simulated-node.ts";

const DAEMON_JSON =
	'{"registry-mirrors":["https://mirror.example.com"],"log-opts":{"max-size":"20m","max-file":"3"},"default-ulimits":{"nofile":{"Name":"nofile","Hard":65536,"Soft":65536}}}\n';
const PROXY = "/etc/systemd/system/docker.service.d/proxy.conf";
const DROP_IN = "/etc/systemd/system/containerd.service.d/50-gantry-proxy.conf";
const ULIMITS = "/etc/systemd/system/containerd.service.d/50-gantry-ulimits.conf";
const HOSTS = "/etc/containerd/certs.d/docker.io/hosts.toml";

const UNIT = ["/lib/systemd/system/kubelet.service", "/usr/lib/systemd/system/kubelet.service", "/etc/systemd/system/kubelet.service"];

let node: SimulatedNode | undefined;
afterEach(() => node?.close());

/** What lies below the folders that a run may write to. */
const tree = async ({ machine }: SimulatedNode) =>
	(
		await machine.run(
			"find /etc /var/lib/kubelet -type f -o -type d | grep -v /pods | sort; cat /var/lib/kubelet/config.yaml /etc/containerd/config.toml",
		)
	).stdout;

it.each<[string, Profile]>([
	["bookworm", BOOKWORM],
	["el7", EL7],
])(
	"a %s node keeps Docker's mirrors, proxy, ulimits and rotation, loses its need of Docker, and comes back without a trace",
	async (_, profile) => {
		const machine = standardNode(profile);
		machine.fs.put("/etc/docker/daemon.json", DAEMON_JSON);
		machine.fs.put(PROXY, '[Service]\nEnvironment="HTTPS_PROXY=http://proxy.example.com:3128"\n');
		for (const path of UNIT) {
			const unit = machine.fs.text(path);
			if (unit) machine.fs.put(path, unit.replace("[Unit]", "[Unit]\nRequires=docker.service\nAfter=docker.service"));
		}
		node = await signedIn(machine);
		await podsRunning(machine, 2);
		const { session } = node;
		const probe = async () => parseProbe((await session.run(PROBE_SCRIPT, { timeoutMs: 30_000 })).stdout);
		const before = await tree(node);
		const plans = plansFrom(await probe(), "node1", null);

		expect(await notCommitted(session, plans)).toMatchObject({ final: "reverted" });
		expect(await tree(node)).toBe(before);

		expect(await migrated(session, plans)).toMatchObject({ final: "committed" });
		const config = machine.fs.text("/etc/containerd/config.toml") ?? "";
		// containerd 1.3 knows no folder of registries.
		if (profile === EL7) expect(config).toContain('endpoint = ["https://mirror.example.com", "https://registry-1.docker.io"]');
		else
			expect([config, machine.fs.text(HOSTS)].join("\n")).toMatch(/config_path = "\/etc\/containerd\/certs\.d"[\s\S]*mirror\.example\.com/);
		expect(machine.fs.text(DROP_IN)).toContain("HTTPS_PROXY=http://proxy.example.com:3128");
		expect(machine.fs.text(ULIMITS)).toContain("[Service]\nLimitNOFILE=65536\n");
		expect(machine.fs.text("/var/lib/kubelet/config.yaml")).toMatch(/containerLogMaxSize: 20Mi\ncontainerLogMaxFiles: 3\n$/);

		// The package's own unit stays; its copy, which systemd reads in its place, does not ask for Docker.
		const unit = machine.fs.text("/etc/systemd/system/kubelet.service");
		expect(unit).toContain("Requires=\nAfter=\n");

		expect(await rolledBack(await probe())(session, plans)).toMatchObject({ final: "committed" });
		expect(await tree(node)).toBe(before);
	},
);
