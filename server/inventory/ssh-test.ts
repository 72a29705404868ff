import type { Message } from "../../lib/contracts/finding.ts";
import type { SSH_TEST_STEPS, SshTest, SshTestStep } from "../../lib/contracts/node-page.ts";
import { asMessage } from "../engine/executor/failure.ts";
import { connect } from "../ssh/connect.ts";
import { SshError } from "../ssh/errors.ts";
import type { NodeSession, SshTarget } from "../ssh/session.ts";
import type { Credentials } from "./credentials.ts";

export interface SshTesting {
	credentials: Pick<Credentials, "targetOf">;
	/** For tests. */
	open?: typeof connect;
	signal?: AbortSignal;
}

type StepId = (typeof SSH_TEST_STEPS)[number];

const CONNECT_LIMIT_MS = 20_000;
const SCRIPT_LIMIT_MS = 10_000;

/**
 * Goes the way to a node as a run would, over a connection of its own, and tells of each step how it went. A way that does not work is a
 * result. Throws `inventory.not-found`, SealError, and what nobody expected.
 */
export async function testSsh(nodeId: string, { credentials, open = connect, signal }: SshTesting): Promise<SshTest> {
	const course = new Course();
	let target: SshTarget;
	try {
		target = await credentials.targetOf(nodeId);
	} catch (error) {
		const told = asMessage(error);
		const missing = { "inventory.no-address": "reach", "inventory.no-credential": "login" } as const;
		const step = missing[told.code as keyof typeof missing];
		if (!step) throw error;
		return course.failed(step, told);
	}
	if (target.jump) course.expect("jump-host");
	let session: NodeSession;
	try {
		session = await open(target, {
			timeoutMs: CONNECT_LIMIT_MS,
			signal,
			onHostKey: (key, hop) => {
				if (hop === "node") course.reached(`${target.address}:${target.port}`, `${key.algorithm} ${key.sha256}`);
			},
		});
	} catch (error) {
		if (!(error instanceof SshError)) throw error;
		return course.failed(course.stepOf(error), asMessage(error));
	}
	try {
		course.passed("login", `${target.user} · ${target.auth.kind}`);
		await course.try("shell", target.user, () => session.run("true", { timeoutMs: SCRIPT_LIMIT_MS, privileged: false, signal }));
		const how = target.privilege.kind === "root" ? "root" : "sudo";
		if (course.goes) await course.try("root", how, () => session.run("true", { timeoutMs: SCRIPT_LIMIT_MS, signal }));
		return course.result();
	} finally {
		session.close();
	}
}

/** What has been gone through so far. A step that has passed stays passed. */
class Course {
	readonly #ids: StepId[] = ["reach", "host-key", "login", "shell", "root"];
	readonly #steps = new Map<StepId, SshTestStep>();
	#since = performance.now();

	get goes(): boolean {
		return [...this.#steps.values()].every(({ outcome }) => outcome === "ok");
	}

	expect(id: "jump-host"): void {
		this.#ids.unshift(id);
	}

	passed(id: StepId, found: string, timed = true): void {
		this.#steps.set(id, { id, outcome: "ok", durationMs: timed ? this.#lap() : null, found, error: null });
	}

	/** The node has shown its key: whatever comes now, the way there works. */
	reached(address: string, key: string): void {
		this.#throughJump();
		this.passed("reach", address);
		// Judged next; a key that is refused takes this back.
		this.passed("host-key", key, false);
	}

	stepOf({ family, hop }: SshError): StepId {
		if (hop === "jump") return "jump-host";
		if (family === "host-key") return "host-key";
		return this.#steps.has("reach") ? "login" : "reach";
	}

	async try(id: StepId, found: string, work: () => Promise<unknown>): Promise<void> {
		try {
			await work();
			this.passed(id, found);
		} catch (error) {
			if (!(error instanceof SshError)) throw error;
			this.failed(id, asMessage(error));
		}
	}

	failed(id: StepId, error: Message): SshTest {
		if (id !== "jump-host") this.#throughJump();
		const found = this.#steps.get(id)?.found ?? "";
		this.#steps.set(id, { id, outcome: "failed", durationMs: this.#lap(), found, error });
		return this.result();
	}

	result(): SshTest {
		const steps = this.#ids.map(
			(id): SshTestStep => this.#steps.get(id) ?? { id, outcome: "not-tried", durationMs: null, found: "", error: null },
		);
		return { ok: steps.every(({ outcome }) => outcome === "ok"), steps };
	}

	/** Whatever the node itself said, it came through there. */
	#throughJump(): void {
		if (this.#ids.includes("jump-host")) this.passed("jump-host", "", false);
	}

	#lap(): number {
		const now = performance.now();
		const lap = Math.round(now - this.#since);
		this.#since = now;
		return lap;
	}
}
