import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { judgeDump } from "../../server/runtime/containerd/judge.ts";
import { planContainerdConfig } from "../../server/runtime/containerd/plan.ts";
import {
	CONTAINERD_CONFIG_FIXTURES,
	type ContainerdConfigFixture,
	STANDARD_SETTINGS,
} from "../../server/runtime/fixtures/containerd-configs.ts";
import { isAtLeast, parseVersion } from "../../server/runtime/versions.ts";
import { baseRoot } from "./base-root.ts";
import { must } from "./process.ts";
import { SUITE_NAMES, SUITES, type SuiteName } from "./suites.ts";

// The staged file of every fixture before the real containerd of four Debian releases: its dump, not our reading of it, is the judge.
const settings = { ...STANDARD_SETTINGS, cniBinDirs: [...STANDARD_SETTINGS.cniBinDirs] };
const registries = [
	{
		host: "docker.io",
		endpoints: [
			{ url: "https://mirror.example.com", skipVerify: false, ca: ["/etc/docker/certs.d/mirror.example.com/ca.crt"], clients: [] },
		],
	},
	{ host: "reg.example:5000", endpoints: [{ url: "http://reg.example:5000", skipVerify: true, ca: [], clients: [] }] },
];

/** One daemon's answers: for each name its exit status and what it printed. */
class Containerd {
	private constructor(
		readonly version: string,
		private readonly folder: string,
		private readonly root: string,
	) {}

	/** A root of the suite's packages under an upper layer that goes with it. */
	static async of(suite: SuiteName): Promise<Containerd> {
		const lower = await baseRoot(SUITES[suite], (line) => process.stderr.write(`judge: ${line}\n`));
		const folder = await mkdtemp(join(tmpdir(), "gantry-judge-"));
		for (const name of ["upper", "work", "root"]) await mkdir(join(folder, name));
		const root = join(folder, "root");
		const layers = `lowerdir=${lower},upperdir=${join(folder, "upper")},workdir=${join(folder, "work")}`;
		await must("mount", ["-t", "overlay", "overlay", "-o", layers, root]);
		const printed = await must("chroot", [root, "containerd", "--version"]);
		return new Containerd(printed.trim().split(" ")[2] ?? "", folder, root);
	}

	async dumps(texts: ReadonlyMap<string, string>): Promise<Map<string, { status: number; out: string; err: string }>> {
		const files = join(this.root, "tmp/files");
		await mkdir(files, { recursive: true });
		const names = [...texts.keys()];
		for (const [index, text] of [...texts.values()].entries()) await writeFile(join(files, `${index}.toml`), text);
		// All of them by one chroot: a start of a shell each would be most of the time.
		const script = `cd /tmp/files; for i in $(seq 0 ${names.length - 1}); do containerd --config "$i.toml" config dump >"$i.out" 2>"$i.err"; echo $? >"$i.rc"; done`;
		await must("chroot", [this.root, "sh", "-c", script], { timeoutMs: 240_000 });
		const read = (name: string) => readFile(join(files, name), "utf8");
		const found = new Map<string, { status: number; out: string; err: string }>();
		for (const [index, name] of names.entries()) {
			found.set(name, { status: Number(await read(`${index}.rc`)), out: await read(`${index}.out`), err: await read(`${index}.err`) });
		}
		return found;
	}

	async close(): Promise<void> {
		await must("umount", [this.root]);
		await rm(this.folder, { recursive: true, force: true });
	}
}

describe.each(SUITE_NAMES)("containerd of %s", (suite) => {
	let daemon: Containerd;
	let fixtures: ContainerdConfigFixture[];
	/** Whether this daemon is in a range of versions. */
	let within: (range: Pick<ContainerdConfigFixture, "from" | "below">) => boolean;
	const planned = (text: string | null, extra: object = {}) =>
		planContainerdConfig({ text, daemonVersion: daemon.version, settings: { ...settings, ...extra } }).text;

	beforeAll(async () => {
		daemon = await Containerd.of(suite);
		const version = parseVersion(daemon.version);
		within = ({ from = [1, 0], below }) => isAtLeast(version, ...from) && (below === undefined || !isAtLeast(version, ...below));
		fixtures = CONTAINERD_CONFIG_FIXTURES.filter(within);
	});
	afterAll(() => daemon?.close());

	it("accepts every staged file, and its dump holds every value that was set", async () => {
		const sound = fixtures.filter(({ expected }) => !("code" in expected));
		expect(sound.length).toBeGreaterThanOrEqual(25);
		const dumps = await daemon.dumps(new Map(sound.map(({ name, text }) => [name, planned(text)])));
		const wrong = [...dumps].flatMap(([name, { status, out, err }]) => {
			if (status !== 0) return [`${name}: ${err.trim()}`];
			const mismatches = judgeDump(out, daemon.version, settings).filter(({ kind }) => kind === "mismatch");
			return mismatches.map(({ key, expected, found }) => `${name}: ${key} is ${found}, not ${expected}`);
		});
		expect(wrong).toEqual([]);
	});

	it("refused what the plan repairs, and takes the rest as it was", async () => {
		const withText = fixtures.filter(({ text }) => text !== null);
		const dumps = await daemon.dumps(new Map(withText.map(({ name, text }) => [name, text ?? ""])));
		const wrong = withText.flatMap(({ name, refused }) => {
			const answer = dumps.get(name);
			const isRefused = answer?.status !== 0;
			return isRefused === (refused !== undefined && within(refused)) ? [] : [`${name}: ${isRefused ? answer?.err.trim() : "accepted"}`];
		});
		expect(wrong).toEqual([]);
	});

	it("takes registries and a default runtime that Docker had, in the style that it knows", async () => {
		const folder = isAtLeast(parseVersion(daemon.version), 1, 5);
		const extra = {
			...(folder ? { registryFolder: "/etc/containerd/certs.d" } : { inlineRegistries: registries }),
			defaultRuntime: { name: "nvidia", binary: "/usr/bin/nvidia-container-runtime" },
		};
		const dumps = await daemon.dumps(new Map([["docker", planned('disabled_plugins = ["cri"]\n', extra)]]));
		const { status, out, err } = dumps.get("docker") ?? { status: -1, out: "", err: "no answer" };
		expect([status, err.match(/invalid|failed/g)]).toEqual([0, null]);
		expect(judgeDump(out, daemon.version, { ...settings, ...extra }).filter(({ kind }) => kind === "mismatch")).toEqual([]);
		expect(out).toMatch(folder ? /config_path = ["']\/etc\/containerd\/certs\.d["']/ : /https:\/\/mirror\.example\.com/);
	});
});
