import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FlagPlace } from "../../../lib/contracts/facts.ts";
import { KUBEADM_DROP_IN } from "../fixtures/kubelet-flags.ts";
import { parseFlags } from "./argv.ts";
import { parseEnvFile } from "./env-file.ts";
import { splitWords } from "./mapped.ts";
import { planKubeletFlags } from "./plan.ts";

function place(kind: FlagPlace["kind"], path: string, text: string | null): FlagPlace {
	return {
		kind,
		file: {
			path,
			realPath: path,
			state: text === null ? "absent" : "file",
			isMountPoint: false,
			mode: "0644",
			uid: 0,
			gid: 0,
			label: null,
			sizeBytes: text?.length ?? 0,
			sha256: "",
			contentBase64: text === null ? null : Buffer.from(text).toString("base64"),
		},
	};
}

const ENDPOINT = "--container-runtime-endpoint=unix:///run/containerd/containerd.sock";
const REMOTE = `--container-runtime=remote ${ENDPOINT}`;
const kubeadm = (text: string | null) => place("kubeadm-flags", "/var/lib/kubelet/kubeadm-flags.env", text);
const defaults = (text: string | null) => place("default", "/etc/default/kubelet", text);
const unit = (text: string) => place("unit", "/lib/systemd/system/kubelet.service", text);
const dropIn = (text: string, name = "10-kubeadm.conf") => place("drop-in", `/etc/systemd/system/kubelet.service.d/${name}`, text);

const UNIT = `[Unit]\nWants=network-online.target\n[Service]\nExecStart=/usr/bin/kubelet\nRestart=always\n`;

function plan(places: FlagPlace[], kubeletVersion = "v1.20.2") {
	const result = planKubeletFlags({ places, kubeletVersion, target: "containerd" });
	return { ...result, texts: Object.fromEntries(result.edits.map((edit) => [edit.path.slice(edit.path.lastIndexOf("/") + 1), edit.text])) };
}

