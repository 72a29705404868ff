import { expect, it } from "vitest";
import { parseProbe } from "../../server/probe/parse.ts";
import { PROBE_SCRIPT } from "../../server/probe/script.ts";
import { RuntimeError } from "../../server/runtime/errors.ts";
import { CONTAINERD_CONFIG_FIXTURES } from "../../server/runtime/fixtures/containerd-configs.ts";
import { DAEMON_JSON_FIXTURES } from "../../server/runtime/fixtures/daemon-json.ts";
import { KUBELET_FLAGS_FIXTURES } from "../../server/runtime/fixtures/kubelet-flags.ts";
import type { Machine } from "../simulator/machine/machine.ts";
import { notCommitted, plansFrom } from "./scenarios.ts";
import { podsRunning, signedIn, standardNode } from "./simulated-node.ts";

// revert(apply(x)) = x, by the scripts themselves: whatever shape a node's files have, and whatever its containerd says of the new ones.
const FOLDERS = ["/etc", "/var/lib/kubelet", "/usr/local", "/usr/lib", "/lib"];
/** Nodes wait most of the time. Their clocks run on while they compute: more at once, beside other work, overrun the limits of their steps. */
const AT_ONCE = 4;

const KUBELET = "/var/lib/kubelet/config.yaml";
const FLAGS = "/var/lib/kubelet/kubeadm-flags.env";
/** Shapes that lie where the simulated kubelet's unit reads its flags. */
const FLAG_SHAPES = KUBELET_FLAGS_FIXTURES.filter(
	({ places, kubelet, expected }) =>
		kubelet === undefined &&
		!("code" in expected) &&
		places.every(
			({ path, text }) =>
				path === FLAGS && text?.includes("--network-plugin=cni") && !/--(cgroup-driver|container-runtime|docker)/.test(text),
		),
);

/** Neither Docker 20.10 nor every containerd takes a byte order mark. */
const marked = (text: string | null) => text?.startsWith("\uFEFF") === true;
const DAEMON_SHAPES = DAEMON_JSON_FIXTURES.filter(({ text }) => !marked(text));

const shapeOf = (index: number) => {
	const config = CONTAINERD_CONFIG_FIXTURES[index % CONTAINERD_CONFIG_FIXTURES.length];
	const daemon = DAEMON_SHAPES[index % DAEMON_SHAPES.length];
	const flags = FLAG_SHAPES[index % FLAG_SHAPES.length];
	if (!config || !daemon || !flags) throw new Error(`no shape ${index}`);
	return { config, daemon, flags, name: [config.name, daemon.name, flags.name].join(" + ") };
};
type Shape = ReturnType<typeof shapeOf>;

/** Every name with its kind, mode, owner, and target or bytes; what runs in pods is not of the node. */
function tree({ fs }: Machine): string[] {
	const below = (path: string): string[] => {
		const inode = fs.find(path, false);
		if (!inode || path === "/var/lib/kubelet/pods") return [];
		const line = `${path} ${inode.kind} ${inode.mode.toString(8)} ${inode.uid}:${inode.gid}`;
		if (inode.kind === "link") return [`${line} -> ${inode.target}`];
		if (inode.kind === "folder") return [line, ...inode.entries.names().flatMap((name) => below(`${path}/${name}`))];
		return [inode.kind === "file" ? `${line} ${fs.read(path).toString("base64")}` : line];
	};
	return FOLDERS.flatMap(below);
}

function put(machine: Machine, path: string, text: string | null): void {
	if (text === null) machine.fs.removeTree(path);
	else machine.fs.put(path, text);
}

/** What became of one node: null where its files cannot be planned for, which other checks say. */
async function thereAndBack({ config, daemon, flags }: Shape): Promise<{ before: string[]; changed: boolean; after: string[] } | null> {
	const machine = standardNode();
	put(machine, "/etc/docker/daemon.json", daemon.text);
	for (const { path, text } of flags.places) put(machine, path, text);
	// The two must agree, or the kubelet does not start.
	if (daemon.text?.includes("native.cgroupdriver=systemd"))
		put(machine, KUBELET, machine.fs.text(KUBELET)?.replace("cgroupDriver: cgroupfs", "cgroupDriver: systemd") ?? null);
	const node = await signedIn(machine);
	try {
		await podsRunning(machine, 1);
		// Later than the start: with some of them no containerd starts.
		put(machine, "/etc/containerd/config.toml", config.text);
		const facts = parseProbe((await node.session.run(PROBE_SCRIPT, { timeoutMs: 60_000 })).stdout);
		const plans = plansFrom(facts, "node1", null);
		try {
			plans.migrate("conformshape");
		} catch (error) {
			if (error instanceof RuntimeError) return null;
			throw error;
		}
		const before = tree(machine);
		const { final, markers } = await notCommitted(node.session, plans);
		expect(final).toBe("reverted");
		const changed = markers.some((line) => line.endsWith(" end put-runtime-files ok"));
		return { before, changed, after: tree(machine) };
	} finally {
		await node.close();
	}
}

it("gives back every shape of containerd's, Docker's and the kubelet's files byte for byte, with owners, modes and links", async () => {
	// With a file that its own containerd refuses there is no way back: preflight blocks that.
	const shapes = CONTAINERD_CONFIG_FIXTURES.map((_, index) => shapeOf(index)).filter(
		({ config }) => !config.refused && !marked(config.text),
	);
	const [planned, changed]: [string[], string[]] = [[], []];
	const lane = async () => {
		for (let shape = shapes.shift(); shape; shape = shapes.shift()) {
			const result = await thereAndBack(shape).catch((cause: unknown) => {
				throw new Error(`${shape?.name}: it did not go there and back`, { cause });
			});
			if (!result) continue;
			planned.push(shape.name);
			if (result.changed) changed.push(shape.name);
			expect(result.after, shape.name).toEqual(result.before);
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, lane));
	expect(planned.length).toBeGreaterThan(30);
	// Most got as far as to change them; the others fail earlier, by their own.
	expect(changed.length).toBeGreaterThan(planned.length / 2);
}, 600_000);
