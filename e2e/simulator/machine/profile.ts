/** What tells one kind of host from another. */
export interface Profile {
	name: "bookworm" | "el7";
	arch: string;
	kernel: string;
	osRelease: string;
	/** systemd's version; what it does not know yet is refused. */
	systemd: number;
	systemdBanner: string;
	/** coreutils' version as a number. */
	coreutils: number;
	cgroup: "v1" | "v2";
	/** Where packages put their units. */
	unitFolder: string;
	/** KUBELET_EXTRA_ARGS lies here. */
	kubeletDefaults: string;
}

export const BOOKWORM: Profile = {
	name: "bookworm",
	arch: "x86_64",
	kernel: "6.1.0-37-amd64",
	osRelease: `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
`,
	systemd: 252,
	systemdBanner: "systemd 252 (252.39-1~deb12u2)\n+PAM +AUDIT +SELINUX +APPARMOR +IMA +SMACK +SECCOMP default-hierarchy=unified\n",
	coreutils: 9.1,
	cgroup: "v2",
	unitFolder: "/lib/systemd/system",
	kubeletDefaults: "/etc/default/kubelet",
};

/** The oldest host that Gantry supports: systemd 219 and coreutils 8.22. */
export const EL7: Profile = {
	name: "el7",
	arch: "x86_64",
	kernel: "5.9.1-1.el7.elrepo.x86_64",
	osRelease: `NAME="CentOS Linux"
VERSION="7 (Core)"
ID="centos"
ID_LIKE="rhel fedora"
VERSION_ID="7"
PRETTY_NAME="CentOS Linux 7 (Core)"
HOME_URL="https://www.centos.org/"
`,
	systemd: 219,
	systemdBanner:
		"systemd 219\n+PAM +AUDIT +SELINUX +IMA -APPARMOR +SMACK +SYSVINIT +UTMP +LIBCRYPTSETUP +GCRYPT +GNUTLS +ACL +XZ +LZ4 -SECCOMP +BLKID +ELFUTILS +KMOD +IDN\n",
	coreutils: 8.22,
	cgroup: "v1",
	unitFolder: "/usr/lib/systemd/system",
	kubeletDefaults: "/etc/sysconfig/kubelet",
};
