#!/bin/sh
# The procedure by hand: one script over plain OpenSSH, without a way back, a lock, a record or a drain.
# What Gantry is measured beside. Arguments: the pause image, the image to carry.
set -eu
pause=$1
carry=$2

# Before anything stops: crictl and the images.
tar -xzf /tmp/crictl.tar.gz -C /usr/local/bin crictl
printf 'runtime-endpoint: unix:///run/containerd/containerd.sock\nimage-endpoint: unix:///run/containerd/containerd.sock\ntimeout: 10\ndebug: false\n' >/etc/crictl.yaml
docker save "$pause" "$carry" | ctr -n k8s.io images import - >/dev/null
cp /etc/containerd/config.toml /etc/containerd/config.toml.bak
cp /var/lib/kubelet/kubeadm-flags.env /var/lib/kubelet/kubeadm-flags.env.bak

systemctl stop kubelet
ids=$(docker ps -q --filter label=io.kubernetes.pod.uid)
[ -z "$ids" ] || docker stop -t 10 $ids >/dev/null
systemctl stop docker.socket docker
systemctl stop containerd
cat >/etc/containerd/config.toml <<CONFIG
version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$pause"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "/etc/cni/net.d"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
CONFIG
systemctl start containerd
until ctr plugins ls | grep -q 'io.containerd.grpc.v1 *cri .*ok'; do sleep 0.2; done
sed -i 's/--network-plugin=[^ "]*//; s/--cni-bin-dir=[^ "]*//; s|"$| --container-runtime=remote --container-runtime-endpoint=unix:///run/containerd/containerd.sock"|' /var/lib/kubelet/kubeadm-flags.env
systemctl start kubelet

# The same look as Gantry's: the kubelet stays up for 15 s, is healthy, and the runtime answers.
pid=$(systemctl show -p MainPID kubelet | cut -d= -f2)
sleep 15
[ "$pid" = "$(systemctl show -p MainPID kubelet | cut -d= -f2)" ]
curl -fsS -o /dev/null http://127.0.0.1:10248/healthz
tr '\0' '\n' <"/proc/$pid/cmdline" | grep -qx -e '--container-runtime=remote'
crictl info >/dev/null
crictl pods >/dev/null
