import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EtcdFact } from "../../../lib/contracts/facts.ts";
import { readEtcd } from "../parse/etcd.ts";
import { readRecords } from "../parse/records.ts";
import { readStaticPods } from "../parse/static-pods.ts";
import { ETCD_FACTS } from "./etcd.ts";
import { PRELUDE } from "./prelude.ts";

/** What a server of the gateway answers, by path. Missing paths are 404, as with an older gateway. */
type Answers = Record<string, { status?: number; body: string }>;

const listen = async (answers: () => Answers): Promise<{ server: Server; url: string }> => {
	const server = createServer((request, response) => {
		const answer = answers()[request.url ?? ""];
		response.statusCode = answer ? (answer.status ?? 200) : 404;
		response.end(answer?.body ?? '{"error":"Not Found"}');
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

/** As etcd 3.4 answers, byte for byte but for the ids. */
const status = (id: string, leader: string) =>
	`{"header":{"cluster_id":"1","member_id":"${id}","revision":"9","raft_term":"3"},"version":"3.4.23","dbSize":"20480","leader":"${leader}","raftIndex":"31","raftTerm":"3","raftAppliedIndex":"31","dbSizeInUse":"16384"}`;

describe.each(["dash", "bash --posix", "busybox sh"])("etcd as the probe asks it in %s", (shell) => {
	let folder: string;
	let answers: Answers;
	let first: Awaited<ReturnType<typeof listen>>;
	let second: Awaited<ReturnType<typeof listen>>;
	let others: Answers;

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), "gantry-etcd-"));
		first = await listen(() => answers);
		second = await listen(() => others);
	});
	afterAll(async () => {
		first.server.close();
		second.server.close();
		await rm(folder, { recursive: true });
	});

	async function ask(command: readonly string[]): Promise<EtcdFact | null> {
		const manifest = join(folder, "etcd.yaml");
		await writeFile(
			manifest,
			`apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    component: etcd\n  name: etcd\n  namespace: kube-system\nspec:\n  containers:\n  - command:\n${command.map((word) => `    - ${word}\n`).join("")}    image: etcd:3.4\n    name: etcd\n`,
		);
		const script = `${PRELUDE}${ETCD_FACTS}\nmanifests='${manifest}'\nrun "static-pod:$manifests" 5 base64 "$manifests"\netcd_facts\nrecord end "1 2"\nprintf '\\n'\n`;
		const [program = "sh", ...rest] = shell.split(" ");
		const ran = await new Promise<{ stdout: Buffer; stderr: string }>((resolve, reject) => {
			const child = spawn(program, rest, { stdio: "pipe" });
			const out: Buffer[] = [];
			let err = "";
			child.stdout.on("data", (bytes: Buffer) => out.push(bytes));
			child.stderr.on("data", (bytes: Buffer) => {
				err += bytes.toString();
			});
			child.once("error", reject);
			child.once("close", () => resolve({ stdout: Buffer.concat(out), stderr: err }));
			child.stdin.end(script);
		});
		expect(ran.stderr).toBe("");
		const records = readRecords(ran.stdout);
		return readEtcd(records, readStaticPods(records));
	}

	const members = (gateway: string): Answers => ({
		[`${gateway}/cluster/member/list`]: {
			body: `{"header":{"cluster_id":"1","member_id":"11","raft_term":"3"},"members":[{"ID":"11","name":"node1","peerURLs":["https://10.0.0.1:2380"],"clientURLs":["${first.url}"]},{"ID":"22","name":"node2","peerURLs":["https://10.0.0.2:2380"],"clientURLs":["${second.url}"]},{"ID":"33","peerURLs":["https://10.0.0.3:2380"],"isLearner":true}]}`,
		},
		[`${gateway}/maintenance/status`]: { body: status("11", "22") },
		"/health": { body: '{"health":"true"}' },
	});

	it("reads every member, the one without a leader and the one that has not begun", async () => {
		answers = members("/v3");
		others = { "/health": { status: 503, body: '{"health":"false"}' } };
		const etcd = await ask(["etcd", `--listen-client-urls=https://10.0.0.1:2379,${first.url}`, "--name=node1"]);
		expect(etcd).toMatchObject({ url: first.url, certificates: null });
		expect(etcd?.cluster).toMatchObject({
			known: true,
			value: {
				api: "/v3",
				self: "11",
				members: [
					{ id: "11", name: "node1", healthy: { known: true, value: true }, leader: "22", version: "3.4.23", learner: false },
					{ id: "22", name: "node2", healthy: { known: true, value: false }, leader: "" },
					{ id: "33", name: "", clientUrls: [], healthy: { known: false }, learner: true },
				],
			},
		});
	});

	it("finds the gateway of 3.3, and says why a member cannot be asked", async () => {
		answers = members("/v3beta");
		others = {};
		const etcd = await ask(["/usr/local/bin/etcd", `--listen-client-urls=${first.url}`]);
		expect(etcd?.cluster).toMatchObject({ known: true, value: { api: "/v3beta", self: "11" } });
		// 404 for its health: an answer, and none that says well.
		expect(etcd?.cluster.known && etcd.cluster.value.members[1]?.healthy).toEqual({ known: true, value: false });
	});

	it("never guesses: no address, no certificate, no answer", async () => {
		answers = {};
		expect((await ask(["etcd", "--name=node1"]))?.cluster).toEqual({ known: false, reason: "the manifest names no address for clients" });
		expect((await ask(["etcd", "--listen-client-urls=https://127.0.0.1:1", `--trusted-ca-file=${folder}/ca.crt`]))?.cluster).toEqual({
			known: false,
			reason: "no client certificate",
		});
		expect((await ask(["etcd", "--listen-client-urls=http://127.0.0.1:1"]))?.cluster).toMatchObject({
			known: false,
			reason: expect.stringMatching(/^exit 7: /),
		});
		expect((await ask(["etcd", `--listen-client-urls=${first.url}`]))?.cluster).toMatchObject({
			known: false,
			reason: expect.stringMatching(/^exit 22: /),
		});
	});
});
