import type { FleetNode } from "./node.ts";
import { FleetError, quote, type RunResult, tail } from "./process.ts";

/** What `docker inspect` says of a container, as far as it matters here. */
export interface ContainerFacts {
	State: { Status: string; ExitCode: number; Health?: { Status: string; Log: { Output: string }[] } };
	RestartCount: number;
	Image: string;
}

interface CommandOptions {
	timeoutMs?: number;
	/** Variables for the compose file beyond the project's own. */
	env?: Readonly<Record<string, string>>;
}

/** A folder with a compose file on a node, and the commands that a person would give there. */
export class ComposeProject {
	/** `image` carries Docker Compose; `env` is the environment that the compose file is read with. */
	constructor(
		private readonly node: FleetNode,
		private readonly image: string,
		private readonly folder: string,
		private readonly env: Readonly<Record<string, string>>,
	) {}

	/** Runs `docker compose …` and returns how it ended and all it said. */
	run(args: readonly string[], { timeoutMs = 30_000, env = {} }: CommandOptions = {}): Promise<RunResult> {
		return this.node.exec(this.#command(args, env), { timeoutMs });
	}

	/** The same; throws where it fails. */
	async must(args: readonly string[], options: CommandOptions = {}): Promise<string> {
		const { code, stdout, stderr } = await this.run(args, options);
		// What failed in a build is said on the one, that it failed on the other.
		if (code !== 0)
			throw new FleetError("fleet.command_failed", `docker compose ${args.join(" ")}: ${code}\n${tail(stdout, 40)}\n${tail(stderr)}`);
		return stdout;
	}

	/** The id of the service's container. */
	async container(service: string): Promise<string> {
		return (await this.must(["ps", "--all", "--quiet", service])).trim();
	}

	async inspect(container: string): Promise<ContainerFacts> {
		const [facts] = JSON.parse(await this.node.must(`docker inspect ${quote(container)}`)) as ContainerFacts[];
		if (!facts) throw new Error(`no container ${container}`);
		return facts;
	}

	/** Removes the containers and their data. */
	async down(): Promise<void> {
		await this.must(["down", "--volumes", "--timeout", "1"], { timeoutMs: 60_000 });
	}

	// At the same path in the container as on the host: the compose file's own paths are the host's.
	#command(args: readonly string[], more: Readonly<Record<string, string>>): string {
		const mounts = ["/var/run/docker.sock", this.folder].flatMap((path) => ["--volume", `${path}:${path}`]);
		const env = Object.entries({ ...this.env, ...more }).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
		const words = ["docker", "run", "--rm", "--network=none", ...mounts, "--workdir", this.folder, ...env, this.image];
		return [...words, "docker-compose", "--ansi=never", ...args].map(quote).join(" ");
	}
}
