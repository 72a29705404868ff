import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CONTROL_PLANE } from "./control-plane.ts";
import { quote } from "./quote.ts";

interface Member {
	id: string;
	name: string;
	healthy?: boolean;
	learner?: boolean;
	index?: number;
	leader?: string;
	/** Answers nothing. */
	down?: boolean;
}

/** A member's server; etcd's answers have no end of line. */
function serverOf(members: () => Member[], urls: string[], at: number): Server {
	return createServer((request, response) => {
		const self = members()[at];
		if (!self || self.down) return void request.socket.destroy();
		const header = { cluster_id: "1", member_id: self.id, raft_term: "3" };
		switch (request.url) {
			case "/v3/cluster/member/list": {
				const list = members().map(({ id, name, learner }, index) => ({
					ID: id,
					name,
					peerURLs: [`https://10.0.0.${index}:2380`],
					clientURLs: [urls[index]],
					...(learner ? { isLearner: true } : {}),
				}));
				return response.end(JSON.stringify({ header, members: list }));
			}
			case "/v3/maintenance/status":
				return response.end(
					JSON.stringify({
						header,
						version: "3.4.23",
						leader: self.leader ?? "1",
						raftIndex: "1",
						raftAppliedIndex: String(self.index ?? 40),
					}),
				);
			case "/health":
				response.statusCode = self.healthy === false ? 503 : 200;
				return response.end(JSON.stringify({ health: String(self.healthy !== false) }));
			default:
				response.statusCode = 404;
				return response.end();
		}
	});
}

describe.each(["dash", "bash --posix", "busybox sh"])("etcd asked on the node in %s", (shell) => {
	let folder: string;
	let members: Member[];
	const urls: string[] = [];
	const servers: Server[] = [];

	beforeAll(async () => {
		for (let at = 0; at < 5; at++) {
			const server = serverOf(() => members, urls, at);
			await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
			urls.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
			servers.push(server);
		}
	});
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "gantry-etcd-"));
		return () => rmSync(folder, { recursive: true });
	});
	afterAll(() => {
		for (const server of servers) {
			server.closeAllConnections();
			server.close();
		}
	});

	/** Calls a function as a step does, as the member 1; gives what it said, its code last. */
	async function call(name: string, settings: Record<string, string> = {}): Promise<string[]> {
		const values = {
			TARGET: "containerd",
			ETCD_URL: urls[0] ?? "",
			ETCD_API: "/v3",
			ETCD_MEMBER: "1",
			ETCD_CERT: "",
			ETCD_MAY_LOSE_QUORUM: "",
			RUN: folder,
			...settings,
		};
		const script = `${Object.entries(values)
			.map(([key, value]) => `${key}=${quote(value)}`)
			.join("\n")}
mkdir -p "$RUN/evidence"
bounded() { _limit=$1; shift; timeout "$_limit" "$@" </dev/null; }
note() { echo "note $*"; }
cause() { echo "cause $*"; }
say() { :; }
write_file() { printf '%s\\n' "$2" >"$1"; }
${CONTROL_PLANE}
WHY=
${name}; echo "$? $WHY"
`;
		const [program = "sh", ...rest] = shell.split(" ");
		const child = spawn(program, rest, { stdio: "pipe" });
		let out = "";
		let err = "";
		child.stdout.on("data", (bytes: Buffer) => {
			out += bytes.toString();
		});
		child.stderr.on("data", (bytes: Buffer) => {
			err += bytes.toString();
		});
		child.stdin.end(script);
		await new Promise((resolve) => child.once("close", resolve));
		expect(err).toBe("");
		return out
			.trim()
			.split("\n")
			.map((line) => line.trim());
	}

	const three = (third: Partial<Member> = {}): Member[] => [
		{ id: "1", name: "a" },
		{ id: "18446744073709551615", name: "b", index: 77 },
		{ id: "3", name: "c", ...third },
	];

	it("lets the node go while all are well, and keeps how far the best of them is", async () => {
		members = three();
		expect(await call("etcd_may_go")).toEqual(["note etcd-quorum-without voters=3 healthy=2", "0"]);
		expect(readFileSync(join(folder, "evidence/etcd-index"), "utf8")).toBe("77\n");
	});

	it("keeps it in for any member that is not well, the last one listed as well", async () => {
		for (const third of [{ down: true }, { healthy: false }, { learner: true }]) {
			members = three(third);
			expect(await call("etcd_may_go")).toEqual(["cause etcd-member-unhealthy member=c", "1"]);
		}
		members = three();
		expect(await call("etcd_may_go", { ETCD_MEMBER: "9" })).toEqual(["cause etcd-member-changed member=9", "1"]);
		expect(await call("etcd_may_go", { ETCD_URL: "http://127.0.0.1:1" })).toEqual([
			"cause etcd-does-not-answer url=http://127.0.0.1:1",
			"1",
		]);
	});

	it("keeps it in while two of them are called the leader, or nobody is", async () => {
		members = three({ leader: "3" });
		expect(await call("etcd_may_go")).toEqual(["cause etcd-leaders-differ member=c", "1"]);
		members = three({ leader: "0" }).map((member) => ({ ...member, leader: "0" }));
		expect(await call("etcd_may_go")).toEqual([`cause etcd-without-leader url=${urls[0]}`, "1"]);
	});

	it("goes without a quorum only where that was shown before", async () => {
		members = [{ id: "1", name: "a" }];
		expect(await call("etcd_may_go")).toEqual(["cause etcd-no-quorum-without voters=1", "1"]);
		expect(await call("etcd_may_go", { ETCD_MAY_LOSE_QUORUM: "yes" })).toEqual(["note etcd-without-quorum voters=1", "0"]);
	});

	it("stands in no rollback's way where this member is what is ill, and asks nothing of it afterwards", async () => {
		members = [{ id: "1", name: "a", healthy: false }, ...three().slice(1)];
		expect((await call("etcd_may_go", { TARGET: "docker" })).at(-1)).toBe("0");
		expect(await call("etcd_back", { TARGET: "docker" })).toEqual(["0"]);
		members = three({ down: true });
		expect((await call("etcd_may_go", { TARGET: "docker" })).at(-1)).toBe("1");
	});

	it("is back as the same member, with a leader, well, and as far as the others were", async () => {
		const back = async (self: Partial<Member>) => {
			members = [{ id: "1", name: "a", ...self }, ...three().slice(1)];
			writeFileSync(join(folder, "evidence/etcd-index"), "77\n");
			return call("etcd_back");
		};
		members = three();
		await call("etcd_may_go");
		expect(await back({ index: 77 })).toEqual(["0"]);
		expect(await back({ index: 100 })).toEqual(["0"]);
		expect(await back({ index: 76 })).toEqual(["1 etcd-not-caught-up index=76 wanted=77"]);
		expect(await back({ index: 77, leader: "0" })).toEqual([`1 etcd-without-leader url=${urls[0]}`]);
		expect(await back({ index: 77, healthy: false })).toEqual([`1 etcd-member-unhealthy member=${urls[0]}`]);
		expect(await back({ index: 77, id: "4" })).toEqual(["1 etcd-member-changed member=4"]);
		expect(await back({ down: true })).toEqual([`1 etcd-does-not-answer url=${urls[0]}`]);
	});
});
