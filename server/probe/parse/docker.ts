import type { ContainerFact, Facts, FileFact, ImageFact, Known } from "../../../lib/contracts/facts.ts";
import { failure, type Records } from "./records.ts";
import type { ProbedUnit, UnitName } from "./units.ts";
import { readArgv } from "./units.ts";

/** A line of `docker ps`, with what tells a pod's sandbox from its containers. */
export interface PsLine extends ContainerFact {
	readonly sandbox: boolean;
}

export function readPs(records: Records): Known<PsLine[]> {
	const result = { status: Number(records.text("docker.ps.rc")), stdout: Buffer.from(records.text("docker.ps")), stderr: "" };
	if (!records.has("docker.ps")) return { known: false, reason: "not-active" };
	if (result.status !== 0) return { known: false, reason: failure(result) };
	const lines = records.lines("docker.ps").flatMap((line): PsLine[] => {
		const [id, name = "", image = "", status = "", pod = "", container = "", type = ""] = line.split("\t");
		// Warnings of the client come on the same stream.
		if (!id || !/^[0-9a-f]{64}$/.test(id)) return [];
		return [
			{
				id,
				name,
				image,
				running: /^(Up|Restarting)\b/.test(status),
				kubernetes: [pod, container, type].some((label) => label !== "" && label !== "<no value>"),
				sandbox: type === "podsandbox" || container === "POD",
			},
		];
	});
	return { known: true, value: lines };
}

function json<T>(text: string | undefined, check: (value: unknown) => value is T): T | null {
	try {
		const value: unknown = JSON.parse(text ?? "");
		return check(value) ? value : null;
	} catch {
		return null;
	}
}

const isText = (value: unknown): value is string => typeof value === "string";
const isFlag = (value: unknown): value is boolean => typeof value === "boolean";
const isList = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);

function readImages(records: Records, ps: Known<PsLine[]>): Known<ImageFact[]> {
	if (!ps.known) return ps;
	if (ps.value.length === 0) return { known: true, value: [] };
	const result = records.command("docker.images");
	if (!result) return { known: false, reason: "not-asked" };
	const images = new Map<string, ImageFact>();
	for (const line of result.stdout.toString("utf8").split("\n")) {
		const [id, size, tags, digests] = line.split("\t");
		if (!id?.startsWith("sha256:")) continue;
		images.set(id, { id, sizeBytes: Number(size), tags: json(tags, isList) ?? [], digests: json(digests, isList) ?? [] });
	}
	// An image that was removed by force under its container cannot be carried; any other failure leaves the list incomplete.
	const onlyMissing = result.stderr !== "" && result.stderr.split("\n").every((line) => /no such image/i.test(line));
	if (result.status !== 0 && !onlyMissing) return { known: false, reason: failure(result) };
	return { known: true, value: [...images.values()] };
}

export function readDocker(
	records: Records,
	units: ReadonlyMap<UnitName, ProbedUnit>,
	ps: Known<PsLine[]>,
	fileOf: (path: string) => FileFact,
): Facts["docker"] {
	const fact = (name: UnitName) => (units.get(name) as ProbedUnit).fact;
	const service = fact("docker.service");
	const installed =
		records.lines("commands").some((line) => /^(?:docker|dockerd)\t./.test(line)) ||
		service.loadState === "loaded" ||
		service.loadState === "masked";
	const notAsked = installed ? "not-active" : "not-installed";
	const info = <T>(line: number, check: (value: unknown) => value is T): Known<T> =>
		records.ask("docker.info", notAsked, (out) => {
			const value = json(out.split("\n")[line], check);
			// The client prints empty values where the daemon did not answer.
			return value === "" ? null : value;
		});
	const [daemonJson = ""] = records.required("docker.paths").split("\n");
	return {
		installed,
		version: info(0, isText),
		service,
		socket: fact("docker.socket"),
		criDockerService: fact("cri-docker.service"),
		criDockerSocket: fact("cri-docker.socket"),
		argv: readArgv(records, "docker"),
		criDockerArgv: readArgv(records, "cri-docker"),
		daemonJson: fileOf(daemonJson),
		...(records.has("files.docker") ? { unitFiles: records.lines("files.docker").map(fileOf) } : {}),
		...(records.has("docker.certificates") ? { certificates: records.lines("docker.certificates") } : {}),
		dataRoot: info(1, isText),
		storageDriver: info(2, isText),
		cgroupDriver: info(3, isText),
		liveRestore: info(4, isFlag),
		defaultRuntime: info(6, isText),
		containers: ps.known
			? { known: true, value: ps.value.map(({ id, name, image, running, kubernetes }) => ({ id, name, image, running, kubernetes })) }
			: ps,
		imagesInUse: readImages(records, ps),
		imageNames: records.ask("docker.names", notAsked, (out) => out.split("\n").filter((name) => name !== "" && !name.includes("<none>"))),
	};
}
