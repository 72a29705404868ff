import { describe, expect, it } from "vitest";
import { RemoteError } from "./errors.ts";
import { claimValues, parseOwner } from "./owner.ts";
import { parseReply } from "./reply.ts";
import { nodeScript } from "./script.ts";
import { parseManifest } from "./snapshot.ts";
import { parseExit, parseMoment, parseStatus, parseUnits } from "./status.ts";

const SHA = "a".repeat(64);

describe("the files of a run folder", () => {
	it("reads moments and exits as the scripts write them, and nothing else", () => {
		expect(parseMoment("b-1 12.34")).toEqual({ bootId: "b-1", uptimeS: 12.34 });
		expect(parseMoment("b-1 12")).toEqual({ bootId: "b-1", uptimeS: 12 });
		for (const bad of ["", "b-1", "b-1 x", "b-1 1 2", "b-1 -1"]) expect(parseMoment(bad), bad).toBeNull();
		expect(parseExit("7 b-1 12.5")).toEqual({ code: 7, bootId: "b-1", uptimeS: 12.5 });
		for (const bad of ["", "7", "x b-1 1", "7 b-1", "7 b-1 1 1", "-1 b-1 1"]) expect(parseExit(bad), bad).toBeNull();
	});

	it("reads the owner, and a half-written one as none", () => {
		expect(parseOwner("console-a 12 abcdefgh")).toEqual({ consoleId: "console-a", fence: 12, runId: "abcdefgh" });
		for (const bad of ["", "console-a", "console-a 12", "console-a x abcdefgh", "a 1 b c"]) expect(parseOwner(bad), bad).toBeNull();
	});

	it("refuses a claim that cannot lie in the owner file", () => {
		for (const consoleId of ["", "a b", "a\nb", "../x", "é"])
			expect(() => claimValues({ consoleId, fence: 1 }), consoleId).toThrow(RangeError);
		for (const fence of [-1, 1.5, Number.NaN, 2 ** 53]) expect(() => claimValues({ consoleId: "a", fence })).toThrow(RangeError);
	});

	it("reads the units in whatever order systemd prints their properties", () => {
		const rows = [
			"SubState=waiting",
			"Id=gantry-revert.timer",
			"ActiveState=active",
			"LoadState=loaded",
			"Job=812",
			"",
			"Id=x.service",
			"ActiveState=failed",
		];
		expect(parseUnits(rows)).toEqual({
			"gantry-revert.timer": { loadState: "loaded", activeState: "active", subState: "waiting", job: true },
			"x.service": { loadState: "", activeState: "failed", subState: "", job: false },
		});
		expect(parseUnits(["", ""])).toBeNull();
	});

	it("reads a whole status, leaving out what is damaged", () => {
		const answer = [
			"now b-1 100",
			"epoch 1700000000",
			"owner console-a 3 abcdefgh",
			"started started.prepare-2 b-1 50.1",
			"started started.cutover broken",
			"unit ",
			"trigger revert",
			"exit exit.prepare-2 0 b-1 60.1",
			"decision revert",
			"final ",
			"deadline b-1 700",
			"timer 600",
			"log 5 42",
			"data log",
			Buffer.from("hello").toString("base64"),
			".",
			"end",
		].join("\n");
		const reply = parseReply(answer);
		expect(reply).not.toBeNull();
		expect(parseStatus("abcdefgh", 0, reply!)).toEqual({
			runId: "abcdefgh",
			now: { bootId: "b-1", uptimeS: 100 },
			epochS: 1_700_000_000,
			owner: { consoleId: "console-a", fence: 3, runId: "abcdefgh" },
			started: { "prepare-2": { bootId: "b-1", uptimeS: 50.1 } },
			exits: { "prepare-2": { code: 0, bootId: "b-1", uptimeS: 60.1 } },
			decision: "revert",
			final: "",
			deadline: { bootId: "b-1", uptimeS: 700 },
			timerS: 600,
			units: null,
			byHand: false,
			triggers: { revert: true, boot: false },
			log: { size: 5, inode: "42", bytes: Buffer.from("hello"), offset: 0, prefixSha256: null },
		});
	});
});

describe("snapshot/manifest", () => {
	it("reads every kind of line", () => {
		const text = [
			`file\t0\t/etc/containerd/config.toml\tfile\t${SHA}\t644\t0\t0\t?\t-`,
			`file\t1\t/etc/x\tfile\t${SHA}\t4755\t1\t2\tsystem_u:object_r:etc_t:s0`,
			"file\t2\t/etc/crictl.yaml\tabsent\t\t\t\t\t",
			"unit\tdocker.service\tenabled\tactive",
			"forward\tDROP",
			"kubelet\tv1.20.2",
			"later\tsomething",
			"",
		].join("\n");
		expect(parseManifest(text)).toEqual({
			files: [
				{ index: 0, realPath: "/etc/containerd/config.toml", saved: { sha256: SHA, mode: "0644", uid: 0, gid: 0, label: null } },
				{ index: 1, realPath: "/etc/x", saved: { sha256: SHA, mode: "4755", uid: 1, gid: 2, label: "system_u:object_r:etc_t:s0" } },
				{ index: 2, realPath: "/etc/crictl.yaml", saved: null },
			],
			units: [{ name: "docker.service", unitFileState: "enabled", activeState: "active" }],
			forwardPolicy: "DROP",
			kubeletVersion: "v1.20.2",
		});
	});
	it("refuses a damaged line rather than forget a file", () => {
		for (const line of [
			"file\t0",
			`file\tx\t/a\tfile\t${SHA}\t644\t0\t0\t`,
			"file\t0\t/a\tfile\tshort\t644\t0\t0\t",
			`file\t0\t/a\tfile\t${SHA}\t9\t0\t0\t`,
		]) {
			expect(() => parseManifest(line), line).toThrow(RangeError);
		}
	});
});

describe("nodeScript", () => {
	it("quotes every value", () => {
		expect(nodeScript({ value: "it's; $(rm -rf /)" }, "say x")).toContain("value='it'\\''s; $(rm -rf /)'\n");
	});
	it("refuses a name that is no variable", () => {
		expect(() => nodeScript({ "a b": 1 }, "say x")).toThrow(RangeError);
	});
});

describe("RemoteError", () => {
	it("is retryable where the answer is unknown, and not where the node said no", () => {
		expect(new RemoteError("remote.unknown-answer", "n").retryable).toBe(true);
		expect(new RemoteError("remote.locked-by", "n").retryable).toBe(false);
	});
});
