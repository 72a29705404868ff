import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { meSchema } from "../../lib/contracts/person.ts";
import { Api } from "../../scripts/demo/api.ts";
import { checkoutArchive } from "./checkout-archive.ts";
import { composeImage } from "./compose-image.ts";
import { ComposeProject } from "./compose-project.ts";
import { consoleBaseImage } from "./console-base-image.ts";
import type { Fleet, FleetNode } from "./fleet.ts";
import { importImage } from "./import-image.ts";
import { quote, tail, until } from "./process.ts";
import { sharedFleet } from "./shared-fleet.ts";

// Dockerfile and docker-compose.yml as a person uses them, in the Docker of a host that reaches no network.
const FOLDER = "/root/gantry";
const EMAIL = "admin@gantry.local";
let fleet: Fleet;
let node: FleetNode;
let project: ComposeProject;
let url: string;

// The image is built once: better-sqlite3 is compiled and the console is built, on one or two cores.
beforeAll(async () => {
	const progress = (line: string) => process.stderr.write(`fleet: ${line}\n`);
	const [base, compose] = [await consoleBaseImage(progress), await composeImage(progress)];
	fleet = await sharedFleet();
	node = fleet.node("node1");
	await importImage(node, base, 180_000);
	await importImage(node, compose, 180_000);
	await node.must(`mkdir -p ${FOLDER} && tar -x -C ${FOLDER}`, { input: await checkoutArchive() });
	url = `http://${node.address}:3000`;
	const env = { BASE: base.name, GANTRY_BIND: node.address, GANTRY_ORIGINS: url };
	project = new ComposeProject(node, compose.name, FOLDER, env);
	await project.must(["--progress=plain", "build"], { timeoutMs: 600_000 });
}, 1_200_000);
afterEach(() => project.down());
afterAll(() => fleet.reset(node.name));

/** Starts the console, with these variables besides, and returns its container when it is ready. */
async function up(env: Record<string, string> = {}): Promise<string> {
	await project.must(["up", "--detach", "--no-build"], { timeoutMs: 60_000, env });
	const container = await project.container("gantry");
	const ready = () =>
		fetch(`${url}/api/readyz`, { signal: AbortSignal.timeout(2_000) }).then(
			(answer) => answer.ok || undefined,
			() => undefined,
		);
	await until("the console is ready", 60_000, ready, async () => tail(await logs(container)));
	return container;
}

async function logs(container: string): Promise<string> {
	const { stdout, stderr } = await node.exec(`docker logs ${quote(container)}`);
	return stdout + stderr;
}

/** What the console prints once about its first administrator. */
function printed(text: string): { email?: string; password?: string } {
	return { email: /^ {4}e-mail {4}(\S+)$/m.exec(text)?.[1], password: /^ {4}password {2}(\S+)$/m.exec(text)?.[1] };
}

/** Whom the console takes the visitor for after signing in from this machine. */
async function signedInAs(password: string | undefined): Promise<string> {
	const api = new Api(url);
	await api.signIn(EMAIL, password ?? "");
	return (await api.call("/me", meSchema)).user.email;
}

it("signs in with the password that is printed once, and keeps its data when the container is replaced", async () => {
	const first = await up();
	const { email, password } = printed(await logs(first));
	expect(email).toBe(EMAIL);
	expect(await signedInAs(password)).toBe(EMAIL);

	await node.must(`docker rm --force ${quote(first)}`);
	const second = await up();
	expect(second).not.toBe(first);
	expect(await signedInAs(password)).toBe(EMAIL);
	expect(await logs(second)).not.toMatch(/password/i);
});

it("takes the first administrator from the environment, and prints no password then", async () => {
	const password = "correct horse; $battery 'staple'";
	const container = await up({ GANTRY_ADMIN_PASSWORD: password });
	expect(await signedInAs(password)).toBe(EMAIL);
	expect(await logs(container)).not.toContain("password");
});

it("runs as nobody in particular, with no rights, on a file system that it cannot write", async () => {
	const container = await up();
	const inside = (script: string) => node.exec(`docker exec ${quote(container)} sh -c ${quote(script)}`);
	const status = (await inside("cat /proc/1/status")).stdout;
	expect(status).toMatch(/^Uid:\t10001\t10001\t10001\t10001$/m);
	expect(status).toMatch(/^CapBnd:\t0{16}$/m);
	expect(status).toMatch(/^NoNewPrivs:\t1$/m);
	expect((await inside("touch /app/changed")).stderr).toContain("Read-only file system");
	expect((await inside("touch /tmp/scratch")).code).toBe(0);
	expect((await inside("stat -c '%u %a' /data /data/secret.key")).stdout).toBe("10001 700\n10001 600\n");
});

it("is found healthy by Docker", async () => {
	const container = await up();
	await until(
		"the container is healthy",
		60_000,
		async () => ((await project.inspect(container)).State.Health?.Status === "healthy" ? true : undefined),
		async () => JSON.stringify((await project.inspect(container)).State.Health),
	);
});

it("ends in order when it is told to, within the time that the compose file gives it", async () => {
	const container = await up();
	await project.must(["stop"], { timeoutMs: 60_000 });
	// Docker kills what is left after that time: 137.
	expect((await project.inspect(container)).State).toMatchObject({ Status: "exited", ExitCode: 0 });
	expect(await logs(container)).toContain("the console stops");
});

it("refuses to start with a variable that it cannot use, and says which", async () => {
	const wrong = ["--env=GANTRY_TRUSTED_PROXIES=many", "--env=GANTRY_ORIGIN=http://gantry.example.com"];
	const { code, stdout, stderr } = await project.run(["run", "--rm", "--no-deps", "--no-TTY", ...wrong, "gantry"], { timeoutMs: 60_000 });
	expect(code).toBe(1);
	const said = stdout + stderr;
	expect(said).toContain("The configuration cannot be used:");
	expect(said).toMatch(/^ {2}GANTRY_TRUSTED_PROXIES: /m);
	expect(said).toMatch(/^ {2}GANTRY_ORIGIN: there is no such variable$/m);
	expect(said).not.toMatch(/^ +at /m);
});
