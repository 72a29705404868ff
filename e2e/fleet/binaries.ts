import { chmod, copyFile, link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached, exists, sha256Of } from "./cache.ts";
import { FleetError, must, run } from "./process.ts";

/** The last line of Kubernetes whose kubelet still speaks to Docker by itself and of which Debian has the source. */
export const KUBERNETES_VERSION = "v1.20.2";

const KUBERNETES_PROGRAMS = ["kubelet", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"] as const;
const DOWNLOADS = "https://dl.k8s.io/release";

/**
 * A folder with the Kubernetes programs, each checked against its SHA-256. They come from the folder `GANTRY_KUBE_BIN`
 * (programs or `.xz` files beside SHA256SUMS, perhaps one level down in a folder of the version's name), else from the
 * Kubernetes project's download site. Throws `fleet.no_kubernetes` where neither works.
 */
export function kubernetesBinaries(progress: (line: string) => void, source = process.env.GANTRY_KUBE_BIN): Promise<string> {
	return cached(`kube/${KUBERNETES_VERSION}`, async (folder) => {
		try {
			if (source) {
				progress(`checking the Kubernetes programs in ${source}`);
				await unpackPrograms(source, folder);
			} else {
				progress(`fetching Kubernetes ${KUBERNETES_VERSION} from ${DOWNLOADS}`);
				await downloadPrograms(folder);
			}
		} catch (error) {
			const cause = error instanceof Error ? error.message : String(error);
			throw new FleetError(
				"fleet.no_kubernetes",
				`no Kubernetes ${KUBERNETES_VERSION} programs: ${cause}\nSet GANTRY_KUBE_BIN to a folder with ${KUBERNETES_PROGRAMS.join(", ")} (plain or .xz) and SHA256SUMS.`,
			);
		}
		// What a node takes as a layer of its root: a hard link, so that all nodes share one file and its page cache.
		await mkdir(join(folder, "node/usr/bin"), { recursive: true });
		await link(join(folder, "kubelet"), join(folder, "node/usr/bin/kubelet"));
	});
}

async function unpackPrograms(source: string, folder: string): Promise<void> {
	const versioned = join(source, KUBERNETES_VERSION);
	const from = (await exists(join(source, "SHA256SUMS"))) ? source : versioned;
	const sums = await readSums(join(from, "SHA256SUMS"));
	for (const program of KUBERNETES_PROGRAMS) {
		const target = join(folder, program);
		if (await exists(join(from, `${program}.xz`))) {
			await must("sh", ["-c", 'xz -dc -- "$1" >"$2"', "sh", join(from, `${program}.xz`), target], { timeoutMs: 120_000 });
		} else {
			await copyFile(join(from, program), target);
		}
		await accept(target, program, sums.get(program));
	}
}

async function downloadPrograms(folder: string): Promise<void> {
	for (const program of KUBERNETES_PROGRAMS) {
		const url = `${DOWNLOADS}/${KUBERNETES_VERSION}/bin/linux/amd64/${program}`;
		const target = join(folder, program);
		const sum = await fetched(`${url}.sha256`, 30_000);
		await writeFile(target, await fetched(url, 300_000));
		await accept(target, program, sum.toString().trim().split(/\s/)[0]);
	}
}

async function fetched(url: string, timeoutMs: number): Promise<Buffer> {
	const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
	if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
	return Buffer.from(await response.arrayBuffer());
}

async function accept(path: string, program: string, expected: string | undefined): Promise<void> {
	const actual = await sha256Of(path);
	if (actual !== expected) throw new Error(`${program}: SHA-256 is ${actual}, expected ${expected ?? "one, and found none"}`);
	await chmod(path, 0o755);
}

async function readSums(path: string): Promise<Map<string, string>> {
	const lines = (await readFile(path, "utf8")).split("\n").filter(Boolean);
	return new Map(lines.map((line) => line.split(/\s+[ *]?/)).map(([sum, name]) => [name ?? "", sum ?? ""]));
}

/** The etcd server of this machine's own Debian release, unpacked so that no service is installed or started. */
export async function etcdBinary(progress: (line: string) => void): Promise<string> {
	return join(await unpackedPackage("etcd-server", progress), "root/usr/bin/etcd");
}

/** A static busybox, the only program in the pods' image. */
export async function busyboxBinary(progress: (line: string) => void): Promise<string> {
	const root = join(await unpackedPackage("busybox-static", progress), "root");
	return (await exists(join(root, "bin/busybox"))) ? join(root, "bin/busybox") : join(root, "usr/bin/busybox");
}

function unpackedPackage(name: string, progress: (line: string) => void): Promise<string> {
	return cached(`packages/${name}`, async (folder) => {
		progress(`unpacking the package ${name}`);
		// apt downloads as its own user where it can, and warns where that user may not write.
		const download = () => run("apt-get", ["download", "-q", name], { cwd: folder, timeoutMs: 180_000 });
		if ((await download()).code !== 0) {
			await must("apt-get", ["update", "-q"], { timeoutMs: 180_000 });
			const again = await download();
			if (again.code !== 0) throw new FleetError("fleet.no_package", `apt-get download ${name}: ${again.stderr}`);
		}
		const deb = (await readdir(folder)).find((file) => file.endsWith(".deb"));
		if (!deb) throw new FleetError("fleet.no_package", `apt-get download ${name} brought no package`);
		await must("dpkg-deb", ["-x", join(folder, deb), join(folder, "root")]);
		await rm(join(folder, deb));
	});
}
