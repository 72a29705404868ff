import { BLOCK, type CommonInput, defineCheck } from "../check.ts";

/** A unit file that changed since systemd read it: the first daemon-reload would bring the change in with ours (safety rule 5). */
export const unitReload = defineCheck({
	id: "unit-reload",
	codes: { "unit.daemon-reload-needed": BLOCK },
	run: ({ facts: { docker, containerd, kubelet } }: CommonInput) =>
		[containerd.unit, docker.service, docker.socket, docker.criDockerService, docker.criDockerSocket, kubelet.unit]
			.filter((unit) => unit.needDaemonReload)
			.map((unit) => ({
				code: "unit.daemon-reload-needed" as const,
				values: { unit: unit.name },
				evidence: { path: unit.fragmentPath, text: [unit.fragmentPath, ...unit.dropInPaths].join("\n") },
			})),
});
