import { cniPlugin } from "../runtimes/cni.ts";
import { containerd, crictl, ctr } from "../runtimes/containerd.ts";
import { criDockerd, docker, dockerd } from "../runtimes/docker.ts";
import { kubelet } from "../runtimes/kubelet.ts";
import { journalctl, systemctl, systemdRun } from "../systemd/systemctl.ts";
import { awk } from "../tools/awk.ts";
import { chmod, chown, cp, dd, ln, mkdir, mktemp, mv, readlink, rm, rmdir, sync, touch } from "../tools/files.ts";
import { find } from "../tools/find.ts";
import { grep } from "../tools/grep.ts";
import { df, ls, stat } from "../tools/inspect.ts";
import { curl, iptables } from "../tools/network.ts";
import { date, env, flock, hostname, id, sh, shellWord, sleep, sudo, timeout, uname } from "../tools/processes.ts";
import { sed } from "../tools/sed.ts";
import { tar } from "../tools/tar.ts";
import { base64, basename, cat, cut, dirname, head, sha256sum, sort, tail, tr, wc } from "../tools/text.ts";
import type { Program } from "./program.ts";

const nothing: Program = async () => 0;

/** Every program that a node may have, by the name its file gives. */
export const PROGRAMS: Readonly<Record<string, Program>> = {
	awk,
	base64,
	basename,
	cat,
	chmod,
	chown,
	"cni-plugin": cniPlugin,
	containerd,
	cp,
	"cri-dockerd": criDockerd,
	crictl,
	ctr,
	curl,
	cut,
	date,
	dd,
	df,
	dirname,
	docker,
	dockerd,
	echo: shellWord,
	env,
	false: shellWord,
	find,
	flock,
	grep,
	gzip: nothing,
	head,
	hostname,
	id,
	iptables,
	journalctl,
	kill: shellWord,
	kubeadm: nothing,
	kubelet,
	ln,
	ls,
	mkdir,
	mktemp,
	mv,
	printf: shellWord,
	readlink,
	restorecon: nothing,
	rm,
	rmdir,
	runc: nothing,
	sed,
	sh,
	sha256sum,
	sleep,
	sort,
	stat,
	sudo,
	sync,
	systemctl,
	"systemd-run": systemdRun,
	tail,
	tar,
	test: shellWord,
	true: shellWord,
	timeout,
	touch,
	tr,
	umount: nothing,
	uname,
	wc,
};

/** Those that every host has in /usr/bin. */
export const BASE_PROGRAMS: readonly string[] = Object.keys(PROGRAMS).filter(
	(name) =>
		!["cni-plugin", "containerd", "cri-dockerd", "crictl", "ctr", "docker", "dockerd", "kubeadm", "kubelet", "restorecon", "runc"].includes(
			name,
		),
);
