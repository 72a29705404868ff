import { defineCheck, listed, NOTE, type PreflightInput, WARN } from "../check.ts";
import { toldOf } from "./told-pods.ts";

/** `/var/run` is a link to `/run`; double slashes, single dots and a slash at the end mean nothing. */
function plain(path: string): string {
	const parts = path.split("/").filter((part) => part !== "" && part !== ".");
	return `/${parts.join("/")}`.replace(/^\/var\/run(?=\/|$)/, "/run");
}
/** The path itself or a folder that holds it. */
const holds = (path: string, inner: string) => path === inner || inner.startsWith(path === "/" ? "/" : `${path}/`);
const SOCKET = "/run/docker.sock";

/** Pods that look into Docker itself, or that need a registry whatever is carried over: what no fact of the node tells (problems 27, 29, 32). */
export const workloads = defineCheck({
	id: "workloads",
	codes: {
		// They find no socket afterwards, or an old one that nobody answers.
		"workload.docker-socket": WARN,
		// A folder that holds the socket may be mounted for other reasons.
		"workload.docker-socket.folder": NOTE,
		// containerd's logs lie below /var/log/pods, in another format.
		"workload.docker-folder": WARN,
		"workload.pulled": NOTE,
	},
	run: ({ apiNode, facts: { docker } }: PreflightInput) => {
		const dockerFolder = docker.dataRoot.known ? plain(docker.dataRoot.value) : "/var/lib/docker";
		const pods = apiNode?.pods ?? [];
		const mounting = (test: (path: string) => boolean) => pods.filter((pod) => pod.hostPaths.some((path) => test(plain(path))));
		const pulled = pods.filter((pod) => pod.pulled.length > 0);
		return [
			...toldOf(
				"workload.docker-socket",
				mounting((path) => path === SOCKET),
			),
			...toldOf(
				"workload.docker-socket.folder",
				mounting((path) => path !== SOCKET && (path === "/var" || holds(path, SOCKET))),
			),
			...toldOf(
				"workload.docker-folder",
				mounting((path) => holds(dockerFolder, path)),
			),
			...toldOf("workload.pulled", pulled, { images: listed([...new Set(pulled.flatMap((pod) => pod.pulled))]) }),
		];
	},
});