describe("a kubeadm node", () => {
	it("gets its flags where kubeadm keeps them, and loses dockershim's", () => {
		const { edits, texts, mustHave, mustNotHave } = plan([
			kubeadm(`KUBELET_KUBEADM_ARGS="--network-plugin=cni --cni-bin-dir=/usr/lib/cni --pod-infra-container-image=k8s.gcr.io/pause:3.2"\n`),
			defaults("KUBELET_EXTRA_ARGS=\n"),
			unit(UNIT),
			dropIn(KUBEADM_DROP_IN),
		]);
		expect(texts).toEqual({
			"kubeadm-flags.env": `KUBELET_KUBEADM_ARGS="--pod-infra-container-image=k8s.gcr.io/pause:3.2 ${REMOTE}"\n`,
		});
		expect(edits[0]?.intended).toEqual([
			{ key: "--network-plugin", from: "cni", to: null },
			{ key: "--cni-bin-dir", from: "/usr/lib/cni", to: null },
			{ key: "--container-runtime", from: null, to: "remote" },
			{ key: "--container-runtime-endpoint", from: null, to: "unix:///run/containerd/containerd.sock" },
		]);
		expect(mustHave).toEqual(REMOTE.split(" "));
		expect(mustNotHave).toContain("--network-plugin");
		expect(mustNotHave).not.toContain("--pod-infra-container-image");
	});

	it("is edited in KUBELET_EXTRA_ARGS where that has the last word, and everywhere else it is taken out", () => {
		const { texts } = plan([
			kubeadm(`KUBELET_KUBEADM_ARGS="--container-runtime=docker --v=2"\n`),
			defaults(`# ours\nKUBELET_EXTRA_ARGS='--container-runtime-endpoint unix:///x.sock --node-ip=10.0.0.1'\n`),
			unit(UNIT),
			dropIn(KUBEADM_DROP_IN),
		]);
		expect(texts).toEqual({
			"kubeadm-flags.env": `KUBELET_KUBEADM_ARGS="--v=2"\n`,
			kubelet: `# ours\nKUBELET_EXTRA_ARGS='${ENDPOINT} --node-ip=10.0.0.1 --container-runtime=remote'\n`,
		});
	});

	it("is not edited in a file that its unit does not read, but loses stale flags there", () => {
		const { texts } = plan([
			kubeadm(`KUBELET_KUBEADM_ARGS="--network-plugin=cni"\n`),
			place("sysconfig", "/etc/sysconfig/kubelet", `KUBELET_EXTRA_ARGS="${ENDPOINT} --network-plugin=cni"\n`),
			unit(UNIT),
			dropIn(KUBEADM_DROP_IN),
		]);
		expect(texts).toEqual({ "kubeadm-flags.env": `KUBELET_KUBEADM_ARGS="${REMOTE}"\n`, kubelet: `KUBELET_EXTRA_ARGS=""\n` });
	});

	it("edits a file once that a symlink names a second time", () => {
		const text = `KUBELET_EXTRA_ARGS="--network-plugin=cni"\n`;
		const real = place("sysconfig", "/etc/sysconfig/kubelet", text);
		const link: FlagPlace = { kind: "default", file: { ...real.file, path: "/etc/default/kubelet" } };
		const { edits } = plan([real, link, unit(UNIT), dropIn(KUBEADM_DROP_IN)]);
		expect(edits).toMatchObject([{ path: "/etc/sysconfig/kubelet", text: `KUBELET_EXTRA_ARGS="${REMOTE}"\n` }]);
	});

	it("keeps what it cannot improve: planning twice changes nothing", () => {
		const first = plan([kubeadm(`KUBELET_KUBEADM_ARGS="--network-plugin=cni --v=2"\n`)]);
		expect(plan([kubeadm(first.texts["kubeadm-flags.env"] ?? "")]).edits).toEqual([]);
	});

	it("on cri-dockerd only changes its endpoint", () => {
		const { texts, mustHave } = plan(
			[
				kubeadm(
					`KUBELET_KUBEADM_ARGS="--container-runtime-endpoint=unix:///var/run/cri-dockerd.sock --image-service-endpoint=unix:///var/run/cri-dockerd.sock --pod-infra-container-image=registry.k8s.io/pause:3.9"\n`,
				),
			],
			"v1.30.4",
		);
		expect(texts).toEqual({
			"kubeadm-flags.env": `KUBELET_KUBEADM_ARGS="${ENDPOINT} --pod-infra-container-image=registry.k8s.io/pause:3.9"\n`,
		});
		expect(mustHave).toEqual([ENDPOINT]);
	});

	it.each([
		["v1.23.17", REMOTE, false],
		["v1.26.15", REMOTE, false],
		["v1.27.0", ENDPOINT, false],
		["v1.35.0", ENDPOINT, true],
	])("with kubelet %s has what that version knows", (version, flags, withoutPause) => {
		const { texts, mustNotHave } = plan(
			[kubeadm(`KUBELET_KUBEADM_ARGS="--container-runtime=remote --pod-infra-container-image=p"\n`)],
			version,
		);
		const text = texts["kubeadm-flags.env"] ?? "";
		expect(text.includes("pod-infra")).toBe(!withoutPause);
		expect(text.includes("--container-runtime=remote")).toBe(flags === REMOTE);
		expect(text.includes(ENDPOINT)).toBe(true);
		expect(mustNotHave.includes("--container-runtime")).toBe(flags !== REMOTE);
	});

	it("gets the file where none holds flags", () => {
		const { edits } = plan([kubeadm(null), defaults(null)]);
		expect(edits).toMatchObject([{ text: `KUBELET_KUBEADM_ARGS="${REMOTE}"\n`, existed: false }]);
		expect(plan([defaults("# empty\r\n")]).texts).toEqual({ kubelet: `# empty\r\nKUBELET_EXTRA_ARGS="${REMOTE}"\r\n` });
		expect(() => plan([])).toThrow(expect.objectContaining({ code: "kubelet.flags.no-place" }));
	});
});

