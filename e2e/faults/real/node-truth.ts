import { runDir } from "../../../server/plan/layout.ts";
import type { FleetNode } from "../../fleet/fleet.ts";
import { type NodeTruth, type RunTruth, type Runtime, TRIGGERS } from "../truth.ts";

/** One line a fact. Every command may fail: a runtime that is down has no containers. */
const LOOK = `
pid=$(systemctl show -p MainPID --value kubelet)
if [ "\${pid:-0}" != 0 ] && systemctl is-active --quiet kubelet; then echo "words $(tr '\\0' ' ' <"/proc/$pid/cmdline") $(tr '\\n' ' ' </var/lib/kubelet/config.yaml 2>/dev/null)"; fi
echo "docker $(docker ps -q --filter label=io.kubernetes.pod.namespace 2>/dev/null | wc -l)"
echo "containerd $(ctr -n k8s.io tasks ls 2>/dev/null | grep -c RUNNING)"
systemctl is-active --quiet docker && echo "active docker"
systemctl is-active --quiet gantry-revert.timer && echo "armed gantry-revert.timer runs"
for file in ${TRIGGERS.join(" ")}; do if [ -e "$file" ] || [ -L "$file" ]; then echo "armed $file"; fi; done
:`;

/** Looks at the host itself and at the API as an administrator, by no way that the console goes. */
export async function nodeTruth(node: FleetNode): Promise<NodeTruth> {
	const { stdout } = await node.exec(LOOK, { timeoutMs: 30_000 }).catch(() => ({ stdout: "" }));
	const facts = stdout.split("\n").map((line) => {
		const at = line.indexOf(" ");
		return { name: line.slice(0, at), value: line.slice(at + 1) };
	});
	const all = (name: string) => facts.filter((fact) => fact.name === name).map((fact) => fact.value);
	const status = await node.status();
	const words = all("words")[0];
	return {
		kubelet: words === undefined ? null : runtimeOf(words),
		containers: { docker: Number(all("docker")[0] ?? 0), containerd: Number(all("containerd")[0] ?? 0) },
		dockerActive: all("active").includes("docker"),
		api: status ? { ready: status.ready, runtimeVersion: status.runtime, unschedulable: status.unschedulable } : null,
		armed: all("armed"),
	};
}

function runtimeOf(words: string): Runtime {
	return /containerd\.sock/.test(words) ? "containerd" : "docker";
}

export async function runTruth(node: FleetNode, runId: string): Promise<RunTruth> {
	const dir = runDir(runId);
	const read = async (script: string) => {
		const result = await node.exec(script, { timeoutMs: 30_000 }).catch(() => undefined);
		return result?.code === 0 ? result.stdout : null;
	};
	const log = await read(`base64 ${dir}/log`);
	return {
		log: log === null ? null : Buffer.from(log, "base64"),
		final: (await read(`cat ${dir}/final`))?.trim() ?? null,
		decision: (await read(`readlink ${dir}/decision`))?.trim() ?? null,
	};
}
