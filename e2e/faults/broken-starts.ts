import type { BrokenStart } from "./world.ts";

/** What keeps a unit from starting: always, or with what the migration leads to. */
export const BROKEN_STARTS: Record<BrokenStart, { unit: string; test: string }> = {
	containerd: { unit: "containerd.service", test: "false" },
	"containerd-as-changed": { unit: "containerd.service", test: "! grep -q SystemdCgroup /etc/containerd/config.toml" },
	kubelet: { unit: "kubelet.service", test: "false" },
	"kubelet-as-changed": {
		unit: "kubelet.service",
		test: "! grep -rqs containerd/containerd.sock /var/lib/kubelet/kubeadm-flags.env /var/lib/kubelet/config.yaml",
	},
	docker: { unit: "docker.service", test: "false" },
};
