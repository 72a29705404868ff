import type { EtcdFact, EtcdMember, Known } from "../../../lib/contracts/facts.ts";
import { ETCD_GATEWAYS, etcdClientPairs } from "../script/etcd.ts";
import { failure, type Records } from "./records.ts";
import type { ManifestContainer } from "./static-pods.ts";

type Json = Readonly<Record<string, unknown>>;
type Cluster = EtcdFact["cluster"];

/** The etcd member of this node; null where no static pod runs one. What the shell asked is believed only where the manifest says the same. */
export function readEtcd(records: Records, containers: readonly ManifestContainer[]): EtcdFact | null {
	const container =
		containers.find((each) => /(^|\/)etcd$/.test(each.words[0] ?? "")) ?? containers.find((each) => each.container === "etcd");
	if (!container) return null;
	const option = (name: string) => optionOf(container.words, name);
	const url = localUrl(option("listen-client-urls"));
	const ca = option("trusted-ca-file");
	const [manifest = "", askedUrl = "", askedCa = "", cert = "", key = "", curl = ""] = records.text("etcd.target").split("\n");
	const secure = url.startsWith("https://");
	const pairs = etcdClientPairs(ca, option("cert-file"), option("key-file"));
	const pair = pairs.find((each) => cert !== "" && each.cert === cert && each.key === key);
	const certificates = secure && pair && askedCa === ca ? { ca, ...pair } : null;
	const fact = { manifest: container.file, url, certificates };
	const unknown = (reason: string): EtcdFact => ({ ...fact, cluster: { known: false, reason } });
	if (url === "") return unknown("the manifest names no address for clients");
	if (manifest !== container.file || askedUrl !== url) return unknown(`not-asked: ${url}`);
	if (curl === "") return unknown("no curl");
	if (secure && !certificates) return unknown("no client certificate");
	return { ...fact, cluster: readCluster(records) };
}

function readCluster(records: Records): Cluster {
	const result = records.command("etcd.members");
	if (!result) return { known: false, reason: "not-asked" };
	if (result.status !== 0) return { known: false, reason: failure({ ...result, stderr: "" }) };
	const answer = json(result.stdout.toString("utf8"));
	const api = records.text("etcd.api").trim();
	const self = text(record(answer?.["header"])?.["member_id"]);
	const list = Array.isArray(answer?.["members"]) ? answer["members"].map(record) : [];
	const members = list.flatMap((each) => (each && text(each["ID"]) !== "" ? [member(records, each)] : []));
	if (!ETCD_GATEWAYS.some((gateway) => gateway === api) || !members.some(({ id }) => id === self))
		return { known: false, reason: `unreadable: ${result.stdout.toString("utf8").slice(0, 200).trim()}` };
	return { known: true, value: { api, self, members } };
}

function member(records: Records, entry: Json): EtcdMember {
	const clientUrls = Array.isArray(entry["clientURLs"]) ? entry["clientURLs"].map(text) : [];
	const answers = clientUrls.map((url) => ({ url, health: health(records, url) }));
	const best = answers.find(({ health }) => health.known && health.value) ?? answers.find(({ health }) => health.known) ?? answers[0];
	const status = json(records.command(`etcd.status:${best?.url ?? ""}`)?.stdout.toString("utf8") ?? "");
	return {
		id: text(entry["ID"]),
		name: text(entry["name"]),
		clientUrls,
		learner: entry["isLearner"] === true,
		healthy: best?.health ?? { known: false, reason: "it has not begun yet" },
		leader: text(status?.["leader"]),
		version: text(status?.["version"]),
	};
}

function health(records: Records, url: string): Known<boolean> {
	const result = records.command(`etcd.health:${url}`);
	if (!result) return { known: false, reason: "not-asked" };
	// A member without a leader answers 503: that is an answer.
	if (result.status === 22) return { known: true, value: false };
	if (result.status !== 0) return { known: false, reason: failure(result) };
	const value = json(result.stdout.toString("utf8"))?.["health"];
	return { known: true, value: value === "true" || value === true };
}

/** The last `--name=value` or `--name value`; "" where there is none. */
function optionOf(words: readonly string[], name: string): string {
	let found = "";
	words.forEach((word, index) => {
		if (word.startsWith(`--${name}=`)) found = word.slice(name.length + 3);
		else if (word === `--${name}`) found = words[index + 1] ?? "";
	});
	return found;
}

/** As the probe's shell chooses it: the loopback address where it listens there, else the first. */
function localUrl(urls: string): string {
	const list = urls.split(",").filter((url) => /^https?:\/\/[[\]A-Za-z0-9.:_-]+$/.test(url));
	return (
		list.find((url) => /\/\/(127\.0\.0\.1|localhost):/.test(url)) ??
		list[0]?.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:") ??
		""
	);
}

function json(source: string): Json | null {
	try {
		return record(JSON.parse(source));
	} catch {
		return null;
	}
}

function record(value: unknown): Json | null {
	return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

function text(value: unknown): string {
	return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
