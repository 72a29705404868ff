import { GANTRY_DIR } from "../plan/layout.ts";

/** Commands without which the compiled scripts cannot run on a node; each missing one blocks. */
export const REQUIRED_COMMANDS = [
	"sh",
	"systemctl",
	"systemd-run",
	"flock",
	"timeout",
	"sha256sum",
	"base64",
	"readlink",
	"stat",
	"awk",
	"sed",
	"grep",
	"find",
	"basename",
	"cat",
	"cut",
	"dirname",
	"ls",
	"rmdir",
	"cp",
	"mv",
	"rm",
	"ln",
	"mkdir",
	"chmod",
	"chown",
	"date",
	"dd",
	"df",
	"head",
	"kill",
	"sleep",
	"sort",
	"sync",
	"tail",
	"touch",
	"tr",
	"wc",
	"ctr",
	"containerd",
] as const;

/** Commands that are used where they exist; a script has a way round each of them. */
export const OPTIONAL_COMMANDS = [
	"docker",
	"dockerd",
	"cri-dockerd",
	"kubelet",
	"kubeadm",
	"crictl",
	"curl",
	"wget",
	"iptables",
	"iptables-save",
	"restorecon",
	"nsenter",
	"ip",
	"tar",
	"gzip",
	"pigz",
	"runc",
	"xfs_info",
	"apparmor_parser",
	"needrestart",
] as const;

/** Folders that the scripts write to. A folder that does not exist yet is judged by its nearest existing parent. */
export const TOUCHED_FOLDERS = [
	"/etc",
	"/etc/containerd",
	"/etc/systemd/system",
	"/run/systemd/system",
	"/usr/local/bin",
	"/var/lib",
	"/var/lib/kubelet",
	GANTRY_DIR,
] as const;

/** Locks that package managers hold with fcntl or flock while they work: looked up in /proc/locks, never taken. */
export const PACKAGE_LOCK_FILES = [
	"/var/lib/dpkg/lock-frontend",
	"/var/lib/dpkg/lock",
	"/var/lib/apt/lists/lock",
	"/var/cache/apt/archives/lock",
	"/var/lib/rpm/.rpm.lock",
	"/usr/lib/sysimage/rpm/.rpm.lock",
] as const;

/** Package managers of the yum family write their process id instead; held while that process lives. */
export const PACKAGE_PID_FILES = [
	"/var/run/yum.pid",
	"/run/zypp.pid",
	"/var/cache/dnf/metadata_lock.pid",
	"/var/cache/dnf/download_lock.pid",
	"/var/lib/dnf/rpmdb_lock.pid",
] as const;

/** Units that install packages by themselves, on a timer or as a daemon. apt's does so only where unattended-upgrade is there. */
export const UPGRADE_UNITS = [
	"apt-daily-upgrade.timer",
	"dnf-automatic.timer",
	"dnf-automatic-install.timer",
	"dnf5-automatic.timer",
	"yum-cron.service",
] as const;

/** Default places; a live command line that names others wins. */
export const DEFAULT_CONTAINERD_CONFIG = "/etc/containerd/config.toml";
export const DEFAULT_CONTAINERD_ROOT = "/var/lib/containerd";
export const DEFAULT_CONTAINERD_SOCKET = "/run/containerd/containerd.sock";
export const DEFAULT_DAEMON_JSON = "/etc/docker/daemon.json";
/** Where Docker looks for the certificates of registries, a folder each. */
export const DOCKER_CERTIFICATES = "/etc/docker/certs.d";
export const DEFAULT_KUBELET_CONFIG = "/var/lib/kubelet/config.yaml";
export const INSTANCE_CONFIG = "/var/lib/kubelet/instance-config.yaml";
export const CRICTL_CONFIG = "/etc/crictl.yaml";
export const DEFAULT_CNI_BIN_DIR = "/opt/cni/bin";
export const DEFAULT_CNI_CONF_DIR = "/etc/cni/net.d";

/** The units whose state is part of the facts, in the order in which `systemctl show` is asked for them. */
export const PROBED_UNITS = [
	"docker.service",
	"docker.socket",
	"cri-docker.service",
	"cri-docker.socket",
	"containerd.service",
	"kubelet.service",
] as const;

/** Switches of the kernel's that pods' traffic needs; Docker sets them when it starts (https://kubernetes.io/docs/setup/production-environment/container-runtimes/). */
export const SYSCTLS = [
	"net.ipv4.ip_forward",
	"net.ipv6.conf.all.forwarding",
	"net.bridge.bridge-nf-call-iptables",
	"net.bridge.bridge-nf-call-ip6tables",
] as const;

/** Modules that the same page wants loaded. */
export const KERNEL_MODULES = ["overlay", "br_netfilter"] as const;

/** sysctl.d(5): of two files of one name that in the earlier folder counts. */
export const SYSCTL_FOLDERS = ["/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d"] as const;

/** modules-load.d(5). */
export const MODULE_FOLDERS = [
	"/etc/modules-load.d",
	"/run/modules-load.d",
	"/usr/local/lib/modules-load.d",
	"/usr/lib/modules-load.d",
	"/lib/modules-load.d",
] as const;
