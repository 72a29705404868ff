import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MarkerReader } from "./markers.ts";
import { Redactor, WINDOW_BYTES } from "./redactor.ts";
import { type KeyPart, knownSecrets } from "./secret-patterns.ts";

const RUN = "abcd1234";
const SUDO = "hünter 2 & more";
const known = knownSecrets([SUDO, "begin", "aaaa", "x*yx*y"]);
const KEY_BODY = ["M".repeat(64), `${"k".repeat(60)}+/==`, "c2hvcnQ="];
const KEY = ["-----BEGIN RSA PRIVATE KEY-----", ...KEY_BODY, "-----END RSA PRIVATE KEY-----"].join("\n");

function mask(bytes: Uint8Array, cuts: number[] = [], secrets = known): Buffer {
	const redactor = new Redactor(RUN, secrets);
	const places = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
	const out = places.slice(1).map((end, index) => redactor.push(bytes.subarray(places[index], end)));
	return Buffer.concat([...out, redactor.settle()]);
}
const masked = (text: string) => mask(Buffer.from(text)).toString();

/** Pieces of what programs write, secrets and what only looks like one among them. */
const word = fc.constantFrom(
	"password=",
	'"token": "',
	'\\"secret\\":\\"',
	'"',
	"'",
	"\\",
	"--password ",
	"--",
	"Authorization: Bearer ",
	"authorization = [",
	"https://bot:",
	"@host/",
	"abcdef.0123456789abcdef",
	"eyJhbGciOiJub25l.eyJzdWIiOiJ4In0abc.",
	KEY,
	"-----BEGIN PRIVATE KEY-----",
	"-----END PRIVATE KEY-----",
	"M".repeat(64),
	"Proc-Type: 4,ENCRYPTED",
	`##gantry ${RUN} begin a 1.00`,
	`##gantry ${RUN} note x token=abc path=/a b`,
	SUDO,
	"aaa",
	"a",
	"x*y",
	"begin",
	"节点",
	"é",
	" ",
	"\t",
	"\r",
	"\n",
	"\n",
	"plain",
	"auth: ",
);
const line = fc.array(fc.oneof(word, fc.string({ unit: "binary", maxLength: 6 })), { maxLength: 12 });
const log = fc.array(line, { maxLength: 12 }).map((lines) => Buffer.from(lines.map((words) => words.join("")).join("\n")));
/** Long enough for several windows, with what matters at their edges too. */
const longLine = fc
	.tuple(
		fc.integer({ min: WINDOW_BYTES - 200, max: 3 * WINDOW_BYTES }),
		fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), word)),
	)
	.map(([length, words]) => {
		let text = "-".repeat(length);
		for (const [at, put] of words) {
			const from = Math.floor(at * length);
			text = text.slice(0, from) + put.replaceAll("\n", "") + text.slice(from);
		}
		return Buffer.from(`before\n${text}\npassword=after`);
	});
const anyLog = fc.oneof({ weight: 19, arbitrary: log }, { weight: 1, arbitrary: longLine });
const cutsOf = (bytes: Buffer, places: number[]) => places.map((place) => Math.floor(place * bytes.length));