describe("other ways to write flags", () => {
	it("knows Kubespray's file: continued lines, a variable for the network plugin", () => {
		const env = `KUBE_LOG_LEVEL="--v=2"
KUBELET_ARGS="--config=/etc/kubernetes/kubelet-config.yaml \\
--kubeconfig=/etc/kubernetes/kubelet.conf \\
--pod-infra-container-image=k8s.gcr.io/pause:3.3 \\
 "
KUBELET_NETWORK_PLUGIN="--network-plugin=cni --cni-conf-dir=/etc/cni/net.d --cni-bin-dir=/opt/cni/bin"
KUBELET_CLOUDPROVIDER=""

PATH=/usr/local/sbin:/usr/bin
`;
		const service = `[Service]
EnvironmentFile=-/etc/kubernetes/kubelet.env
ExecStart=/usr/local/bin/kubelet \\
		$KUBE_LOG_LEVEL \\
		$KUBELET_ARGS \\
		$KUBELET_NETWORK_PLUGIN \\
		$KUBELET_CLOUDPROVIDER
`;
		const { texts } = plan([
			kubeadm(`KUBELET_KUBEADM_ARGS="--network-plugin=cni"\n`),
			place("kubespray-env", "/etc/kubernetes/kubelet.env", env),
			unit(service),
		]);
		expect(texts["kubelet.env"]).toBe(
			env
				.replace("pause:3.3 \\\n", `pause:3.3 ${REMOTE} \\\n`)
				.replace("--network-plugin=cni --cni-conf-dir=/etc/cni/net.d --cni-bin-dir=/opt/cni/bin", ""),
		);
		expect(texts["kubeadm-flags.env"]).toBe(`KUBELET_KUBEADM_ARGS=""\n`);
	});

	it("knows flags written into a unit, on lines of their own", () => {
		const service = `[Service]
ExecStart=/usr/bin/kubelet \\
  --network-plugin=cni \\
  --config=/var/lib/kubelet/config.yaml \\
  --container-runtime docker \\
  --cni-bin-dir=/opt/cni/bin
Restart=always
`;
		expect(plan([unit(service)]).texts).toEqual({
			"kubelet.service": `[Service]
ExecStart=/usr/bin/kubelet \\
  --config=/var/lib/kubelet/config.yaml \\
  --container-runtime=remote ${ENDPOINT}
Restart=always
`,
		});
	});

	it.each([
		[`Environment="KUBELET_EXTRA_ARGS=--v=2" 'A=b c'`, `Environment="KUBELET_EXTRA_ARGS=--v=2 ${REMOTE}" 'A=b c'`],
		[`Environment=KUBELET_EXTRA_ARGS=--v=2 A=b`, `Environment="KUBELET_EXTRA_ARGS=--v=2 ${REMOTE}" A=b`],
		[`Environment=KUBELET_EXTRA_ARGS="--v=2"`, `Environment=KUBELET_EXTRA_ARGS="--v=2 ${REMOTE}"`],
		[`Environment="KUBELET_EXTRA_ARGS="`, `Environment="KUBELET_EXTRA_ARGS=${REMOTE}"`],
		[`Environment=KUBELET_EXTRA_ARGS=--network-plugin=cni`, `Environment="KUBELET_EXTRA_ARGS=${REMOTE}"`],
	])("edits a drop-in's %s", (before, after) => {
		const text = (line: string) => `[Service]\n${line}\nExecStart=\nExecStart=/usr/bin/kubelet $KUBELET_EXTRA_ARGS\n`;
		expect(plan([unit(UNIT), dropIn(text(before), "20-extra.conf")]).texts).toEqual({ "20-extra.conf": text(after) });
	});

	it.each([
		[`KUBELET_EXTRA_ARGS=--v=2\n`, `KUBELET_EXTRA_ARGS="--v=2 ${REMOTE}"\n`],
		[`KUBELET_EXTRA_ARGS=--v=2 --network_plugin=cni\n`, `KUBELET_EXTRA_ARGS="--v=2 ${REMOTE}"\n`],
		[`KUBELET_EXTRA_ARGS=\n`, `KUBELET_EXTRA_ARGS="${REMOTE}"\n`],
		[`KUBELET_EXTRA_ARGS=''`, `KUBELET_EXTRA_ARGS="${REMOTE}"`],
		[`KUBELET_EXTRA_ARGS="--v=2"\r\n`, `KUBELET_EXTRA_ARGS="--v=2 ${REMOTE}"\r\n`],
		[
			`KUBELET_EXTRA_ARGS="--node-labels='a=b,c=d'   --cni-bin-dir /x  --v=2"\n`,
			`KUBELET_EXTRA_ARGS="--node-labels='a=b,c=d'   --v=2 ${REMOTE}"\n`,
		],
		[
			`KUBELET_EXTRA_ARGS="${ENDPOINT} --v=2 --container-runtime=remote --container-runtime-endpoint=x"\n`,
			`KUBELET_EXTRA_ARGS="${ENDPOINT} --v=2 --container-runtime=remote"\n`,
		],
	])("edits %j", (before, after) => {
		expect(plan([defaults(before)]).texts).toEqual({ kubelet: after });
	});

	it("refuses quotes that do not end", () => {
		expect(() => plan([defaults(`A=1\nKUBELET_EXTRA_ARGS="--v=2\n`)])).toThrow(expect.objectContaining({ code: "env.syntax", line: 2 }));
		expect(() => plan([dropIn(`[Service]\nEnvironment="A=--b\n`)])).toThrow(expect.objectContaining({ code: "kubelet.flags.quoting" }));
	});
});

