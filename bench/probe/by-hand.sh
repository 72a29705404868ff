#!/bin/sh
# What an engineer types on a node before a migration by hand, in one go over plain OpenSSH: what the probe is measured beside. It reads
# less than the probe does: no units, locks, mounts, commands, kernel settings or addresses.
cat /etc/os-release
uname -a
systemctl show docker containerd kubelet
docker version
docker info
docker ps -a
docker images
docker image inspect $(docker images -q)
containerd --version
containerd config dump
ctr version
ctr -n k8s.io images ls
kubelet --version
tr '\0' '\n' <"/proc/$(systemctl show -p MainPID kubelet | cut -d= -f2)/cmdline"
cat /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env /etc/default/kubelet /etc/containerd/config.toml /etc/docker/daemon.json
cat /etc/cni/net.d/*
ls /opt/cni/bin /usr/lib/cni
df -h
df -i
curl -fsS http://127.0.0.1:10248/healthz