describe("Redactor", () => {
	it("gives the same however the bytes are cut, as long as what came in, with `*` for some bytes and nothing else changed", () => {
		fc.assert(
			fc.property(anyLog, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (bytes, places) => {
				const whole = mask(bytes);
				expect(mask(bytes, cutsOf(bytes, places)).equals(whole)).toBe(true);
				expect(whole.length).toBe(bytes.length);
				// 42 = `*`, 10 = the end of a line.
				expect(whole.every((byte, at) => byte === bytes[at] || (byte === 42 && bytes[at] !== 10))).toBe(true);
			}),
			{ numRuns: 200 },
		);
	});

	it("changes nothing more when it is done again", () => {
		fc.assert(
			fc.property(log, (bytes) => {
				const once = mask(bytes);
				expect(mask(once).toString("latin1")).toBe(once.toString("latin1"));
			}),
			{ numRuns: 500 },
		);
	});

	it("leaves no known secret, wherever it stands and however it is cut", () => {
		fc.assert(
			fc.property(anyLog, fc.array(fc.nat(40_000), { maxLength: 5 }), (bytes, cuts) => {
				const out = mask(
					bytes,
					cuts.map((cut) => cut % (bytes.length + 1)),
				);
				for (const text of out.toString("latin1").split("\n")) {
					if (text.startsWith(`##gantry ${RUN} `)) continue;
					for (const secret of known) expect(text.includes(secret)).toBe(false);
				}
			}),
			{ numRuns: 200 },
		);
	});

	it("goes on from the beginning of any line, as after a restart", () => {
		fc.assert(
			fc.property(anyLog, fc.double({ min: 0, max: 1, noNaN: true }), (bytes, place) => {
				const redactor = new Redactor(RUN, known);
				const cut = Math.floor(place * bytes.length);
				redactor.push(bytes.subarray(0, cut));
				const from = bytes.lastIndexOf(10, cut - 1) + 1;
				const other = new Redactor(RUN, known, redactor.keyPart);
				const rest = Buffer.concat([other.push(bytes.subarray(cut === 0 ? 0 : from)), other.settle()]);
				expect(rest.equals(mask(bytes).subarray(cut === 0 ? 0 : from))).toBe(true);
			}),
			{ numRuns: 100 },
		);
	});

	it("lets every marker of the run be read as before", () => {
		const markers = (bytes: Uint8Array) => {
			const read: unknown[] = [];
			new MarkerReader(RUN, ({ kind, line, ...more }) => read.push([kind, line, "step" in more ? more.step : null])).push(bytes);
			return read;
		};
		fc.assert(
			fc.property(log, (bytes) => {
				expect(markers(mask(bytes))).toEqual(markers(bytes));
			}),
			{ numRuns: 200 },
		);
		expect(masked(`##gantry ${RUN} begin begin 1.00\n##gantry ${RUN} note begin why=begin unit=a\n`)).toBe(
			`##gantry ${RUN} begin begin 1.00\n##gantry ${RUN} note begin why=***** unit=a\n`,
		);
	});

	it("gives the last line when it is asked to, and goes on where it stopped", () => {
		const redactor = new Redactor(RUN, known);
		expect(redactor.push(Buffer.from("one\npassword=ab")).toString()).toBe("one\n");
		expect(redactor.settle().toString()).toBe("password=**");
		expect(redactor.settle()).toHaveLength(0);
		expect(redactor.push(Buffer.from("cd and\n")).toString()).toBe("** and\n");
	});

	it("gives the beginning of a line without an end, bounded in what it holds back", () => {
		const redactor = new Redactor(RUN, known);
		let given = 0;
		for (let sent = 0; sent < 10 * WINDOW_BYTES; sent += 1_000) {
			given += redactor.push(Buffer.alloc(1_000, "x")).length;
			expect(sent + 1_000 - given).toBeLessThanOrEqual(WINDOW_BYTES);
		}
	});
});