describe("any environment file", { timeout: 60_000 }, () => {
	const word = fc.constantFrom(
		"--network-plugin=cni",
		"--cni-bin-dir /opt/cni/bin",
		"--container-runtime=docker",
		"--container-runtime-endpoint=unix:///var/run/cri-dockerd.sock",
		"--v=2",
		"--node-labels='a=b,c=d'",
		"--pod-infra-container-image=pause:3.2",
		"--network_plugin cni",
	);
	const gap = fc.constantFrom(" ", "  ", " \\\n", "\t");
	const value = fc.array(fc.tuple(word, gap), { maxLength: 5 }).map((pairs) => `"${pairs.map(([a, b]) => a + b).join("")}"`);
	const line = fc.oneof(
		fc.tuple(fc.constantFrom("KUBELET_KUBEADM_ARGS", "KUBELET_EXTRA_ARGS", "OTHER"), value).map(([name, written]) => `${name}=${written}`),
		fc.constantFrom("# --network-plugin=cni", "", "; note", "PATH=/usr/bin:/bin", "  HTTP_PROXY = 'http://x' # y"),
	);
	const file = fc.tuple(fc.array(line, { maxLength: 5 }), fc.boolean()).map(([lines, crlf]) => {
		const text = `${lines.join("\n")}\n`;
		return crlf ? text.replaceAll("\n", "\r\n") : text;
	});

	it("ends with each wanted flag once, none of the gone ones, all other words in order, and every other line as it was", () => {
		fc.assert(
			fc.property(file, file, fc.constantFrom("1.20.2", "1.24.1", "1.30.0", "1.35.0"), (one, two, kubeletVersion) => {
				const before = [kubeadm(one), defaults(two)];
				const { edits, mustHave, mustNotHave } = planKubeletFlags({ places: before, kubeletVersion, target: "containerd" });
				const texts = before.map((item, index) => edits.find((edit) => edit.path === item.file.path)?.text ?? [one, two][index] ?? "");
				const words = (text: string) => parseEnvFile(text).flatMap((item) => splitWords(item.value).map(({ value }) => value.text));
				const all = texts.flatMap(words);
				for (const flag of mustHave) expect(all.filter((item) => item === flag).length).toBe(1);
				const names = parseFlags(all).map((flag) => `--${flag.name}`);
				for (const gone of mustNotHave) expect(names).not.toContain(gone);
				const kept = (list: string[]) => parseFlags(list).filter(({ name }) => name === "v" || name === "node-labels");
				expect(kept(all).map(({ value }) => value)).toEqual(kept([one, two].flatMap(words)).map(({ value }) => value));
				for (const [index, text] of [one, two].entries()) {
					const fixed = text.split("\n").filter((item) => /^(?:#|;|PATH)/.test(item));
					expect(texts[index]?.split("\n").filter((item) => /^(?:#|;|PATH)/.test(item))).toEqual(fixed);
				}
				const again = planKubeletFlags({
					places: [kubeadm(texts[0] ?? ""), defaults(texts[1] ?? "")],
					kubeletVersion,
					target: "containerd",
				});
				expect(again.edits).toEqual([]);
			}),
			{ numRuns: 150 },
		);
	});
});
