import { createHash } from "node:crypto";
import type { Machine, WebAnswer } from "../machine/machine.ts";

/** etcd's number of a member. */
const numberOf = (name: string): string => BigInt(`0x${createHash("sha256").update(`etcd ${name}`).digest("hex").slice(0, 15)}`).toString();

interface Member {
	name: string;
	address: string;
	machine: Machine;
}

/**
 * The etcd of a simulated control plane, as its JSON gateway shows it: who its members are, and which of them run. A member runs
 * while its container does, on whichever runtime.
 */
export class SimulatedEtcd {
	readonly #members: Member[] = [];
	readonly #begun = Date.now();
	/** Names of members that do not answer although their containers run. */
	readonly silent = new Set<string>();
	/** Members that name another leader than the rest, by their names. */
	readonly led = new Map<string, string>();

	/** Makes the machine a member that answers at its address and, on the machine itself, on loopback. */
	join(machine: Machine, address: string): void {
		this.#members.push({ name: machine.name, address, machine });
		machine.web.push((url, post) => this.#answer(machine, url, post));
	}

	#answer(from: Machine, url: URL, post: boolean): WebAnswer | undefined {
		if (url.port !== "2379") return undefined;
		const here = url.hostname === "127.0.0.1" || url.hostname === "localhost";
		const member = this.#members.find((each) => (here ? each.machine === from : each.address === url.hostname));
		const well = (each: Member) => runs(each) && !this.silent.has(each.name);
		if (!member || !well(member)) return undefined;
		const voters = this.#members.filter(well);
		const quorum = voters.length * 2 > this.#members.length;
		const header = { cluster_id: "7", member_id: numberOf(member.name), raft_term: "4" };
		switch (`${post ? "POST" : "GET"} ${url.pathname}`) {
			case "GET /health":
				return { status: quorum ? 200 : 503, body: JSON.stringify({ health: String(quorum) }) };
			case "POST /v3/cluster/member/list": {
				const members = this.#members.map(({ name, address }) => ({
					ID: numberOf(name),
					name,
					peerURLs: [`https://${address}:2380`],
					clientURLs: [`https://${address}:2379`],
				}));
				return { status: 200, body: JSON.stringify({ header, members }) };
			}
			case "POST /v3/maintenance/status": {
				const index = String(1000 + Math.floor((Date.now() - this.#begun) / 1000));
				const leader = quorum
					? { leader: numberOf(this.led.get(member.name) ?? voters[0]?.name ?? "") }
					: { errors: ["etcdserver: no leader"] };
				return {
					status: 200,
					body: JSON.stringify({ header, version: "3.4.3", ...leader, raftIndex: index, raftTerm: "4", raftAppliedIndex: index }),
				};
			}
			default:
				return { status: 404, body: '{"error":"Not Found","code":5}' };
		}
	}
}

function runs({ machine }: Member): boolean {
	const engines = [machine.containers.list("docker"), machine.containers.list("containerd")];
	return (
		machine.state !== "off" && engines.flat().some((each) => each.kind === "container" && each.role === "etcd" && each.state === "running")
	);
}