describe("what is masked", () => {
	it.each([
		["an assignment", "DB_PASSWORD=S3cret/+==", "DB_PASSWORD=**********"],
		["a cloud's key", "AWS_SECRET_ACCESS_KEY=S3cret", "AWS_SECRET_ACCESS_KEY=******"],
		["a flag", "kubeadm join --token S3cret --v=5", "kubeadm join --token ****** --v=5"],
		["a flag with =", "kubelet --bootstrap-token=S3cret --v=2", "kubelet --bootstrap-token=****** --v=2"],
		["a quoted value", `password = "S3cret word" user`, `password = "***********" user`],
		["a value with a quote in it", String.raw`password: "a\"S3cret" x`, `password: "*********" x`],
		["YAML", "  client-key-data: S3cretbase64==", "  client-key-data: **************"],
		[
			"JSON",
			`{"auths":{"r":{"auth":"S3cretS3cret","identitytoken":"S3cret"}}}`,
			`{"auths":{"r":{"auth":"************","identitytoken":"******"}}}`,
		],
		["JSON in JSON", String.raw`{"msg":"{\"password\":\"S3cret\",\"a\":1}"}`, String.raw`{"msg":"{\"password\":\"******\",\"a\":1}"}`],
		["a header", "Authorization: Bearer S3cret.x next", "Authorization: Bearer ******** next"],
		["a header in curl", `curl -H 'Authorization: Basic S3cret==' https://r`, `curl -H 'Authorization: Basic ********' https://r`],
		["a header in TOML", `Authorization = ["Basic S3cret"]`, `Authorization = ["Basic ******"]`],
		["another scheme", `Authorization: Digest username="bot"`, `Authorization: ****************"bot"`],
		["a proxy", "HTTPS_PROXY=http://bot:S3cret@+@proxy:3128", "HTTPS_PROXY=http://bot:********@proxy:3128"],
		["a bootstrap token", "token abcdef.0123456789abcdef is valid", "token *********************** is valid"],
		["a JWT", "got eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrIn0abc.c2ln-_ from", `got ${"*".repeat(46)} from`],
		["UTF-8, by its bytes", `say ${SUDO}!`, `say ${"*".repeat(16)}!`],
	])("%s", (_, text, expected) => {
		expect(masked(text)).toBe(expected);
	});

	it("a private key, line by line, also where a journal writes it", () => {
		const out = masked(`${KEY}\nafter it\n`);
		expect(out).toBe(
			`-----BEGIN RSA PRIVATE KEY-----\n${KEY_BODY.map((text) => "*".repeat(text.length)).join("\n")}\n-----END RSA PRIVATE KEY-----\nafter it\n`,
		);
		const journal = KEY.replaceAll(/^/gm, "Nov 29 12:00:00 node1 x[1]: ");
		for (const body of KEY_BODY) expect(masked(`${journal}\n`)).not.toContain(body);
		expect(masked(`${journal}\n`)).toContain("Nov 29 12:00:00 node1 x[1]: *");
	});

	it("a private key under a passphrase, after its headers, and one in a single line", () => {
		const headers = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,3F17\n\n";
		expect(masked(headers + KEY_BODY.join("\n"))).toBe(headers + KEY_BODY.map((text) => "*".repeat(text.length)).join("\n"));
		expect(masked(String.raw`"-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n" x`)).toBe(
			String.raw`"-----BEGIN PRIVATE KEY-----*******-----END PRIVATE KEY-----\n" x`,
		);
	});

	it("not what follows a key that never ended", () => {
		expect(masked(`-----BEGIN PRIVATE KEY-----\n${KEY_BODY.join("\n")}\nunit containerd.service: failed`)).toContain(
			"unit containerd.service: failed",
		);
	});

	it.each([
		'sandbox_image = "registry.k8s.io/pause:3.2"',
		"token_file=/var/lib/token",
		"--discovery-token-ca-cert-hash sha256:0011",
		"https://mirror.example:5000/v2/@scope",
		"unix:///run/containerd/containerd.sock",
		"kubelet.service: Main process exited, code=exited, status=1/FAILURE",
		'MountVolume.SetUp succeeded for volume "kube-api-access-x"',
		"ssh://root@node1 is up",
	])("nothing in: %s", (text) => {
		expect(masked(text)).toBe(text);
	});

	it("no word too short to be told from others, and no state but the three", () => {
		expect(knownSecrets(["abc", "", "****"])).toEqual([]);
		const parts: KeyPart[] = ["outside", "head", "body"];
		for (const part of parts) expect(new Redactor(RUN, [], part).keyPart).toBe(part);
	});
});
