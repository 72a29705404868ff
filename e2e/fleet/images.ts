import { chmod, copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { busyboxBinary, etcdBinary } from "./binaries.ts";
import { cached, recipeKey } from "./cache.ts";
import { must } from "./process.ts";

/** An image as `docker import` takes it: a tar of its files, and the changes that give it an entry point. */
export interface FleetImage {
	name: string;
	tar: string;
	changes: string[];
	/** Only control plane nodes have it. */
	controlPlane?: true;
}

export const PAUSE_IMAGE = "k8s.gcr.io/pause:3.2";
export const BUSYBOX_IMAGE = "busybox:1.35";
export const ETCD_IMAGE = "fleet/etcd:3";

/** What the sandbox's first process does: sleep, reap orphans, end at once when told. */
const PAUSE_SOURCE = `#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
static void end(int signal) { (void)signal; _exit(0); }
static void reap(int signal) { (void)signal; while (waitpid(-1, NULL, WNOHANG) > 0) {} }
int main(void) {
	signal(SIGINT, end);
	signal(SIGTERM, end);
	signal(SIGCHLD, reap);
	for (;;) pause();
}
`;

/** The images that pods on the fleet use, made from two static programs: no registry is needed. */
export async function fleetImages(progress: (line: string) => void): Promise<FleetImage[]> {
	const folder = await cached(`images/${recipeKey({ PAUSE_SOURCE, version: 2 })}`, async (temporary) => {
		progress("building the pods' images");
		await buildPause(temporary);
		await buildBusybox(temporary, await busyboxBinary(progress));
		await buildEtcd(temporary, await etcdBinary(progress));
	});
	return [
		{ name: PAUSE_IMAGE, tar: join(folder, "pause.tar"), changes: ['ENTRYPOINT ["/pause"]'] },
		{ name: BUSYBOX_IMAGE, tar: join(folder, "busybox.tar"), changes: ['CMD ["/bin/sh"]', "ENV PATH=/bin"] },
		{ name: ETCD_IMAGE, tar: join(folder, "etcd.tar"), changes: ["ENV PATH=/usr/bin"], controlPlane: true },
	];
}

async function buildPause(folder: string): Promise<void> {
	const root = join(folder, "pause");
	await mkdir(root, { recursive: true });
	await writeFile(join(folder, "pause.c"), PAUSE_SOURCE);
	await must("gcc", ["-static", "-O2", "-s", "-o", join(root, "pause"), join(folder, "pause.c")]);
	await must("tar", ["-C", root, "-cf", join(folder, "pause.tar"), "."]);
}

async function buildBusybox(folder: string, busybox: string): Promise<void> {
	const bin = join(folder, "busybox/bin");
	await mkdir(bin, { recursive: true });
	await mkdir(join(folder, "busybox/tmp"), { recursive: true });
	await copyFile(busybox, join(bin, "busybox"));
	await chmod(join(bin, "busybox"), 0o755);
	for (const applet of ["sh", "sleep", "cat", "ls", "httpd", "wget", "nc", "ip", "ps", "echo", "true", "date"]) {
		await symlink("busybox", join(bin, applet));
	}
	await must("tar", ["-C", join(folder, "busybox"), "-cf", join(folder, "busybox.tar"), "."]);
}

/** The program of the machine's own release, with the libraries and the loader that it asks for. */
async function buildEtcd(folder: string, etcd: string): Promise<void> {
	const root = join(folder, "etcd");
	await mkdir(join(root, "usr/bin"), { recursive: true });
	await copyFile(etcd, join(root, "usr/bin/etcd"));
	await chmod(join(root, "usr/bin/etcd"), 0o755);
	for (const path of (await must("ldd", [etcd])).match(/(?<=\s)\/\S+/g) ?? []) {
		await mkdir(join(root, dirname(path)), { recursive: true });
		await copyFile(path, join(root, path));
		await chmod(join(root, path), 0o755);
	}
	await must("tar", ["-C", root, "-cf", join(folder, "etcd.tar"), "."]);
}
