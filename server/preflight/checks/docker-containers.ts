import { BLOCK, BLOCK_UNLESS_OVERRIDDEN, defineCheck, listed, type PreflightInput, WARN } from "../check.ts";

/** Containers that no pod owns end with Docker and nothing starts them again, unless the policy keeps it (problem 24). */
export const dockerContainers = defineCheck({
	id: "docker-containers",
	codes: {
		"docker.containers.unknown": BLOCK,
		"docker.foreign-containers": BLOCK_UNLESS_OVERRIDDEN,
		// The policy keeps Docker for them.
		"docker.foreign-containers.kept": WARN,
		"docker.foreign-containers.stopped": WARN,
	},
	run: ({ facts: { docker, kubelet }, policy }: PreflightInput) => {
		if (!docker.containers.known) return [{ code: "docker.containers.unknown", values: { reason: docker.containers.reason } }];
		const foreign = docker.containers.value.filter((container) => !container.kubernetes);
		// Completing a change leaves a Docker that is kept alone.
		const alone = policy.keepDocker && kubelet.runtime === "containerd";
		const running = alone ? [] : foreign.filter((container) => container.running);
		const stopped = foreign.filter((container) => !container.running);
		const told = (containers: typeof foreign) => ({
			values: { count: containers.length, names: listed(containers.map(({ name }) => name)) },
			evidence: { text: containers.map(({ id, name, image }) => `${id.slice(0, 12)}  ${name}  ${image}`).join("\n") },
		});
		return [
			...(running.length > 0
				? [
						{
							code: policy.keepDocker ? ("docker.foreign-containers.kept" as const) : ("docker.foreign-containers" as const),
							...told(running),
						},
					]
				: []),
			...(stopped.length > 0 && !policy.keepDocker ? [{ code: "docker.foreign-containers.stopped" as const, ...told(stopped) }] : []),
		];
	},
});
