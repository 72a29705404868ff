import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { caught } from "./testing/caught.ts";
import { open, SHELLS, SUDO, say, T, withSudo } from "./testing/node.ts";

describe.each(SHELLS)("a script in $name", ({ shell }) => {
	describe.each([
		["as root", {}, "nopasswd"],
		["through sudo with a password", SUDO, "password"],
		["through sudo that does not ask", SUDO, "nopasswd"],
		["through sudo without a password", { privilege: { kind: "sudo" } }, "nopasswd"],
	] as const)("%s", (_how, change, mode) => {
		const start = () => withSudo(mode, change, { shell, env: { FAKE_UID: change === SUDO || "privilege" in change ? "1000" : "0" } });

		it("gives back both streams and the exit status", async () => {
			const { node } = await start();
			const result = await node.run("echo out; echo err >&2; exit 3", T);
			expect([result.exitCode, result.stdout.toString(), result.stderr]).toEqual([3, "out\n", "err\n"]);
			expect(result.durationMs).toBeGreaterThanOrEqual(0);
		});

		it("is not eaten by its own commands", async () => {
			const { node } = await start();
			expect(await say(node, "cat\nread -r x || echo empty\necho after")).toBe("empty\nafter\n");
		});

		it("may be long, and arrives unchanged", async () => {
			const { node } = await start();
			const text = Array.from({ length: 20_000 }, (_, n) => `line ${n} 'quoted' $dollar \\ back`).join("\n");
			const sum = createHash("sha256").update(`${text}\n`).digest("hex");
			expect((await say(node, `sha256sum <<'END'\n${text}\nEND`)).slice(0, 64)).toBe(sum);
		});
	});

	it("does nothing at all when the connection breaks while it is sent", async () => {
		const { server, node } = await open({ shell, cutAfterBytes: 300_000 });
		const mark = join(server.dir, "mark");
		const error = await caught(node.run(`touch ${mark}\n${"# a long comment\n".repeat(100_000)}`, T), "connection.closed");
		expect(error.maybeRan).toBe(true);
		await expect.poll(() => server.running, { timeout: 5_000 }).toBe(0);
		expect(existsSync(mark)).toBe(false);
	});

	it("does nothing at all when it cannot be read", async () => {
		const { server, node } = await open({ shell });
		const mark = join(server.dir, "mark");
		const result = await node.run(`touch ${mark}\nif then`, T);
		expect(result.exitCode).not.toBe(0);
		expect(existsSync(mark)).toBe(false);
	});

	it("runs in a known environment", async () => {
		const { node } = await open({ shell, env: { LC_ALL: "de_DE.UTF-8", FAKE_UID: "0" } });
		expect((await say(node, 'echo "$LC_ALL"; pwd; umask; echo "$PATH"')).split("\n").slice(0, 3)).toEqual(["C", "/", "0022"]);
	});

	it("keeps the status of its last command, of a comment, of a line that goes on", async () => {
		const { node } = await open({ shell });
		expect((await node.run("false", T)).exitCode).toBe(1);
		expect((await node.run("", T)).exitCode).toBe(0);
		expect((await node.run("true # the end", T)).exitCode).toBe(0);
		expect((await node.run("(exit 7)\n# nothing", T)).exitCode).toBe(7);
	});
});

