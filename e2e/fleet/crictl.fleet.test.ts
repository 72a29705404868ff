import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { crictlArchive, type Fleet, type FleetNode } from "./fleet.ts";
import { sharedFleet } from "./shared-fleet.ts";

/** containerd with its CRI plugin on, enough for sandboxes. */
const CONFIG = `version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "k8s.gcr.io/pause:3.2"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "/etc/cni/net.d"
`;

const TO_CONTAINERD = `systemctl stop kubelet
docker ps -aq | xargs -r docker rm -f >/dev/null
rm -rf /var/lib/cni/networks/fleet
docker save k8s.gcr.io/pause:3.2 busybox:1.35 >/tmp/images.tar
systemctl stop docker.socket docker
cat >/etc/containerd/config.toml
systemctl restart containerd
ctr -n k8s.io images import /tmp/images.tar
echo 'runtime-endpoint: unix:///run/containerd/containerd.sock' >/etc/crictl.yaml
sed -i 's|"$| --container-runtime=remote --container-runtime-endpoint=unix:///run/containerd/containerd.sock"|' /var/lib/kubelet/kubeadm-flags.env
systemctl start kubelet`;

let fleet: Fleet;
let node: FleetNode;

beforeAll(async () => {
	fleet = await sharedFleet();
	node = fleet.node("node1");
	const archive = await crictlArchive();
	await node.must("tar -xz -C /usr/local/bin crictl", { input: await readFile(archive.path) });
	expect((await node.must("sha256sum /usr/local/bin/crictl")).split(" ")[0]).toBe(archive.binarySha256);
});
afterAll(async () => {
	await fleet.kubectl(["delete", "deployment", "crictl", "--ignore-not-found"]);
	await fleet.reset("node1");
});

it("names itself a stand-in, and says so when the CRI plugin is off", async () => {
	expect(await node.must("crictl --version")).toBe("crictl version v1.20.0+standin\n");
	const info = await node.exec("crictl info");
	expect(info.code).toBe(1);
	expect(info.stderr).toContain("unknown service runtime.v1.RuntimeService");
});

it("shows, stops and removes the real containerd's pods", async () => {
	await node.must(TO_CONTAINERD, { input: CONFIG, timeoutMs: 120_000 });
	await node.waitReady({ runtime: "containerd://" });
	await fleet.deploy({ name: "crictl", replicas: 2, nodeSelector: { "kubernetes.io/hostname": "node1" } });
	const info = JSON.parse(await node.must("crictl info")) as { status: { conditions: { type: string; status: boolean }[] } };
	expect(info.status.conditions).toEqual([
		{ type: "RuntimeReady", status: true },
		{ type: "NetworkReady", status: true },
	]);
	await node.must("systemctl stop kubelet");
	const sandboxes = (await node.must("crictl pods -q")).trim().split("\n");
	expect(sandboxes.length).toBeGreaterThanOrEqual(2);
	expect(await node.must("crictl pods")).toMatch(/Ready\s+crictl-\S+\s+default/);
	expect((await node.exec(`crictl rmp ${sandboxes[0]}`)).stderr).toContain("is ready");
	const addresses = () => node.must("ls /var/lib/cni/networks/fleet | grep -cE '^[0-9.]+$' || true");
	expect(Number(await addresses())).toBe(sandboxes.length);
	await node.must("crictl stopp -a");
	expect(Number(await addresses())).toBe(0);
	expect(await node.must("crictl ps -q")).toBe("");
	await node.must("crictl rmp -a");
	expect(await node.must("crictl pods -q; crictl ps -aq; ctr -n k8s.io containers ls -q")).toBe("");
});

it("fails when containerd is down", async () => {
	const result = await node.exec("systemctl stop containerd; crictl pods");
	expect(result.code).toBe(1);
	expect(result.stderr).toContain("connect endpoint");
});
