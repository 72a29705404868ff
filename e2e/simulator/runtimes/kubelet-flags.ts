import { atLeast } from "./versions.ts";

/** Flags that every kubelet here knows. */
const KNOWN = new Set(
	`address allowed-unsafe-sysctls anonymous-auth authentication-token-webhook authorization-mode bootstrap-kubeconfig cert-dir cgroup-driver cgroup-root
	cgroups-per-qos client-ca-file cloud-config cloud-provider cluster-dns cluster-domain config container-runtime-endpoint cpu-manager-policy
	enforce-node-allocatable event-qps eviction-hard eviction-soft fail-swap-on feature-gates healthz-bind-address healthz-port hostname-override
	image-gc-high-threshold image-gc-low-threshold image-service-endpoint kube-api-qps kube-reserved kubeconfig kubelet-cgroups log-dir logtostderr
	max-pods node-ip node-labels node-status-update-frequency pod-cidr pod-manifest-path port read-only-port register-node register-with-taints
	resolv-conf root-dir rotate-certificates runtime-cgroups runtime-request-timeout seccomp-default serialize-image-pulls system-reserved
	tls-cert-file tls-private-key-file topology-manager-policy v version volume-plugin-dir`
		.split(/\s+/)
		.filter(Boolean),
);

/** Flags of one span of versions: known up to, but not in, the minor version beside them. Source: Kubernetes' changelogs. */
const GONE_IN: Readonly<Record<string, number>> = {
	"cni-bin-dir": 24,
	"cni-cache-dir": 24,
	"cni-conf-dir": 24,
	"docker-endpoint": 24,
	"experimental-dockershim-root-directory": 24,
	"image-pull-progress-deadline": 24,
	"network-plugin": 24,
	"network-plugin-mtu": 24,
	"container-runtime": 27,
	"pod-infra-container-image": 35,
};

/** The first flag that this kubelet does not know, with its dashes; undefined where it knows all. */
export function unknownFlag(argv: readonly string[], version: string): string | undefined {
	return argv
		.filter((word) => word.startsWith("--"))
		.map((word) => word.split("=", 1)[0] ?? word)
		.find((flag) => {
			const name = flag.slice(2);
			const gone = GONE_IN[name];
			if (gone !== undefined) return atLeast(version, 1, gone);
			return !KNOWN.has(name);
		});
}

/** Value of the last `--name=value` or `--name value`. */
export function flagValue(argv: readonly string[], name: string): string | undefined {
	let value: string | undefined;
	for (const [index, word] of argv.entries()) {
		if (word.startsWith(`--${name}=`)) value = word.slice(name.length + 3);
		else if (word === `--${name}`) value = argv[index + 1];
	}
	return value;
}