describe("what a script says", () => {
	it("comes byte for byte, as it comes", async () => {
		const { node } = await open();
		const chunks: Buffer[] = [];
		const result = await node.run("head -c 20000000 /dev/zero | tr '\\0' x; printf '\\377\\000end'", {
			...T,
			onStdout: (bytes) => void chunks.push(bytes),
		});
		const all = Buffer.concat(chunks);
		expect([result.exitCode, result.stdout.length, all.length]).toEqual([0, 0, 20_000_005]);
		expect(all.subarray(-5)).toEqual(Buffer.from([0xff, 0, 0x65, 0x6e, 0x64]));
	});

	it("waits for a slow reader: the node is held up, not our memory", async () => {
		const { server, node } = await open();
		const progress = join(server.dir, "progress");
		let go: () => void = () => {};
		const gate = new Promise<void>((resolve) => {
			go = resolve;
		});
		let first = true;
		let bytes = 0;
		const script = `i=0; while [ $i -lt 64 ]; do head -c 1048576 /dev/zero; i=$((i+1)); echo $i >${progress}; done`;
		const running = node.run(script, {
			...T,
			onStdout: (chunk) => {
				bytes += chunk.length;
				if (!first) return Promise.resolve();
				first = false;
				return gate;
			},
		});
		// Until the writer is stuck: its progress no longer changes.
		let seen = "";
		for (let same = 0; same < 5; ) {
			await new Promise((resolve) => setTimeout(resolve, 50));
			const now = existsSync(progress) ? readFileSync(progress, "utf8") : "";
			same = now === seen ? same + 1 : 0;
			seen = now;
		}
		expect(Number(seen)).toBeLessThan(32);
		go();
		expect((await running).exitCode).toBe(0);
		expect(bytes).toBe(64 * 1_048_576);
	});

	it("may not be more than the limit", async () => {
		const { node } = await open();
		const error = await caught(node.run("yes", { ...T, maxOutputBytes: 10_000 }), "output.too-large");
		expect(error.values).toMatchObject({ stream: "stdout", maxBytes: 10_000 });
		expect((await caught(node.run("yes >&2", { ...T, maxOutputBytes: 10_000 }), "output.too-large")).values.stream).toBe("stderr");
		await caught(node.run("yes", T), "output.too-large");
	});

	it("is not lost when its reader throws: the error is the reader's own", async () => {
		const { node } = await open();
		const onStdout = () => {
			throw new TypeError("reader");
		};
		await expect(node.run("echo x; sleep 60", { ...T, onStdout })).rejects.toThrow(TypeError);
		await expect(node.run("echo x; sleep 60", { ...T, onStdout: () => Promise.reject(new TypeError("later")) })).rejects.toThrow(TypeError);
	});

	it("is not waited for when only a left-over process holds the stream", async () => {
		const { node } = await open();
		const result = await node.run("sleep 60 & echo started", T);
		expect([result.exitCode, result.stdout.toString()]).toEqual([0, "started\n"]);
	});
});

describe("a script that does not end well", () => {
	it("by a signal", async () => {
		const { node } = await open();
		const error = await caught(node.run("echo dying >&2; kill -KILL $$", T), "exit.signal");
		expect(error.values).toMatchObject({ signal: "SIGKILL", stderr: "dying" });
		expect(error.maybeRan).toBe(true);
	});

	it("by the time limit, after which the session goes on", async () => {
		const { node } = await open();
		const error = await caught(node.run("exec sleep 60", { timeoutMs: 3_000 }), "timeout.script");
		expect(error.maybeRan).toBe(true);
		expect((await node.run("echo next", T)).stdout.toString()).toBe("next\n");
	});

	it("by its caller", async () => {
		const { server, node } = await open();
		const stop = new AbortController();
		await caught(node.run("echo on; exec sleep 60", { ...T, signal: stop.signal, onStdout: () => stop.abort() }), "aborted");
		const before = server.commands.length;
		await caught(node.run("id", { ...T, signal: stop.signal }), "aborted");
		await caught(node.upload("/tmp/never", Buffer.from("x"), { ...T, mode: "0600", signal: stop.signal }), "aborted");
		expect(server.commands.slice(before).length).toBeLessThanOrEqual(1);
	});

	it("by the loss of the connection, after which nothing more is possible", async () => {
		const { server, node } = await open();
		const error = await caught(node.run("echo on; exec sleep 60", { ...T, onStdout: () => server.cut() }), "connection.closed");
		expect([error.maybeRan, error.retryable, node.open]).toEqual([true, true, false]);
		expect((await caught(node.run("id", T), "connection.closed")).maybeRan).toBe(false);
	});

	it("by the end of its session", async () => {
		const { node } = await open();
		await caught(node.run("echo on; exec sleep 60", { ...T, onStdout: () => node.close() }), "connection.closed");
		expect(node.open).toBe(false);
	});
});

describe("many scripts at once", () => {
	it("share the connection, eight at a time", async () => {
		const { server, node } = await open();
		const results = await Promise.all(Array.from({ length: 30 }, (_, n) => node.run(`echo ${n}`, T)));
		expect(results.map((result) => Number(result.stdout.toString()))).toEqual(Array.from({ length: 30 }, (_, n) => n));
		expect([server.connections, server.peak]).toEqual([1, 8]);
	});

	it("make do with fewer where the server allows fewer", async () => {
		const { server, node } = await open({ maxSessions: 2 });
		const results = await Promise.all(Array.from({ length: 12 }, (_, n) => node.run(`echo ${n}`, T)));
		expect(results.map((result) => Number(result.stdout.toString()))).toEqual(Array.from({ length: 12 }, (_, n) => n));
		expect(server.peak).toBe(2);
	});

	it("end with an error where it allows none", async () => {
		const { node } = await open({ maxSessions: 0 });
		await caught(node.run("id", T), "connection.channel-refused");
	});
});
