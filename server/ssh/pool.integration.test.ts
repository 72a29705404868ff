import { EventEmitter, once } from "node:events";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { SshPool } from "./pool.ts";
import type { SshTarget } from "./session.ts";
import { caught } from "./testing/caught.ts";
import { TestServer, type TestServerOptions } from "./testing/server.ts";

const T = { timeoutMs: 15_000 };
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(options?: TestServerOptions): Promise<TestServer> {
	const server = await TestServer.start(options);
	cleanups.push(() => server.stop());
	return server;
}

function pooled(options?: ConstructorParameters<typeof SshPool>[0]): SshPool {
	const pool = new SshPool(options);
	cleanups.push(() => pool.drain({ timeoutMs: 0 }));
	return pool;
}

const to = (server: TestServer, change?: Partial<SshTarget>) => () => Promise.resolve(server.target(change));

describe("a pooled session", () => {
	it("opens one connection for everybody, and only when it is needed", async () => {
		const server = await start();
		const pool = pooled();
		const handles = Array.from({ length: 5 }, () => pool.session("node-1", to(server)));
		expect([server.connections, handles[0]?.open, handles[0]?.label]).toEqual([0, true, "node-1"]);
		const results = await Promise.all(handles.map((handle, n) => handle.run(`echo ${n}`, T)));
		expect(results.map((result) => result.stdout.toString())).toEqual(["0\n", "1\n", "2\n", "3\n", "4\n"]);
		await handles[0]?.upload(join(server.dir, "file"), Buffer.from("x"), { ...T, mode: "0600" });
		expect([server.connections, handles[0]?.label]).toEqual([1, `ops@127.0.0.1:${server.port}`]);
	});

	it("keeps nodes apart", async () => {
		const [one, two] = [await start(), await start()];
		const pool = pooled();
		await Promise.all([pool.session("1", to(one)).run("true", T), pool.session("2", to(two)).run("true", T)]);
		expect([one.connections, two.connections]).toEqual([1, 1]);
	});

	it("connects again after a loss, with what holds by then", async () => {
		const server = await start();
		const pool = pooled();
		let asked = 0;
		const node = pool.session("node-1", () => {
			asked++;
			return Promise.resolve(server.target());
		});
		const lost = await caught(node.run("echo on; exec sleep 20", { ...T, onStdout: () => server.cut() }), "connection.closed");
		expect(lost.maybeRan).toBe(true);
		expect((await node.run("echo again", T)).stdout.toString()).toBe("again\n");
		expect([server.connections, asked, node.open]).toEqual([2, 2, true]);
	});

	it("sends a script once only: what may have run is not repeated", async () => {
		const server = await start();
		const node = pooled().session("node-1", to(server));
		const mark = join(server.dir, "count");
		await caught(node.run(`echo x >>${mark}; echo on; exec sleep 20`, { ...T, onStdout: () => server.cut() }), "connection.closed");
		expect((await node.run(`cat ${mark}`, T)).stdout.toString()).toBe("x\n");
	});

	it("closes an idle connection, and opens another when there is work again", async () => {
		const server = await start();
		const pool = pooled({ idleMs: 30 });
		const node = pool.session("node-1", to(server));
		await node.run("true", T);
		await expect.poll(() => server.openConnections).toBe(0);
		await node.run("true", T);
		expect(server.connections).toBe(2);
	});

	it("does not call a long script idle", async () => {
		const server = await start();
		const node = pooled({ idleMs: 30 }).session("node-1", to(server));
		expect((await node.run("sleep 0.3; echo done", T)).stdout.toString()).toBe("done\n");
		expect(server.connections).toBe(1);
	});

	it("does not knock again and again with a credential that was refused", async () => {
		const server = await start();
		const pool = pooled();
		let password = "wrong-password";
		const node = pool.session("node-1", () => Promise.resolve(server.target({ auth: { kind: "password", password } })));
		for (let n = 0; n < 3; n++) await caught(node.run("id", T), "authentication.refused", [password]);
		expect(server.connections).toBe(1);
		password = "login-password";
		pool.forget("node-1");
		expect((await node.run("echo in", T)).stdout.toString()).toBe("in\n");
	});

	it("tries a node that was unreachable each time", async () => {
		const server = await start();
		const pool = pooled();
		let address = "node1.invalid";
		const node = pool.session("node-1", () => Promise.resolve(server.target({ address })));
		await caught(node.run("id", T), "connection.dns");
		address = "127.0.0.1";
		expect((await node.run("echo in", T)).stdout.toString()).toBe("in\n");
	});

	it("passes on what the inventory throws", async () => {
		const node = pooled().session("node-1", () => Promise.reject(new TypeError("no such node")));
		await expect(node.run("id", T)).rejects.toThrow(TypeError);
	});

	it("ends one caller's wait without the others'", async () => {
		const server = await start();
		const pool = pooled();
		const gate = new EventEmitter();
		const opened = once(gate, "open");
		const resolve = () => opened.then(() => server.target());
		const stop = new AbortController();
		const patient = pool.session("node-1", resolve).run("echo in", T);
		const hasty = caught(pool.session("node-1", resolve).run("echo in", { ...T, signal: stop.signal }), "aborted");
		const short = caught(pool.session("node-1", resolve).run("echo in", { timeoutMs: 20 }), "connection.timeout");
		stop.abort();
		await Promise.all([hasty, short]);
		gate.emit("open");
		expect((await patient).stdout.toString()).toBe("in\n");
		expect(server.connections).toBe(1);
	});

	it("connects to a limited number of nodes at once", async () => {
		const server = await start();
		let now = 0;
		let most = 0;
		const pool = pooled({ maxConnecting: 2 });
		const resolve = async () => {
			most = Math.max(most, ++now);
			await new Promise((done) => setImmediate(done));
			now--;
			return server.target();
		};
		await Promise.all(Array.from({ length: 10 }, (_, n) => pool.session(`node-${n}`, resolve).run("true", T)));
		expect([most, server.connections]).toEqual([2, 10]);
	});

	it("shares its jump host with the other nodes behind it, and lets go of it with the last", async () => {
		const jump = await start();
		const nodes = [await start(), await start(), await start()];
		const pool = pooled({ idleMs: 200 });
		const sessions = nodes.map((node, n) => pool.session(`node-${n}`, to(node, { jump: jump.target() })));
		await Promise.all(sessions.map((session) => session.run("true", T)));
		expect([jump.connections, ...nodes.map((node) => node.connections)]).toEqual([1, 1, 1, 1]);
		await expect.poll(() => jump.openConnections).toBe(0);
		expect((await sessions[0]?.run("echo again", T))?.stdout.toString()).toBe("again\n");
		jump.cut();
		expect((await sessions[0]?.run("echo and again", T))?.stdout.toString()).toBe("and again\n");
		expect(jump.connections).toBe(3);
	});

	it("does not share a jump host's connection between credentials", async () => {
		const [jump, node, other] = [await start(), await start(), await start()];
		const pool = pooled();
		const password = { ...jump.target(), auth: { kind: "password", password: "login-password" } as const };
		await pool.session("1", to(node, { jump: jump.target() })).run("true", T);
		await pool.session("2", to(other, { jump: password })).run("true", T);
		expect(jump.connections).toBe(2);
	});

	it("can be put away without closing it for the others", async () => {
		const server = await start();
		const pool = pooled();
		const [mine, theirs] = [pool.session("node-1", to(server)), pool.session("node-1", to(server))];
		await mine.run("true", T);
		mine.close();
		expect([mine.open, theirs.open]).toEqual([false, true]);
		await caught(mine.run("true", T), "connection.closed");
		await theirs.run("true", T);
		expect(server.connections).toBe(1);
	});
});

describe("drain", () => {
	it("lets what is under way end, and nothing begin", async () => {
		const server = await start();
		const pool = pooled();
		const node = pool.session("node-1", to(server));
		let drained: Promise<number> | undefined;
		const running = node.run("echo on; sleep 0.2; echo done", {
			...T,
			onStdout: () => {
				drained ??= pool.drain(T);
			},
		});
		expect((await running).exitCode).toBe(0);
		expect(await drained).toBe(0);
		await caught(node.run("id", T), "connection.closed");
		expect(node.open).toBe(false);
		await expect.poll(() => server.openConnections).toBe(0);
	});

	it("cuts off what takes too long, and says how many", async () => {
		const server = await start();
		const pool = pooled();
		let drained: Promise<number> | undefined;
		const running = pool.session("node-1", to(server)).run("echo on; exec sleep 20", {
			...T,
			onStdout: () => {
				drained ??= pool.drain({ timeoutMs: 50 });
			},
		});
		await caught(running, "connection.closed");
		expect(await drained).toBe(1);
	});

	it("is at once over where nothing is open", async () => {
		expect(await pooled().drain(T)).toBe(0);
	});
});
