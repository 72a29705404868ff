import { expect, it } from "vitest";
import type { FlagPlace } from "./contracts/facts.ts";
import { kubeletFlags } from "./kubelet-flags.ts";

const place = (kind: FlagPlace["kind"], path: string, text: string): FlagPlace => ({
	kind,
	file: {
		path,
		realPath: path,
		state: "file",
		isMountPoint: false,
		mode: "0644",
		uid: 0,
		gid: 0,
		label: null,
		sizeBytes: text.length,
		sha256: "",
		contentBase64: btoa(text),
	},
});

it("names for each flag of the running kubelet the last file that says it", () => {
	const flagPlaces = [
		place("drop-in", "/etc/10-kubeadm.conf", 'Environment="ARGS=--config=/var/lib/kubelet/config.yaml"\n# --node-ip=10.0.0.9\n'),
		place("kubeadm-flags", "/var/lib/kubeadm-flags.env", 'KUBELET_KUBEADM_ARGS="--v 2 --node-labels=a=b --container-runtime=remote"\n'),
		place("default", "/etc/default/kubelet", "KUBELET_EXTRA_ARGS='--v=4'\n"),
	];
	const argv = [
		"/usr/bin/kubelet",
		"--config=/var/lib/kubelet/config.yaml",
		"--v",
		"4",
		"--node-labels=a=b",
		"--fail-swap-on",
		"--container=x",
	];
	expect(kubeletFlags({ argv, flagPlaces })).toEqual([
		{ at: 0, name: "--config", value: "/var/lib/kubelet/config.yaml", from: "/etc/10-kubeadm.conf" },
		{ at: 1, name: "--v", value: "4", from: "/etc/default/kubelet" },
		{ at: 3, name: "--node-labels", value: "a=b", from: "/var/lib/kubeadm-flags.env" },
		{ at: 4, name: "--fail-swap-on", value: null, from: null },
		// The begin of another flag is not it.
		{ at: 5, name: "--container", value: "x", from: null },
	]);
	expect(kubeletFlags({ argv: [], flagPlaces })).toEqual([]);
});
